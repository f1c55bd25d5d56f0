import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { ChangeStore } from '../../../../src/changes/changeStore.js';
import type { Change } from '../../../../src/changes/contract.js';
import { createMemoryChangeStore } from '../../../../src/changes/memoryChangeStore.js';
import { createSqliteChangeStore } from '../../../../src/changes/sqliteChangeStore.js';
import { UpstreamError } from '../../../../src/errors/GatewayError.js';
import type { RiskEvent } from '../../../../src/schema/types/riskEvent.type.js';
import type { RiskyUser } from '../../../../src/schema/types/riskyUser.type.js';
import { createManualClock, type ManualClock } from '../../cache/manualClock.js';
import { makeTemporaryDirectory } from '../temporaryDirectory.js';
import { ModelDetections, ModelUsers, setUpIdentityFeeds } from './identitySupport.js';
import { day, entriesOf, hour, minute, ticksAt } from './support.js';

const lastId = 5;
const ids = fc.nat(lastId);
const lateMs = fc.constantFrom(0, 0, 1, minute, 4 * minute, hour, 23 * hour);
const action = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ do: fc.constant('detect' as const), id: ids, lateMs, userId: ids, isNamed: fc.boolean() }),
  },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('changeUser' as const), id: ids, isTimed: fc.boolean() }) },
  /** In the middle of a reading: the row moves to the end of the list, and others move up by one. */
  { weight: 4, arbitrary: fc.record({ do: fc.constant('shift' as const), id: ids, after: fc.nat(6) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('removeDetection' as const), id: ids }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('removeUser' as const), id: ids }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('fail' as const), times: fc.integer({ min: 1, max: 3 }) }) },
  { weight: 5, arbitrary: fc.record({ do: fc.constant('sweep' as const) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('wait' as const), minutes: fc.integer({ min: 1, max: 40 }) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('restart' as const) }) },
);
type Action = typeof action extends fc.Arbitrary<infer T> ? T : never;

/** Identity Protection whose rows are written as a schedule says. */
class Tenant {
  readonly clock = createManualClock();
  readonly detections = new ModelDetections(this.clock);
  readonly users = new ModelUsers(this.clock);
  readonly written = new Set<string>();
  readonly #newest = new Map<string, bigint>();
  #states = 0;

  constructor(pageSize: number) {
    this.detections.pageSize = pageSize;
    this.users.pageSize = pageSize;
    for (let n = 0; n < 3; n += 1) {
      const version = ticksAt(this.clock, -(n + 1) * day);
      this.detections.write(`r${n}`, version);
      this.users.write(`u${n}`, version);
      for (const id of [`r${n}`, `u${n}`]) this.#newest.set(id, version);
    }
  }

  detect(id: string, late: number, fields: Readonly<Record<string, unknown>> = {}): void {
    const version = this.#above(id, ticksAt(this.clock, -late));
    this.written.add(id);
    this.detections.write(id, version, { riskDetail: `state ${++this.#states}`, ...fields });
  }

  changeUser(id: string, isTimed: boolean): void {
    const before = this.users.rows.get(id);
    const isTimeless = before === undefined ? !isTimed : before.riskLastUpdatedDateTime === null;
    const version = this.#above(id, ticksAt(this.clock));
    this.written.add(id);
    this.users.write(id, isTimeless ? null : version, { riskDetail: `state ${++this.#states}` });
  }

  do(step: Exclude<Action, { do: 'sweep' | 'wait' | 'restart' }>): void {
    switch (step.do) {
      case 'detect':
        return this.detect(`r${step.id}`, step.lateMs, {
          userId: `u${step.userId}`,
          userPrincipalName: step.isNamed ? `u${step.userId}@contoso.com` : null,
        });
      case 'changeUser':
        return this.changeUser(`u${step.id}`, step.isTimed);
      case 'removeDetection':
        return void this.detections.rows.delete(`r${step.id}`);
      case 'removeUser':
        return void this.users.rows.delete(`u${step.id}`);
      case 'shift':
        return this.#shift(step.id, step.after);
      case 'fail': {
        const failure = new UpstreamError('UPSTREAM_TIMEOUT', 'late', { upstream: 'GRAPH_IDENTITY_PROTECTION' });
        for (const list of [this.detections, this.users])
          list.failures.push(...Array.from({ length: step.times }, () => failure));
      }
    }
  }

