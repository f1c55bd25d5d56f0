import type { ChaosSubscriber } from './ChaosSubscriber.js';
import type { AlertState, ChaosTenant } from './ChaosTenant.js';
import type { Written } from './ChaosWriter.js';
import { checkLedger, countStates, isTold, type Span } from './checkLedger.js';
import { checkOutcome } from './checkOutcome.js';
import { checkSubscriber, type Verdict } from './checkSubscriber.js';
import type { GatewayProcess } from './GatewayProcess.js';
import type { JournalBook } from './JournalBook.js';
import { type Shown, toShown } from './views.js';

/** What a run leaves behind. */
export interface RunEvidence {
  readonly seed: string;
  readonly seconds: number;
  readonly tenant: ChaosTenant;
  readonly gateways: readonly GatewayProcess[];
  readonly book: JournalBook;
  /** Alerts before the first write. */
  readonly before: ReadonlyMap<string, Shown>;
  readonly ledger: ReadonlyMap<string, readonly Written[]>;
  /** First the one that stopped reading. */
  readonly subscribers: readonly ChaosSubscriber[];
  /** Epoch milliseconds: what was written before, nobody was promised. */
  readonly watchedFrom: number;
  readonly interruptions: readonly Span[];
  /** Epoch milliseconds: what was written before may be missing in the journal, because all of it was lost; 0: nothing may. */
  readonly lostBefore: number;
}

/** What is wrong, and how much happened. */
export interface ChaosReport {
  readonly subscribers: readonly SubscriberReport[];
  readonly journal: readonly string[];
  readonly figures: Readonly<Record<string, unknown>>;
}

export interface SubscriberReport extends Verdict {
  readonly name: string;
  readonly outcome: readonly string[];
}

export async function judgeRun(evidence: RunEvidence): Promise<ChaosReport> {
  const { tenant, book } = evidence;
  const final = toShownById(await tenant.alerts());
  const calls = await tenant.calls();
  const reads = calls.filter(({ path, status }) => status === 200 && isFeedRead(path));
  const subscribers = judgeSubscribers(evidence, final);
  const holes = book.epochs.flatMap((epoch) => book.holes(epoch).map((hole) => `${epoch} has a hole at ${hole}`));
  const ledgerFaults = checkLedger({ ...evidence, reads: reads.map(({ time }) => Date.parse(time)) });
  return {
    subscribers,
    journal: [...book.faults, ...holes, ...ledgerFaults],
    figures: { ...countWhatHappened(evidence, subscribers), feedReads: reads.length, upstreamCalls: calls.length },
  };
}

export function toShownById(states: readonly AlertState[]): ReadonlyMap<string, Shown> {
  return new Map(states.map((state) => [state.id, toShown(state)]));
}

function judgeSubscribers(
  { subscribers, book, ledger, watchedFrom }: RunEvidence,
  final: ReadonlyMap<string, Shown>,
): readonly SubscriberReport[] {
  const watched = [...ledger].filter(([, states]) => states.some(({ begunAt }) => begunAt >= watchedFrom));
  const changed = new Set(watched.map(([id]) => id));
  return subscribers.map((subscriber) => ({
    name: `${subscriber.options.name} (${subscriber.options.transport}, ${subscriber.options.view.name})`,
    ...checkSubscriber(subscriber, book),
    outcome: checkOutcome(subscriber, final, changed),
  }));
}

function countWhatHappened(evidence: RunEvidence, verdicts: readonly Verdict[]): ChaosReport['figures'] {
  const { seed, seconds, book, ledger, interruptions, subscribers, gateways } = evidence;
  const entries = book.epochs.flatMap((epoch) => book.entries(epoch));
  const declared = verdicts.flatMap((verdict) => verdict.declared);
  const endings = subscribers.flatMap((subscriber) => subscriber.endings);
  return {
    seed,
    seconds,
    statesWritten: countStates(ledger),
    epochs: book.epochs.length,
    journalEntries: entries.length,
    alertEntriesTold: entries.filter(isTold).length,
    blows: interruptions.length,
    secondsUntilFeedWentOn: interruptions.map(({ from, to }) => Math.round((to - from) / 100) / 10),
    subscribers: subscribers.length,
    connections: endings.length,
    endings: tally(endings.map((ending) => ending.replace(/[\d.]+:\d+/, 'gateway'))),
    eventsHandled: subscribers.reduce((sum, { events }) => sum + events.length, 0),
    resyncsPerSubscriber: tally(verdicts.map((verdict) => verdict.declared.length)),
    resyncReasons: tally(declared.map(({ reason }) => reason?.replace(/\d+/g, 'N'))),
    errors: tally(subscribers.flatMap(({ errorCodes }) => errorCodes)),
    complaints: tally(gateways.flatMap((gateway) => gateway.complaints())),
  };
}

function isFeedRead(path: string): boolean {
  const isList = path.startsWith('/v1.0/security/alerts_v2?');
  return isList && decodeURIComponent(path).includes('lastUpdateDateTime asc&$top=1000');
}

function tally(items: readonly unknown[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const item of items) counts[String(item)] = (counts[String(item)] ?? 0) + 1;
  return counts;
}
