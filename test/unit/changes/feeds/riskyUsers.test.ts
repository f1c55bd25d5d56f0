import { describe, expect, it } from '@jest/globals';
import { UpstreamError } from '../../../../src/errors/GatewayError.js';
import type { RiskyUser } from '../../../../src/schema/types/riskyUser.type.js';
import { fromTicks, toTicks } from '../../../../src/time/instant.js';
import { setUpIdentityFeeds } from './identitySupport.js';
import { brief, day, entriesOf, minute, ticksAt } from './support.js';

type Set = ReturnType<typeof setUpIdentityFeeds>;

const second = 1_000;
const snapshots = ({ users }: Set) => users.calls.filter((call) => call.includes('snapshot'));
const remembered = async ({ store }: Set, ...ids: string[]) =>
  new Map((await store.remembered('riskyUser', ids)).map(({ id, entity }) => [id, entity]));

async function begun(fill: (set: Set) => void = () => undefined, options = {}): Promise<Set> {
  const set = setUpIdentityFeeds(options);
  fill(set);
  await set.begin();
  set.users.calls.length = 0;
  return set;
}

describe('snapshots of risky users', () => {
  it('the first one is background work that tells nobody, and the position is when it began', async () => {
    const set = setUpIdentityFeeds();
    set.users.pageSize = 2;
    for (let n = 0; n < 3; n += 1) set.users.write(`u${n}`, ticksAt(set.clock, -n * 400 * day - minute));
    set.users.write('timeless', null);
    const startedAt = ticksAt(set.clock);
    await set.begin();
    expect(set.users.calls).toEqual(['background snapshot', 'background snapshot +2']);
    expect(await entriesOf(set.store, 'riskyUser')).toEqual([]);
    expect((await remembered(set, 'u0', 'u1', 'u2', 'timeless')).size).toBe(4);
    expect(await set.store.feed('riskyUser')).toMatchObject({
      isFilled: true,
      isComplete: true,
      coveredFrom: 0n,
      position: startedAt,
      sweptAt: fromTicks(startedAt),
    });
    await set.stop();
  });

  it('come every five minutes and tell who is new and whose risk changed', async () => {
    const set = await begun(({ users, clock }) => {
      users.write('a', ticksAt(clock, -day));
      users.write('b', ticksAt(clock, -day));
      users.write('c', null);
    });
    set.users.write('a', ticksAt(set.clock, second), { riskLevel: 'LOW' });
    set.users.write('c', null, { riskState: 'DISMISSED' });
    set.users.write('d', ticksAt(set.clock, -2 * day));
    await set.next(5 * minute - 1);
    expect(set.users.calls).toEqual([]);
    await set.next(1);
    expect(snapshots(set)).toEqual(['feed snapshot']);
    expect((await set.told('riskyUser')).map(brief).sort()).toEqual([
      ['CREATED', 'd'],
      ['UPDATED', 'a'],
      ['UPDATED', 'c'],
    ]);
    await set.stop();
  });

  it('ask by id for who left, and remove only whom the upstream does not know', async () => {
    const set = await begun(({ users, clock }) => {
      users.write('gone', ticksAt(clock, -day));
      users.write('shifted', ticksAt(clock, -day));
    });
    const shifted = set.users.rows.get('shifted') as RiskyUser;
    set.users.rows.clear();
    const byId = set.users.byId.bind(set.users);
    set.users.byId = async (id) => (await byId(id)) ?? (id === 'shifted' ? { ...shifted, riskLevel: 'LOW' } : null);
    await set.next(5 * minute);
    expect(set.users.calls).toEqual(['feed snapshot', 'byId gone', 'byId shifted']);
    expect((await set.told('riskyUser')).map(brief)).toEqual([
      ['REMOVED', 'gone'],
      ['UPDATED', 'shifted'],
    ]);
    await set.stop();
  });

  it('ask for at most ten after a snapshot and sixty in an hour when many leave at once', async () => {
    const set = await begun(({ users, clock }) => {
      for (let n = 0; n < 100; n += 1) users.write(`u${n}`, ticksAt(clock, -day));
    });
    set.users.rows.clear();
    const asked: number[] = [];
    for (let rounds = 0; rounds < 11; rounds += 1) {
      await set.next(5 * minute);
      asked.push(set.users.calls.filter((call) => call.startsWith('byId')).length);
    }
    expect(asked.slice(0, 3)).toEqual([10, 20, 30]);
    expect(asked.at(-1)).toBe(60);
    await set.stop();
  });

  it('that break off remember what they saw, and remove nobody', async () => {
    const set = await begun(({ users, clock }) => {
      users.pageSize = 2;
      for (let n = 0; n < 4; n += 1) users.write(`u${n}`, ticksAt(clock, -day));
    });
    set.users.rows.delete('u3');
    set.users.write('u4', ticksAt(set.clock, second));
    let answers = 0;
    set.users.beforeAnswer = () => {
      if (++answers === 2)
        throw new UpstreamError('UPSTREAM_TIMEOUT', 'late', { upstream: 'GRAPH_IDENTITY_PROTECTION' });
    };
    await set.next(5 * minute);
    expect([await set.told('riskyUser'), set.statusOf('riskyUsers')?.failures]).toEqual([[], 1]);
    await set.next(minute);
    expect((await set.told('riskyUser')).map(brief)).toEqual([
      ['CREATED', 'u4'],
      ['REMOVED', 'u3'],
    ]);
    await set.stop();
  });

  it('of many pages come less often, so that they take at most 24 calls an hour, and the status says so', async () => {
    const set = await begun(({ users, clock }) => {
      users.pageSize = 10;
      for (let n = 0; n < 60; n += 1) users.write(`u${n}`, ticksAt(clock, -day));
    });
    expect(set.statusOf('riskyUsers')?.intervalMs).toBe(15 * minute);
    await set.next(15 * minute - 1);
    expect(set.users.calls).toEqual([]);
    await set.next(1);
    expect(snapshots(set)).toHaveLength(6);
    await set.stop();
    const again = setUpIdentityFeeds({ clock: set.clock, riskyUsers: set.users, store: set.store });
    await set.store.feed('riskyUser');
    await again.begin();
    expect(again.statusOf('riskyUsers')?.intervalMs).toBe(15 * minute);
    await again.stop();
  });

  it('of more than 200 pages are never whole: nothing is proved, nobody is removed', async () => {
    const set = await begun(({ users, clock }) => {
      users.pageSize = 1;
      for (let n = 0; n < 201; n += 1) users.write(`u${n}`, ticksAt(clock, -day));
    });
    expect(await set.store.feed('riskyUser')).toMatchObject({ isFilled: true, isComplete: false });
    set.users.rows.delete('u0');
    set.users.write('u201', ticksAt(set.clock));
    await set.next(24 * 60 * minute);
    expect(await set.store.feed('riskyUser')).toMatchObject({ isComplete: false });
    expect(await remembered(set, 'u0')).toHaveProperty('size', 1);
    expect((await set.told('riskyUser')).filter(({ change }) => change === 'REMOVED')).toEqual([]);
    await set.stop();
  });
});