  calm(): void {
    for (const list of [this.detections, this.users]) {
      list.failures.length = 0;
      list.beforeAnswer = () => undefined;
    }
  }

  /** Versions of an id only rise, as far back as they are stamped, and even when its row was gone in between. */
  #above(id: string, wanted: bigint): bigint {
    const newest = this.#newest.get(id) ?? ticksAt(this.clock, -10 * day);
    const version = wanted > newest ? wanted : newest + 1n;
    this.#newest.set(id, version);
    return version;
  }

  #shift(id: number, after: number): void {
    let answers = 0;
    const once = (change: () => void) => () => {
      if (answers++ === after) change();
    };
    this.detections.beforeAnswer = once(() => this.detect(`r${id}`, 0));
    this.users.beforeAnswer = once(() => this.changeUser(`u${id}`, true));
  }
}

async function play(schedule: readonly Action[], pageSize: number, openStore: (clock: ManualClock) => ChangeStore) {
  const tenant = new Tenant(pageSize);
  const { clock, detections, users } = tenant;
  const store = openStore(clock);
  const open = () => setUpIdentityFeeds({ clock, store, riskEvents: detections, riskyUsers: users });
  let set = open();
  await set.begin();
  for (const step of schedule) {
    if (step.do === 'sweep') await set.next();
    else if (step.do === 'wait') await set.next(step.minutes * minute);
    else if (step.do === 'restart') {
      await set.stop();
      set = open();
      await set.begin();
    } else tenant.do(step);
  }
  tenant.calm();
  for (let half = 0; half < 2 * 54; half += 1) await set.next(hour / 2);
  await set.stop();
  return { tenant, store };
}

type Row = Pick<RiskEvent | RiskyUser, 'riskDetail'>;

function checkOne(told: readonly Change[], row: Row | undefined, isWritten: boolean): void {
  const states = told.map(({ entity }) => (entity as Row | null)?.riskDetail ?? null);
  if (row === undefined) expect([undefined, 'REMOVED']).toContain(told.at(-1)?.change);
  else if (isWritten) expect(states.at(-1)).toBe(row.riskDetail);
  const named = states.filter((state) => state !== null);
  expect(new Set(named).size).toBe(named.length);
}

async function checkPromises({ tenant, store }: Awaited<ReturnType<typeof play>>): Promise<void> {
  for (const [topic, list, letter] of [
    ['riskEvent', tenant.detections, 'r'],
    ['riskyUser', tenant.users, 'u'],
  ] as const) {
    const remembered = new Map<string, unknown>();
    for await (const page of store.rows(topic)) for (const { id, entity } of page) remembered.set(id, entity);
    expect(Object.fromEntries(remembered)).toEqual(Object.fromEntries<unknown>(list.rows));
    expect(await store.feed(topic)).toMatchObject({ isFilled: true, isComplete: true });
    const told = (await entriesOf(store, topic)).filter(({ isSilent }) => !isSilent);
    expect(told.filter(({ change }) => change === 'RESYNC')).toEqual([]);
    for (let n = 0; n <= lastId; n += 1) {
      const id = `${letter}${n}`;
      const own = told.filter((entry) => entry.id === id);
      checkOne(own, list.rows.get(id), tenant.written.has(id));
    }
  }
}

const schedules = fc.array(action, { maxLength: 25 });
const pageSizes = fc.constantFrom(1, 2, 3, 500);

describe('whatever is written, late, moved between pages, removed, failed or restarted in Identity Protection', () => {
  it('both feeds end with exactly what the upstream holds, and every final state is told once', async () => {
    await fc.assert(
      fc.asyncProperty(schedules, pageSizes, async (schedule, pageSize) => {
        await checkPromises(await play(schedule, pageSize, (clock) => createMemoryChangeStore({ clock })));
      }),
      { numRuns: 60 },
    );
  }, 120_000);

  it('and so they do when the state is kept in files', async () => {
    await fc.assert(
      fc.asyncProperty(schedules, pageSizes, async (schedule, pageSize) => {
        const directory = makeTemporaryDirectory();
        const open = (clock: ManualClock) => createSqliteChangeStore({ directory: directory.path, clock });
        const played = await play(schedule, pageSize, open);
        await checkPromises(played);
        await played.store.close();
        directory.remove();
      }),
      { numRuns: 15 },
    );
  }, 120_000);
});
