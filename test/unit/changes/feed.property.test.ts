import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { AlertChange } from '../../../src/changes/contract.js';
import { createMemoryChangeStore } from '../../../src/changes/memoryChangeStore.js';
import { createSqliteChangeStore } from '../../../src/changes/sqliteChangeStore.js';
import { UpstreamError } from '../../../src/errors/GatewayError.js';
import type { Alert } from '../../../src/schema/types/alert.type.js';
import { fromTicks, toTicks } from '../../../src/time/instant.js';
import { createManualClock } from '../cache/manualClock.js';
import { alertOf, ModelUpstream, makeTemporaryDirectory, settle, setUpFeed } from './support.js';

const ids = ['a', 'b', 'c', 'd', 'e', 'f'];

/** Pages hold three rows and skipping reaches six: every tie of the six alerts can be read, but no page can hold it. */
const paging = { pageSize: 3, maxSkip: 3 };

const action = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('write' as const),
      id: fc.nat(5),
      lateMs: fc.constantFrom(0, 0, 1, 60_000, 299_000),
      coarse: fc.boolean(),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('tie' as const), count: fc.integer({ min: 2, max: 6 }) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('mutate' as const), id: fc.nat(5) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('restamp' as const), id: fc.nat(5) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('lag' as const), id: fc.nat(5) }) },
  { weight: 5, arbitrary: fc.record({ do: fc.constant('sweep' as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('fail' as const), times: fc.integer({ min: 1, max: 3 }) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('wait' as const), minutes: fc.integer({ min: 1, max: 40 }) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('restart' as const) }) },
);

type Action = typeof action extends fc.Arbitrary<infer T> ? T : never;

/** Plays a schedule against a feed and returns what was heard and what the upstream holds at the end. */
async function play(schedule: readonly Action[], reopen: () => ReturnType<typeof createMemoryChangeStore>) {
  const clock = createManualClock();
  const upstream = new ModelUpstream(clock);
  const heard: AlertChange[] = [];
  const written = new Set<string>();
  const before = new Map<string, Alert>();
  let titles = 0;
  let feed = setUpFeed({ clock, source: upstream, store: reopen(), paging });
  await feed.begin();

  const versionOf = (id: string) => toTicks(upstream.alerts.get(id)?.lastUpdateDateTime ?? '') ?? 0n;
  const change = (id: string, wanted: bigint): Alert => {
    const version = wanted > versionOf(id) ? wanted : versionOf(id) + 1n;
    const title = `state ${++titles}`;
    const current = upstream.alerts.get(id) ?? alertOf({ id, lastUpdateDateTime: fromTicks(version) });
    if (upstream.alerts.has(id)) before.set(id, current);
    const after = { ...current, title, lastUpdateDateTime: fromTicks(version) };
    upstream.put(after);
    written.add(id);
    return after;
  };
  const nowTicks = () => BigInt(clock.now()) * 10_000n;

  for (const step of schedule) {
    if (step.do === 'write') {
      const at = nowTicks() - BigInt(step.lateMs) * 10_000n;
      change(ids[step.id] as string, step.coarse ? at - (at % 100_000_000n) : at);
    } else if (step.do === 'tie') {
      const at = nowTicks();
      for (const id of ids.slice(0, step.count)) change(id, at);
    } else if (step.do === 'mutate') {
      await feed.changes.recordMutation(change(ids[step.id] as string, nowTicks()));
    } else if (step.do === 'restamp') {
      const alert = upstream.alerts.get(ids[step.id] as string);
      const later = fromTicks(
        nowTicks() > versionOf(ids[step.id] as string) ? nowTicks() : versionOf(ids[step.id] as string) + 1n,
      );
      if (alert !== undefined) upstream.put({ ...alert, lastUpdateDateTime: later });
    } else if (step.do === 'lag') {
      const id = ids[step.id] as string;
      const [current, old] = [upstream.alerts.get(id), before.get(id)];
      if (old !== undefined) upstream.put(old);
      await feed.nextSweep();
      if (current !== undefined) upstream.put(current);
    } else if (step.do === 'sweep') {
      await feed.nextSweep();
    } else if (step.do === 'fail') {
      for (let n = 0; n < step.times; n += 1) {
        upstream.failures.push(new UpstreamError('UPSTREAM_TIMEOUT', 'late', { upstream: 'GRAPH_SECURITY' }));
      }
    } else if (step.do === 'wait') {
      await feed.nextSweep(step.minutes * 60_000);
    } else {
      await feed.end();
      heard.push(...feed.heard);
      feed.store.close();
      feed = setUpFeed({ clock, source: upstream, store: reopen(), paging });
      await feed.begin();
    }
  }
  upstream.failures.length = 0;
  for (let n = 0; n < 3; n += 1) await feed.nextSweep(300_000);
  await settle();
  await feed.end();
  feed.store.close();
  heard.push(...feed.heard);
  return { heard, upstream, written };
}

function checkPromises({ heard, upstream, written }: Awaited<ReturnType<typeof play>>): void {
  expect(heard.filter(({ change }) => change === 'RESYNC')).toEqual([]);
  expect(heard.map(({ cursor }) => Number(cursor.split('.')[1]))).toEqual(heard.map((_change, index) => index + 1));
  for (const id of ids) {
    const states = heard.flatMap(({ alert }) => (alert?.id === id ? [alert] : []));
    const titles = states.map(({ title }) => title);
    expect(new Set(titles).size).toBe(titles.length);
    if (written.has(id)) expect(titles.at(-1)).toBe(upstream.alerts.get(id)?.title);
    const versions = states.map(({ lastUpdateDateTime }) => toTicks(lastUpdateDateTime as string) as bigint);
    expect(versions).toEqual([...versions].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0)));
    expect(heard.filter(({ change, alert }) => alert?.id === id && change === 'CREATED').length).toBeLessThanOrEqual(1);
  }
}

describe('whatever is written, late, tied, restamped, lagging, mutated, failed or restarted', () => {
  it('every final state is told once, versions of an alert only rise, and cursors are dense', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(action, { minLength: 4, maxLength: 40 }), async (schedule) => {
        const store = createMemoryChangeStore();
        checkPromises(await play(schedule, () => store));
      }),
      { numRuns: 150, seed: 20_261_121 },
    );
  });

  it('the same holds over SQLite, reopened at each restart', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(action, { minLength: 4, maxLength: 30 }), async (schedule) => {
        const directory = makeTemporaryDirectory();
        checkPromises(await play(schedule, () => createSqliteChangeStore({ directory: directory.path })));
        directory.remove();
      }),
      { numRuns: 15, seed: 7 },
    );
  });
});