describe('users named by new detections', () => {
  it('are read again at once, 15 a call, each once, and what changed is told before the next snapshot', async () => {
    const set = await begun();
    for (let n = 0; n < 20; n += 1) {
      set.users.write(`u${n}`, ticksAt(set.clock, second));
      const names = { userId: `u${n}`, userPrincipalName: `u${n}@contoso.com` };
      set.detections.write(`r${n}a`, ticksAt(set.clock, second), names);
      set.detections.write(`r${n}b`, ticksAt(set.clock, second), names);
    }
    set.detections.write('app', ticksAt(set.clock), { userId: 'p', activity: 'SERVICE_PRINCIPAL' });
    await set.next();
    for (let seconds = 0; seconds < 3; seconds += 1) await set.next(second);
    expect(set.users.calls.map((call) => call.split(' ').length - 1)).toEqual([15, 5]);
    const told = await set.told('riskyUser');
    expect(told.map(({ change, detectedBy }) => `${change} ${detectedBy}`)).toEqual(Array(20).fill('CREATED POLL'));
    await set.stop();
  });

  it('are left to the snapshot when they cannot be read three times', async () => {
    const set = await begun();
    set.users.write('u', ticksAt(set.clock, second));
    const failure = new UpstreamError('UPSTREAM_TIMEOUT', 'late', { upstream: 'GRAPH_IDENTITY_PROTECTION' });
    set.users.failures.push(failure, failure, failure);
    set.detections.write('r', ticksAt(set.clock, second), { userId: 'u', userPrincipalName: 'u@contoso.com' });
    for (let seconds = 0; seconds < 100; seconds += 1) await set.next(second);
    expect(set.users.calls).toEqual(Array(3).fill('named u@contoso.com'));
    await set.next(4 * minute);
    expect((await set.told('riskyUser')).map(brief)).toEqual([['CREATED', 'u']]);
    await set.stop();
  });

  it('cause at most 60 such calls an hour', async () => {
    const set = await begun();
    for (let n = 0; n < 120; n += 1) {
      set.detections.write(`r${n}`, ticksAt(set.clock), { userId: `u${n}`, userPrincipalName: `u${n}@contoso.com` });
      await set.next(25 * second);
    }
    const named = set.users.calls.filter((call) => call.startsWith('named'));
    expect(named.length).toBeGreaterThan(40);
    expect(named.length).toBeLessThanOrEqual(60);
    await set.stop();
  });
});

