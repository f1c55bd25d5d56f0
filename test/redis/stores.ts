import type { ChangeStore, FeedStep, Observation } from '../../src/changes/changeStore.js';
import type { Change } from '../../src/changes/contract.js';
import { createRedisChangeStore } from '../../src/changes/redis/redisChangeStore.js';
import { writePiece } from '../../src/changes/redis/writePiece.js';
import type { JournalRetention } from '../../src/changes/retention.js';
import type { Redis } from '../../src/redis/connection.js';
import type { RedisSession } from '../../src/redis/redisSession.js';
import type { Alert } from '../../src/schema/types/alert.type.js';
import { systemClock } from '../../src/time/clock.js';
import { fromTicks, toTicks } from '../../src/time/instant.js';

export const detectedAt = '2026-11-21T08:00:00Z';
export const start = toTicks(detectedAt) as bigint;
/** A feed that has read everything up to its start. */
export const filled = { position: start, start, isFilled: true, coveredFrom: start };

export function createStore(redis: Redis, retention?: JournalRetention): ChangeStore {
  return createRedisChangeStore({
    redis,
    clock: systemClock,
    random: Math.random,
    ...(retention === undefined ? {} : { retention }),
  });
}

/** A Redis on which `meanwhile` happens once, after a step has read and before it writes. */
export function interrupted(redis: Redis, meanwhile: () => Promise<unknown>): Redis {
  let pending: (() => Promise<unknown>) | undefined = meanwhile;
  const standing = () => {
    const { session, server } = redis.standing();
    const send = async (args: readonly string[]) => {
      const happens = args[1] === writePiece.sha1 ? pending : undefined;
      if (happens !== undefined) {
        pending = undefined;
        await happens();
      }
      return session.send(args);
    };
    return { server, session: { send } as unknown as RedisSession };
  };
  return { ...redis, standing };
}

export function poll(change: Partial<FeedStep> = {}): FeedStep {
  return { topic: 'alert', observations: [], detectedBy: 'POLL', detectedAt, ...change };
}

/** An alert at `version`, a number of ticks after the feed's start. */
export function seen(id: string, version: number, change: Partial<Alert> = {}, observedAt = 1): Observation<'alert'> {
  const at = start + BigInt(version);
  return { topic: 'alert', id, entity: alertAt(id, at, change), version: at, observedAt };
}

function alertAt(id: string, version: bigint, change: Partial<Alert>): Alert {
  return {
    __typename: 'Alert',
    id,
    title: 'Suspicious sign-in',
    status: 'NEW',
    createdDateTime: detectedAt,
    lastUpdateDateTime: fromTicks(version),
    evidence: [],
    ...change,
  } as unknown as Alert;
}

/** Everything that the journal keeps, read in small pages. */
export async function readAll(store: ChangeStore): Promise<Change[]> {
  const entries: Change[] = [];
  let { oldest, newest } = await store.read(0, 0);
  let sequence = oldest - 1;
  while (sequence < newest) {
    const page = await store.read(sequence, 50);
    ({ newest, oldest } = page);
    entries.push(...page.entries);
    sequence += page.entries.length;
    if (page.entries.length === 0) break;
  }
  return entries;
}

export async function readRows(store: ChangeStore): Promise<Map<string, Alert>> {
  const rows = new Map<string, Alert>();
  for await (const page of store.rows('alert')) {
    for (const { id, entity } of page) {
      if (rows.has(id)) throw new Error(`The row ${id} came twice.`);
      rows.set(id, entity);
    }
  }
  return rows;
}
