import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { ChangeStore } from '../../../../src/changes/changeStore.js';
import type { Change } from '../../../../src/changes/contract.js';
import { createMemoryChangeStore } from '../../../../src/changes/memoryChangeStore.js';
import { createSqliteChangeStore } from '../../../../src/changes/sqliteChangeStore.js';
import { UpstreamError } from '../../../../src/errors/GatewayError.js';
import type { Alert } from '../../../../src/schema/types/alert.type.js';
import { toTicks } from '../../../../src/time/instant.js';
import { createManualClock, type ManualClock } from '../../cache/manualClock.js';
import { makeTemporaryDirectory } from '../temporaryDirectory.js';
import { hour, ModelSource, minute, setUpFeeds, ticksAt } from './support.js';

const severities = ['LOW', 'MEDIUM', 'HIGH'];
/** Pages hold three rows and skipping reaches six: of eight rows of one instant some are only reached by splitting. */
const paging = { pageSize: 3, maxSkip: 3 };
const rowCount = 8;

const id = fc.nat(rowCount - 1);
const prompt = [0, 0, 1, minute, 5 * minute - 1_000];
const writes = (lateMs: readonly number[]) =>
  fc.record({ do: fc.constant('write' as const), id, lateMs: fc.constantFrom(...lateMs), coarse: fc.boolean() });
/** What a sweep finds by itself. */
const swept = [
  { weight: 6, arbitrary: writes(prompt) },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant('tie' as const), count: fc.integer({ min: 2, max: rowCount }) }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('shift' as const), id, after: fc.nat(5) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('restamp' as const), id }) },
  { weight: 5, arbitrary: fc.record({ do: fc.constant('sweep' as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('fail' as const), times: fc.integer({ min: 1, max: 3 }) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('wait' as const), minutes: fc.integer({ min: 1, max: 40 }) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('restart' as const) }) },
];
const sweptAction = fc.oneof(...swept);
const action = fc.oneof(
  ...swept,
  { weight: 2, arbitrary: writes([hour, 23 * hour]) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('remove' as const), id }) },
);
type Action = typeof action extends fc.Arbitrary<infer T> ? T : never;

/** An upstream whose rows are written as a schedule says. */
class Tenant {
  readonly source: ModelSource<'alert'>;
  readonly written = new Set<string>();
  readonly #newest = new Map<string, bigint>();
  #titles = 0;

  constructor(
    readonly clock: ManualClock,
    links: boolean,
  ) {
    this.source = new ModelSource('alert', clock, paging);
    this.source.links = links;
    this.source.splits = [{ field: 'severity', words: severities }];
  }

  /** Versions of a row only rise, as far back as they are stamped. */
  write(name: string, wanted: bigint): void {
    const version = this.#after(name, wanted);
    this.written.add(name);
    const severity = severities[Number(name.slice(1)) % severities.length];
    this.source.put(name, version, { title: `state ${++this.#titles}`, severity });
  }