describe('users on whom we acted ourselves', () => {
  const done = { riskState: 'DISMISSED', riskLevel: 'NONE' };
  /** Our action, as an overlay says it until the upstream shows it. */
  const overlaid = (doneAt: string) => (id: string, user: RiskyUser | null) =>
    user?.riskState === done.riskState
      ? user
      : ({ __typename: 'RiskyUser', ...user, id, ...done, riskLastUpdatedDateTime: doneAt } as RiskyUser);

  it('are read at once and told once, as a mutation', async () => {
    const set = await begun(({ users, clock }) => users.write('u', ticksAt(clock, -day)));
    set.users.write('u', ticksAt(set.clock, second), done);
    set.identity.acted([{ id: 'u', userPrincipalName: 'u@contoso.com' }]);
    await set.next(second);
    expect(set.users.calls).toEqual(['named u@contoso.com']);
    await set.next(5 * minute);
    expect((await set.told('riskyUser')).map(({ change, detectedBy }) => [change, detectedBy])).toEqual([
      ['UPDATED', 'MUTATION'],
    ]);
    await set.stop();
  });

  it('are told with what the action does while reads lag, are not told back, and move on with the upstream', async () => {
    const doneAt = '2026-11-21T08:00:01Z';
    const set = await begun(({ users, clock }) => users.write('u', ticksAt(clock, -day)), {
      ownActions: overlaid(doneAt),
    });
    set.identity.acted([{ id: 'u', userPrincipalName: 'u@contoso.com' }]);
    await set.next(second);
    expect((await remembered(set, 'u')).get('u')).toMatchObject({ ...done, riskLastUpdatedDateTime: doneAt });
    await set.next(4 * minute + 59 * second);
    expect(snapshots(set)).toHaveLength(1);
    expect((await set.told('riskyUser')).map(brief)).toEqual([['UPDATED', 'u']]);
    set.users.write('u', (toTicks(doneAt) as bigint) - 1n, done);
    await set.next(5 * minute);
    expect(await set.told('riskyUser')).toHaveLength(1);
    expect((await remembered(set, 'u')).get('u')).toEqual(set.users.rows.get('u'));
    await set.stop();
  });

  it('whom the upstream never shows changed are told back when reads cannot lag any more', async () => {
    const set = await begun(({ users, clock }) => users.write('u', ticksAt(clock, -day)), {
      ownActions: overlaid('2026-11-21T08:00:01Z'),
    });
    set.identity.acted([{ id: 'u', userPrincipalName: 'u@contoso.com' }]);
    await set.next(second);
    await set.next(5 * minute);
    await set.next(5 * minute);
    expect((await set.told('riskyUser')).map(({ entity }) => (entity as RiskyUser).riskState)).toEqual([
      'DISMISSED',
      'AT_RISK',
    ]);
    await set.stop();
  });

  it('and who never were at risk have what the action tells until the upstream tells more', async () => {
    const doneAt = '2026-11-21T08:00:01Z';
    const set = await begun(undefined, { ownActions: overlaid(doneAt) });
    set.identity.acted([{ id: 'u', userPrincipalName: 'u@contoso.com' }]);
    await set.next(second);
    expect(set.users.calls).toEqual(['named u@contoso.com', 'byId u']);
    set.users.write('u', (toTicks(doneAt) as bigint) - 5_000n, { ...done, userDisplayName: 'Ulla' });
    await set.next(5 * minute);
    expect((await set.told('riskyUser')).map(brief)).toEqual([
      ['CREATED', 'u'],
      ['UPDATED', 'u'],
    ]);
    expect((await remembered(set, 'u')).get('u')).toEqual(set.users.rows.get('u'));
    await set.stop();
  });

  it('are forgotten when the gateway stops', async () => {
    const set = await begun();
    set.identity.acted([{ id: 'u', userPrincipalName: null }]);
    await set.stop();
    set.identity.acted([{ id: 'v', userPrincipalName: null }]);
    await set.next(minute);
    expect([set.users.calls, set.clock.sleepers()]).toEqual([[], []]);
  });
});

describe('the calls of Identity Protection at rest', () => {
  it.each([
    ['a small tenant, of a page or two', 90, 40, 140],
    ['a large tenant, of 80 pages of detections and 40 of users', 4_000, 2_000, 180],
  ])('stay under five hundredths of one a second, 180 an hour: %s', async (_what, detections, users, most) => {
    const set = await begun((each) => {
      each.detections.pageSize = 50;
      each.users.pageSize = 50;
      for (let n = 0; n < detections; n += 1)
        each.detections.write(`r${n}`, ticksAt(each.clock, (-n / detections) * 29 * day - 3 * 60 * minute));
      for (let n = 0; n < users; n += 1) each.users.write(`u${n}`, ticksAt(each.clock, -day));
    });
    const perHour: number[] = [];
    for (const hours of [2, 23, 24, 25]) {
      for (; set.clock.now() < Date.parse('2026-11-21T08:00:00Z') + (hours - 1) * 60 * minute; )
        await set.next(30 * minute);
      set.users.calls.length = 0;
      set.detections.calls.length = 0;
      for (let rounds = 0; rounds < 120; rounds += 1) await set.next();
      perHour.push(set.users.calls.length + set.detections.calls.length);
    }
    expect(Math.min(...perHour)).toBeGreaterThan(120);
    expect(Math.max(...perHour)).toBeLessThanOrEqual(most);
    expect(set.statusOf('riskEvents')?.failures).toBe(0);
    await set.stop();
  });
});
