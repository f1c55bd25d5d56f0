import { afterEach, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { ChangeStore, FeedStep } from '../../src/changes/changeStore.js';
import type { Change } from '../../src/changes/contract.js';
import { sequenceOf } from '../../src/changes/cursor.js';
import type { Redis } from '../../src/redis/connection.js';
import { RedisUnavailableError } from '../../src/redis/redisErrors.js';
import type { Alert } from '../../src/schema/types/alert.type.js';
import { type BreakableProxy, type Fate, startProxy } from '../support/breakableProxy.js';
import { describeWithRedis } from '../support/redisServer.js';
import { createStore, filled, poll, readAll, readRows, seen } from './stores.js';
import { newTenant, nextConnection, TestConnections } from './support.js';

const writers = 3;
const connections = new TestConnections();
const proxies: BreakableProxy[] = [];
afterEach(closeAll);

/** What one writer sees in one step: ids and versions of alerts, in any order, some more than once. */
const sighting = fc.record({
  id: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'),
  version: fc.integer({ min: 1, max: 30 }),
});
const scenario = fc.record({
  steps: fc.array(fc.array(fc.array(sighting, { minLength: 1, maxLength: 6 }), { minLength: 1, maxLength: 8 }), {
    minLength: writers,
    maxLength: writers,
  }),
  fates: fc.array(
    fc.array(fc.constantFrom<Fate>('pass', 'pass', 'pass', 'cut', 'lose the answer'), { maxLength: 25 }),
    {
      minLength: writers,
      maxLength: writers,
    },
  ),
});

/** Every second version says something new. */
const titleAt = (version: number) => `title ${Math.floor(version / 2)}`;

describeWithRedis('three writers over lines that break', (url) => {
  it('leave a dense journal, every news once and in the order of versions, and heads that are the last states', async () => {
    const property = fc.asyncProperty(scenario, async ({ steps, fates }) => {
      const tenantId = newTenant();
      const reader = createStore(await connections.connect(url(), { tenantId }));
      await reader.commit(poll({ feed: filled }));
      await Promise.all(
        steps.map(async (own, index) => {
          const line = await openLine(url(), tenantId, fates[index] ?? []);
          for (const sightings of own) await commitAtLast(line, toStep(sightings));
        }),
      );
      await checkJournal(reader, newestVersions(steps.flat(2)));
      await closeAll();
    });
    await fc.assert(property, { numRuns: 12 });
  }, 60_000);
});

async function closeAll(): Promise<void> {
  await connections.close();
  for (const proxy of proxies.splice(0)) await proxy.close();
}

interface Line {
  readonly redis: Redis;
  readonly store: ChangeStore;
}

async function openLine(url: string, tenantId: string, fates: readonly Fate[]): Promise<Line> {
  const proxy = await startProxy(Number(new URL(url).port || 6379));
  proxies.push(proxy);
  const redis = await connections.connect(`redis://127.0.0.1:${proxy.port}`, { tenantId, random: () => 0 });
  const left = [...fates];
  proxy.decide = () => left.shift() ?? 'pass';
  return { redis, store: createStore(redis) };
}

function toStep(sightings: readonly { id: string; version: number }[]): FeedStep {
  return poll({ observations: sightings.map(({ id, version }) => seen(id, version, { title: titleAt(version) })) });
}

/** Repeats the step until Redis has said that it is done. */
async function commitAtLast({ redis, store }: Line, step: FeedStep): Promise<void> {
  for (;;) {
    const back = nextConnection(redis);
    try {
      await store.commit(step);
      return;
    } catch (error) {
      if (!(error instanceof RedisUnavailableError)) throw error;
      if (!redis.status().connected) await back;
    }
  }
}

function newestVersions(sightings: readonly { id: string; version: number }[]): ReadonlyMap<string, number> {
  const newest = new Map<string, number>();
  for (const { id, version } of sightings) newest.set(id, Math.max(version, newest.get(id) ?? 0));
  return newest;
}

async function checkJournal(store: ChangeStore, newest: ReadonlyMap<string, number>): Promise<void> {
  const entries = await readAll(store);
  expect(entries.map(sequenceOf)).toEqual(entries.map((_entry, index) => index + 1));
  const rows = await readRows(store);
  expect([...rows.keys()].sort()).toEqual([...newest.keys()].sort());
  for (const [id, version] of newest) {
    expect(rows.get(id)).toEqual(seen(id, version, { title: titleAt(version) }).entity);
    checkEntity(entries.filter((entry) => entry.id === id) as Change<'alert'>[], rows.get(id) as Alert);
  }
}

/** Each entry begins where the one before it ended, and says something that was not said yet. */
function checkEntity(entries: readonly Change<'alert'>[], head: Alert): void {
  let before: Alert | null = null;
  for (const entry of entries) {
    expect(entry.before).toEqual(before);
    expect(entry.isSilent).toBe(entry.entity?.title === before?.title);
    expect(String(entry.entity?.lastUpdateDateTime) > (before?.lastUpdateDateTime ?? '')).toBe(true);
    before = entry.entity;
  }
  expect(before).toEqual(head);
}
