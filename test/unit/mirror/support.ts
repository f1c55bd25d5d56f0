import type { ChangeStore, FeedState } from '../../../src/changes/changeStore.js';
import type { ChangeTopic, DetectedBy, EntityOf } from '../../../src/changes/contract.js';
import { JournalTail } from '../../../src/changes/journalTail.js';
import { createMemoryChangeStore } from '../../../src/changes/memoryChangeStore.js';
import { versionOf } from '../../../src/changes/topics.js';
import { alertKeysOf, alertsInDoubt } from '../../../src/datasources/alerts/alertKeys.js';
import { mapAlertV2 } from '../../../src/datasources/alerts/mapV2.js';
import { parseAlertV2 } from '../../../src/datasources/alerts/wire.js';
import { createMirror, type MirrorDeps } from '../../../src/mirror/createMirror.js';
import { silentLogger } from '../../../src/observability/logger.js';
import type { Alert } from '../../../src/schema/types/alert.type.js';
import { toTicks } from '../../../src/time/instant.js';
import { createManualClock, settle } from '../cache/manualClock.js';
import { alertRow, type Row } from '../datasources/alerts/fakeAlertService.js';

export const now = '2026-11-21T08:00:00.0000000Z';
export const intervalMs = 15_000;

export function ticks(instant: string): bigint {
  const read = toTicks(instant);
  if (read === undefined) throw new Error(`${instant} is no instant.`);
  return read;
}

export function alertOf(id: string, members: Record<string, unknown> = {}): Alert {
  return toAlert(alertRow(id, members));
}

export function toAlert(row: Row): Alert {
  return mapAlertV2(parseAlertV2(row));
}

/** A mirror that lives from a journal in memory, on a clock that stands still. */
export async function setUpMirror(options: Partial<MirrorDeps> = {}) {
  const clock = createManualClock(Date.parse(now));
  const store = options.store ?? createMemoryChangeStore({ clock });
  const mirror = createMirror({
    store,
    clock,
    logger: silentLogger,
    days: 30,
    intervalMs: {
      alert: intervalMs,
      incident: intervalMs,
      riskEvent: 30_000,
      riskyUser: 300_000,
      secureScore: 3_600_000,
    },
    keysOf: { alert: alertKeysOf },
    doubtsOf: alertsInDoubt,
    ...options,
  });
  const tail = new JournalTail({ store, appliers: [mirror.applier], clock, logger: silentLogger });
  await tail.start();
  let sweeps = 0;
  const feed = new Feed(store, () => clock.now());
  /** Tells one more whole sweep, as the feed does after each round. */
  const sweep = async (state: Partial<FeedState> = {}, topic: ChangeTopic = 'alert') => {
    sweeps += 1;
    const sweptAt = `2026-11-21T07:59:${String(sweeps % 60).padStart(2, '0')}.0000000Z`;
    await feed.move(topic, { sweptAt, ...state });
    await settle();
    return sweptAt;
  };
  /** Remembers rows as a first fill does, and sweeps twice, so that the window is proved. */
  const firstFill = async (alerts: readonly Alert[], state: Partial<FeedState> = {}) => {
    await feed.move('alert', { start: ticks(now), coveredFrom: ticks('2026-10-25T00:00:00Z') });
    await feed.observe('alert', alerts);
    await feed.move('alert', { isFilled: true, ...state });
    await settle();
    await sweep();
    return sweep();
  };
  const stop = async () => {
    await tail.close();
    await mirror.stop();
  };
  return { mirror, store, clock, tail, feed, sweep, firstFill, stop };
}

/** Writes to the journal as a feed would. */
export class Feed {
  constructor(
    private readonly store: ChangeStore,
    private readonly now: () => number,
  ) {}

  async observe<T extends ChangeTopic>(
    topic: T,
    entities: readonly EntityOf<T>[],
    detectedBy: DetectedBy = 'POLL',
  ): Promise<void> {
    const observations = entities.map((entity) => ({
      topic,
      id: (entity as { id: string }).id,
      entity,
      version: versionOf(topic, entity) ?? 0n,
      observedAt: this.now(),
    }));
    await this.store.commit({ topic, observations, detectedBy, detectedAt: now });
  }

  async remove(topic: ChangeTopic, ids: readonly string[]): Promise<void> {
    await this.store.commit({ topic, observations: [], removals: ids, detectedBy: 'POLL', detectedAt: now });
  }

  async resync(topic: ChangeTopic): Promise<void> {
    await this.store.commit({ topic, observations: [], resync: 'lost', detectedBy: 'POLL', detectedAt: now });
  }

  async move(topic: ChangeTopic, feed: Partial<FeedState>): Promise<void> {
    await this.store.commit({ topic, observations: [], detectedBy: 'POLL', detectedAt: now, feed });
  }
}