  /** A row from before the feed began. */
  fill(name: string, version: bigint): void {
    this.source.put(name, this.#after(name, version));
  }

  restamp(name: string): void {
    if (this.source.rows.has(name)) this.source.put(name, this.#after(name, ticksAt(this.clock)));
  }

  shift(name: string, after: number): void {
    let answers = 0;
    this.source.beforeAnswer = () => {
      if (answers++ === after) this.write(name, ticksAt(this.clock));
    };
  }

  /** Only a reconcile reads ids up to an end. */
  refuseReconcile(): void {
    const ids = this.source.ids.bind(this.source);
    this.source.ids = (request) =>
      request.to === undefined ? ids(request) : Promise.reject(new Error('no reconcile in this test'));
  }

  /** Also of a row that was removed and comes back. */
  #after(name: string, wanted: bigint): bigint {
    const written = toTicks(this.source.rows.get(name)?.lastUpdateDateTime ?? '') ?? 0n;
    const current = [this.#newest.get(name) ?? 0n, written].reduce((a, b) => (a > b ? a : b));
    const version = wanted > current ? wanted : current + 1n;
    this.#newest.set(name, version);
    return version;
  }
}

interface Play {
  readonly schedule: readonly Action[];
  readonly links: boolean;
  /** Whether rows are read again that no position shows. */
  readonly reconciles: boolean;
  readonly open: (clock: ManualClock) => ChangeStore;
}

async function play({ schedule, links, reconciles, open }: Play) {
  const clock = createManualClock();
  const tenant = new Tenant(clock, links);
  if (!reconciles) tenant.refuseReconcile();
  for (let n = 0; n < 4; n += 1) tenant.fill(`a${n}`, ticksAt(clock, -hour, n % 2));
  const start = () => setUpFeeds({ clock, alerts: tenant.source, store: open(clock) });
  let feed = start();
  await feed.begin();
  for (const step of schedule) {
    if (step.do === 'restart') {
      await feed.feeds.stop();
      await feed.store.close();
      feed = start();
      await feed.begin();
    } else if (step.do === 'sweep') await feed.next();
    else if (step.do === 'wait') await feed.next(step.minutes * minute);
    else change(tenant, step);
  }
  tenant.source.failures.length = 0;
  tenant.source.beforeAnswer = () => undefined;
  const [rounds, pauseMs] = reconciles ? [2 * 52, hour / 2] : [4, 5 * minute];
  for (let round = 0; round < rounds; round += 1) await feed.next(pauseMs);
  await feed.feeds.stop();
  const remembered = new Map<string, Alert>();
  for await (const page of feed.store.rows('alert')) for (const row of page) remembered.set(row.id, row.entity);
  const { entries } = await feed.store.read(0, 100_000);
  const state = await feed.store.feed('alert');
  await feed.store.close();
  return { tenant, remembered, entries, state };
}

type Write = Exclude<Action, { do: 'restart' | 'sweep' | 'wait' }>;

function change(tenant: Tenant, step: Write): void {
  const now = ticksAt(tenant.clock);
  const second = 10_000_000n;
  if (step.do === 'fail') {
    const failure = new UpstreamError('UPSTREAM_TIMEOUT', 'late', { upstream: 'GRAPH_SECURITY' });
    tenant.source.failures.push(...Array.from({ length: step.times }, () => failure));
  } else if (step.do === 'tie') {
    for (let n = 0; n < step.count; n += 1) tenant.write(`a${n}`, now);
  } else if (step.do === 'shift') tenant.shift(`a${step.id}`, step.after);
  else if (step.do === 'restamp') tenant.restamp(`a${step.id}`);
  else if (step.do === 'remove') tenant.source.rows.delete(`a${step.id}`);
  else {
    const at = ticksAt(tenant.clock, -step.lateMs);
    tenant.write(`a${step.id}`, step.coarse ? at - (at % (10n * second)) : at);
  }
}

function checkPromises({ tenant, remembered, entries, state }: Awaited<ReturnType<typeof play>>): void {
  const { rows } = tenant.source;
  expect(state).toMatchObject({ isFilled: true, isComplete: true });
  expect(Object.fromEntries(remembered)).toEqual(Object.fromEntries(rows));
  expect(entries.filter(({ change: kind }) => kind === 'RESYNC')).toEqual([]);
  expect(entries.map(({ cursor }) => Number(cursor.split('.')[1]))).toEqual(entries.map((_entry, index) => index + 1));
  for (let n = 0; n < rowCount; n += 1) {
    const told = entries.filter((entry) => entry.id === `a${n}` && !entry.isSilent);
    checkOne(told, rows.get(`a${n}`), tenant.written.has(`a${n}`));
  }
}

function checkOne(told: readonly Change[], row: Alert | undefined, isWritten: boolean): void {
  const last = told.at(-1);
  if (row === undefined) expect([undefined, 'REMOVED']).toContain(last?.change);
  else if (isWritten) expect((last?.entity as Alert | undefined)?.title).toBe(row.title);
  const titles = told.flatMap(({ entity }) => (entity === null ? [] : [(entity as Alert).title]));
  expect(new Set(titles).size).toBe(titles.length);
  expect(told.filter(({ change: kind }) => kind === 'CREATED').length).toBeLessThanOrEqual(
    1 + told.filter(({ change: kind }) => kind === 'REMOVED').length,
  );
}

const schedules = <T>(of: fc.Arbitrary<T>) => fc.array(of, { minLength: 4, maxLength: 40 });

describe('whatever is written, late, tied, shifted between pages, restamped, failed or restarted', () => {
  it('sweeps alone end with exactly what the upstream holds, and tell every final state once', async () => {
    await fc.assert(
      fc.asyncProperty(schedules(sweptAction), fc.boolean(), async (schedule, links) => {
        const store = createMemoryChangeStore({ clock: createManualClock() });
        checkPromises(await play({ schedule, links, reconciles: false, open: () => store }));
      }),
      { numRuns: 200, seed: 20_261_122 },
    );
  }, 120_000);
});

describe('whatever is removed too, or comes up to a day late', () => {
  it('the feed ends with exactly what the upstream holds, and tells every final state once', async () => {
    await fc.assert(
      fc.asyncProperty(schedules(action), fc.boolean(), async (schedule, links) => {
        const store = createMemoryChangeStore({ clock: createManualClock() });
        checkPromises(await play({ schedule, links, reconciles: true, open: () => store }));
      }),
      { numRuns: 60, seed: 20_261_122 },
    );
  }, 120_000);

  it('the same holds over SQLite, reopened at each restart', async () => {
    await fc.assert(
      fc.asyncProperty(schedules(action), fc.boolean(), async (schedule, links) => {
        const directory = makeTemporaryDirectory();
        const open = (clock: ManualClock) => createSqliteChangeStore({ directory: directory.path, clock });
        checkPromises(await play({ schedule, links, reconciles: true, open }));
        directory.remove();
      }),
      { numRuns: 5, seed: 8 },
    );
  }, 120_000);
});
