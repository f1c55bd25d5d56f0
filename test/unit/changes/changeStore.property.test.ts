import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { ChangeStore, FeedStep } from '../../../src/changes/changeStore.js';
import type { Change } from '../../../src/changes/contract.js';
import { createMemoryChangeStore } from '../../../src/changes/memoryChangeStore.js';
import { createSqliteChangeStore } from '../../../src/changes/sqliteChangeStore.js';
import { createManualClock } from '../cache/manualClock.js';
import { entityOf, live, poll, seen, start } from './entities.js';
import { makeTemporaryDirectory } from './temporaryDirectory.js';

const topic = fc.constantFrom('alert' as const, 'riskyUser' as const);
const observation = fc.record({
  topic,
  id: fc.constantFrom('a', 'b', 'c'),
  age: fc.integer({ min: -3, max: 12 }),
  status: fc.constantFrom('NEW', 'IN_PROGRESS', 'RESOLVED', null),
  observedAt: fc.integer({ min: 1, max: 30 }),
});
const steps = fc.array(
  fc.record({
    topic,
    isOwn: fc.boolean(),
    observations: fc.array(observation, { maxLength: 4 }),
    removals: fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 1 }),
    extra: fc.constantFrom('none', 'none', 'none', 'filled', 'covered', 'gap', 'resync', 'forget'),
  }),
  { minLength: 3, maxLength: 40 },
);
type Plan = typeof steps extends fc.Arbitrary<readonly (infer T)[]> ? T : never;

const extras: Readonly<Record<Plan['extra'], Partial<FeedStep>>> = {
  none: {},
  filled: { feed: live },
  covered: { feed: { coveredFrom: start - 1n } },
  gap: { gap: { at: start, count: 3, reason: 'too many' } },
  resync: { resync: 'lost' },
  forget: { forgetBefore: start + 2n },
};

function toStep({ topic, isOwn, observations, removals, extra }: Plan): FeedStep {
  const rows = observations.map((row) =>
    seen(
      row.topic,
      start + BigInt(row.age),
      { id: row.id, status: row.status },
      { observedAt: row.observedAt, ...(isOwn ? { trustedUntil: row.observedAt + 5 } : {}) },
    ),
  );
  const base = { topic, observations: rows, detectedBy: isOwn ? ('MUTATION' as const) : ('POLL' as const) };
  return poll({ ...base, ...(isOwn ? {} : { removals, ...extras[extra] }) });
}

/** Every state follows from the one before it, and says what it should. */
function checkEntries(entries: readonly Change[]): void {
  const last = new Map<string, Change>();
  for (const entry of entries) {
    if (entry.id === null) continue;
    const key = `${entry.topic}:${entry.id}`;
    const before = last.get(key);
    if (entry.before !== null && before?.entity) expect(entry.before).toEqual(before.entity);
    if (entry.change === 'UPDATED' && entry.before !== null) expect(entry.changedFields.length).toBeGreaterThan(0);
    if (entry.change === 'UPDATED' && entry.before === null) expect(entry.changedFields).toEqual([]);
    if (entry.change === 'CREATED') expect([entry.before, entry.isSilent]).toEqual([null, false]);
    last.set(key, entry);
  }
}

async function stateOf(store: ChangeStore) {
  const rows: unknown[] = [];
  for (const name of ['alert', 'riskyUser'] as const) {
    for await (const page of store.rows(name)) rows.push(...page.map((row) => [name, row.id, row.version, row.entity]));
  }
  const { entries, oldest, newest, feeds } = await store.read(0, 1_000);
  return { rows: rows.sort(), entries: entries.map(({ cursor: _cursor, ...entry }) => entry), oldest, newest, feeds };
}

describe('whatever steps are taken', () => {
  it('both stores hold the same, and every entry follows from the one before it', async () => {
    await fc.assert(
      fc.asyncProperty(steps, async (plans) => {
        const clock = createManualClock();
        const directory = makeTemporaryDirectory();
        const memory = createMemoryChangeStore({ clock });
        const sqlite = createSqliteChangeStore({ directory: directory.path, clock });
        try {
          for (const plan of plans) for (const store of [memory, sqlite]) await store.commit(toStep(plan));
          const held = await stateOf(memory);
          expect(await stateOf(sqlite)).toEqual(held);
          const forgets = plans.some(({ extra }) => extra === 'forget');
          if (!forgets) checkEntries((await memory.read(0, 1_000)).entries);
        } finally {
          await sqlite.close();
          directory.remove();
        }
      }),
      { numRuns: 25, seed: 11 },
    );
  });

  it('the last state told of an entity is the newest that was seen, however the rows came', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(observation, { minLength: 1, maxLength: 25 }), async (rows) => {
        const store = createMemoryChangeStore({ clock: createManualClock() });
        await store.commit(poll({ feed: live }));
        for (const { id, age, status, observedAt } of rows) {
          const row = seen('alert', start + BigInt(age), { id, status }, { observedAt });
          await store.commit(poll({ observations: [row] }));
        }
        const { entries } = await store.read(0, 1_000);
        for (const id of new Set(rows.map((row) => row.id))) {
          const own = rows.filter((row) => row.id === id);
          const newest = Math.max(...own.map(({ age }) => age));
          const told = entries.findLast((entry) => entry.id === id)?.entity;
          const candidates = own.filter(({ age }) => age === newest);
          const possible = candidates.map(({ status }) => entityOf('alert', start + BigInt(newest), { id, status }));
          expect(possible).toContainEqual(told);
        }
      }),
      { numRuns: 100, seed: 12 },
    );
  });
});
