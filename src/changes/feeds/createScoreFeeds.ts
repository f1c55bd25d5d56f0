import type { Clock } from '../../time/clock.js';
import { fromTicks } from '../../time/instant.js';
import type { ChangeStore } from '../changeStore.js';
import type { Feed } from './contract.js';
import { FeedLedger } from './FeedLedger.js';
import { findFillStart } from './fillStart.js';
import type { ScoreSource } from './listContract.js';
import { observe } from './observe.js';
import { profilesMark } from './profileMark.js';
import { RoundWriter } from './RoundWriter.js';
import { later, msToTicks, upstreamTicks } from './timedRows.js';

export interface ScoreFeedsDeps {
  readonly source: ScoreSource;
  readonly store: ChangeStore;
  readonly clock: Clock;
  /** How many days of scores are remembered. */
  readonly windowMs: number;
}

/** Scores are made once a day; those of recent days may still change. */
const intervalMs = 3_600_000;
const recentScores = 8;
/** The upstream keeps 90 days. */
const allScores = 100;
const dayTicks = msToTicks(24 * 3_600_000);

/** What polls secure scores and their control profiles: two calls an hour. */
export function createScoreFeeds(deps: ScoreFeedsDeps): readonly Feed[] {
  const ledger = new FeedLedger(deps.store, 'secureScore');
  const shared = { topic: 'secureScore', intervalMs, state: () => ledger.lastKnown() } as const;
  return [
    { ...shared, name: 'secureScores', sweep: (signal, fence) => sweepScores(deps, ledger, signal, fence) },
    {
      ...shared,
      name: 'secureScoreControlProfiles',
      sweep: (signal, fence) => sweepProfiles(deps, ledger, signal, fence),
    },
  ];
}

async function sweepScores(
  { source, clock, windowMs }: ScoreFeedsDeps,
  ledger: FeedLedger,
  signal: AbortSignal,
  fence: number | undefined,
): Promise<string> {
  const { position, isFilled, start, coveredFrom } = await ledger.state();
  const awayTicks = msToTicks(clock.now()) - (position ?? 0n);
  const count = awayTicks > (BigInt(recentScores) - 2n) * dayTicks ? allScores : recentScores;
  const observedAt = clock.now();
  const { rows, upstreamDate } = await source.newest(count, isFilled ? 'feed' : 'background', signal);
  const begunAt = upstreamTicks(upstreamDate, clock.now());
  const windowStart = begunAt - msToTicks(windowMs);
  const seen = observe('secureScore', rows, observedAt).filter(({ version }) => version >= windowStart);
  const writer = new RoundWriter(ledger, signal, fence);
  if (start === null) {
    const { start: first, ...declared } = await findFillStart(ledger.store, begunAt, clock.now());
    await writer.write([], upstreamDate, { feed: { start: first, coveredFrom: windowStart }, ...declared });
  }
  const forgets = coveredFrom !== null && coveredFrom < windowStart - dayTicks;
  await writer.write(seen, upstreamDate, {
    feed: { position: later(position ?? begunAt, begunAt), isFilled: true, sweptAt: fromTicks(begunAt) },
    ...(forgets ? { forgetBefore: windowStart } : {}),
  });
  return fromTicks(begunAt);
}

/** Profiles are not journalled; a digest of them tells every instance that what it keeps is old. */
async function sweepProfiles(
  { source }: ScoreFeedsDeps,
  ledger: FeedLedger,
  signal: AbortSignal,
  fence: number | undefined,
): Promise<string> {
  const { digest, upstreamDate } = await source.profiles(signal);
  const { marks } = await ledger.state();
  if (marks[profilesMark] !== digest) {
    const writer = new RoundWriter(ledger, signal, fence);
    await writer.write([], upstreamDate, { marks: (before) => ({ ...before, [profilesMark]: digest }) });
  }
  return upstreamDate;
}
