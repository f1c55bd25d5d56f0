import type { FeedStep } from '../../src/changes/changeStore.js';
import { type ChangeTopic, changeTopics, type EntityOf } from '../../src/changes/contract.js';
import { createChanges, type RunningChanges } from '../../src/changes/createChanges.js';
import { parseCursor } from '../../src/changes/cursor.js';
import { JournalTail, type JournalTailDeps } from '../../src/changes/journalTail.js';
import { createMemoryChangeStore } from '../../src/changes/memoryChangeStore.js';
import type { JournalRetention } from '../../src/changes/retention.js';
import { silentLogger } from '../../src/observability/logger.js';
import { fromTicks } from '../../src/time/instant.js';
import { createManualClock } from '../unit/cache/manualClock.js';

export interface MemoryChanges {
  readonly changes: RunningChanges;
  /** Journals a state of an entity as its feed would, one tick newer than the last, and resolves once it is visible. @returns its cursor. */
  tell<T extends ChangeTopic>(topic: T, id: string, fields?: Partial<EntityOf<T>>): Promise<string>;
  remove(topic: ChangeTopic, id: string): Promise<string>;
  resync(topic: ChangeTopic, reason: string): Promise<string>;
  close(): Promise<void>;
}

export interface MemoryChangesOptions {
  readonly recent?: NonNullable<JournalTailDeps['recent']>;
  readonly retention?: JournalRetention;
}

/** The real journal, tail and followers over memory, with a feed that has been watching for long. */
export async function startMemoryChanges({ recent, retention }: MemoryChangesOptions = {}): Promise<MemoryChanges> {
  const clock = createManualClock();
  const store = createMemoryChangeStore({ clock, ...(retention === undefined ? {} : { retention }) });
  const parts = { store, clock, logger: silentLogger };
  const tail = new JournalTail({ ...parts, appliers: [], ...(recent === undefined ? {} : { recent }) });
  const changes = createChanges({ ...parts, tail });
  let version = BigInt(clock.now()) * 10_000n;
  const detectedAt = fromTicks(version);
  const feed = { start: version - 1n, isFilled: true, coveredFrom: 0n };
  const emptyStep = { observations: [], detectedBy: 'POLL', detectedAt } as const;
  for (const topic of changeTopics) await store.commit({ ...emptyStep, topic, feed });
  await tail.start();

  const commit = async (step: Partial<FeedStep> & Pick<FeedStep, 'topic'>): Promise<string> => {
    const { entries } = await store.commit({ ...emptyStep, ...step });
    const cursor = entries.at(-1)?.cursor;
    if (cursor === undefined) throw new Error('Nothing was journalled.');
    await tail.applied(parseCursor(cursor));
    return cursor;
  };

  return {
    changes,
    tell: (topic, id, fields = {}) => {
      version += 1n;
      const at = fromTicks(version);
      const __typename = topic === 'riskEvent' ? 'OtherRiskEvent' : undefined;
      const entity = { ...blank, __typename, ...timesOf(at), id, ...fields } as unknown as EntityOf<typeof topic>;
      return commit({ topic, observations: [{ topic, id, entity, version, observedAt: clock.now() }] });
    },
    remove: (topic, id) => commit({ topic, removals: [id] }),
    resync: (topic, reason) => commit({ topic, resync: reason }),
    close: () => tail.close(),
  };
}

/** What filters look at, empty. */
const blank = {
  assignedTo: null,
  classification: null,
  determination: null,
  severity: null,
  serviceSource: null,
  status: null,
  evidence: [],
  categories: [],
  mitreTechniques: [],
  tags: [],
  customTags: [],
  systemTags: [],
  riskEventType: 'unlikelyTravel',
  riskLevel: null,
  riskState: null,
  riskDetail: null,
  detectionTimingType: null,
  userId: null,
  userPrincipalName: null,
  activityDateTime: null,
};

/** Created and last changed at one instant, in the words of every kind. */
function timesOf(at: string) {
  return {
    createdDateTime: at,
    detectedDateTime: at,
    lastUpdateDateTime: at,
    lastUpdatedDateTime: at,
    riskLastUpdatedDateTime: at,
  };
}
