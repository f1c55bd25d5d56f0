import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { GraphQLAnswer } from '../support/graphql.js';
import { neverLeader } from '../support/neverLeader.js';
import { type LedgerEntry, type Stack, startStack } from '../support/startStack.js';

type Row = Readonly<Record<string, string>>;

const entitiesQuery = `query ($representations: [_Any!]!) { _entities(representations: $representations) {
  __typename
  ... on User { id } ... on Device { id } ... on Alert { id } ... on Incident { id } ... on RiskyUser { id }
  ... on MCASAlert { id } ... on MCASAccount { id } ... on MCASIPRange { id } ... on SecureScore { id }
  ... on SecureScoreControlProfile { id }
} }`;

const everything = `{
  users(first: 700) { nodes { id userPrincipalName } } devices(first: 300) { nodes { id deviceId } }
  alerts(first: 60) { nodes { id } } incidents(first: 40, filter: { status: { notIn: [REDIRECTED] } }) { nodes { id } }
  riskyUsers(first: 30) { nodes { id } } mcasAlerts(first: 30) { nodes { id } } mcasAccounts(first: 100) { nodes { id } }
  mcasIPRanges { id } secureScores(first: 30) { nodes { id } } secureScoreControlProfiles { id }
}`;

const now = new Date();

/** A tenant of which the gateway knows nothing yet; equal ones each time. */
async function startCold(): Promise<Stack> {
  return startStack({
    emulator: { seed: 'entities', alerts: 400, users: 700, switches: { limits: false }, now },
    env: { MIRROR_DAYS: '0' },
    deps: { leadership: neverLeader },
  });
}

function by(typeName: string, rows: readonly Row[], key = 'id'): Row[] {
  return rows.map((row) => ({ __typename: typeName, [key]: row[key] ?? '' }));
}

/** One from each list in turn, so that no kind comes in one piece. */
function mixed(...lists: readonly (readonly Row[])[]): Row[] {
  const longest = Math.max(...lists.map(({ length }) => length));
  return Array.from({ length: longest }, (_, n) => lists.flatMap((list) => list.slice(n, n + 1))).flat();
}

function countByArea(calls: readonly LedgerEntry[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { area } of calls) counts[area] = (counts[area] ?? 0) + 1;
  return counts;
}

function expectAllFound(answer: GraphQLAnswer<Record<string, any>>, count: number): void {
  expect(answer.errors).toBeUndefined();
  expect(answer.data?._entities).toHaveLength(count);
  expect(answer.data?._entities.filter((entity: unknown) => entity === null)).toEqual([]);
}

describe('entities of one request', () => {
  let lists: Record<string, readonly Row[]>;
  let stack: Stack;

  beforeAll(async () => {
    const source = await startCold();
    try {
      const { data, errors } = await source.ask(everything);
      expect(errors).toBeUndefined();
      lists = Object.fromEntries(Object.entries(data ?? {}).map(([name, list]) => [name, list.nodes ?? list]));
    } finally {
      await source.stop();
    }
  }, 60_000);
  beforeAll(async () => {
    stack = await startCold();
  }, 60_000);
  afterAll(() => stack.stop());

  const rows = (name: string, from: number, count: number) => lists[name]?.slice(from, from + count) ?? [];
  const find = (on: Stack, representations: readonly Row[]) =>
    on.ask(entitiesQuery, { variables: { representations } });

  /** 1,000 in all: 650 users, 250 devices, 60 alerts and 40 incidents. */
  const thousand = () =>
    mixed(
      by('User', rows('users', 0, 500)),
      by('User', rows('users', 500, 150), 'userPrincipalName'),
      by('Device', rows('devices', 0, 100)),
      by('Device', rows('devices', 100, 150), 'deviceId'),
      by('Alert', rows('alerts', 0, 60)),
      by('Incident', rows('incidents', 0, 40)),
    );

  it('of whom there are 1,000 cost 9 upstream calls', async () => {
    const wanted = thousand();
    expect(wanted).toHaveLength(1_000);
    const answer = await find(stack, wanted);
    expectAllFound(answer, 1_000);
    expect(answer.data?._entities.map(({ __typename }: Row) => __typename)).toEqual(
      wanted.map(({ __typename }) => __typename),
    );
    const calls = await stack.callsOf(answer);
    // Users and devices: a getByIds each, and a $batch each of 10 filters of 15. Alerts and incidents: 3 and 2 $batch of 20.
    expect(countByArea(calls)).toEqual({ directory: 2, batch: 2 + 3 + 2 });
    expect(answer.extensions?.gateway?.upstreamCalls).toEqual({ GRAPH_DIRECTORY: 4, GRAPH_SECURITY: 5 });
    expect(answer.extensions?.gateway?.budgetUnits).toEqual({
      GRAPH_DIRECTORY: 2 + 2 + 10 + 10,
      GRAPH_SECURITY: 60 + 40,
    });
  });

  it('cost nothing when they are asked for again', async () => {
    const again = await find(stack, thousand());
    expectAllFound(again, 1_000);
    expect(await stack.callsOf(again)).toEqual([]);
  });

  it('cost what the same ids cost in one query', async () => {
    const [users, names] = [rows('users', 0, 120), rows('users', 120, 60)];
    const [devices, deviceIds] = [rows('devices', 0, 60), rows('devices', 60, 60)];
    const [alerts, incidents] = [rows('alerts', 0, 30), rows('incidents', 0, 30)];
    const fields = [
      ...users.map(({ id }, n) => `a${n}:user(id:"${id}"){id}`),
      ...names.map(({ userPrincipalName }, n) => `b${n}:user(userPrincipalName:"${userPrincipalName}"){id}`),
      ...devices.map(({ id }, n) => `c${n}:device(id:"${id}"){id}`),
      ...deviceIds.map(({ deviceId }, n) => `d${n}:device(deviceId:"${deviceId}"){id}`),
      ...alerts.map(({ id }, n) => `e${n}:alert(id:"${id}"){id}`),
      ...incidents.map(({ id }, n) => `f${n}:incident(id:"${id}"){id}`),
    ];
    const wanted = mixed(
      by('User', users),
      by('User', names, 'userPrincipalName'),
      by('Device', devices),
      by('Device', deviceIds, 'deviceId'),
      by('Alert', alerts),
      by('Incident', incidents),
    );
    expect(wanted).toHaveLength(fields.length);
    const costs = [];
    for (const ask of [(on: Stack) => on.ask(`{${fields.join(' ')}}`), (on: Stack) => find(on, wanted)]) {
      const cold = await startCold();
      try {
        const answer = await ask(cold);
        expect(answer.errors).toBeUndefined();
        const { upstreamCalls, budgetUnits } = answer.extensions?.gateway ?? {};
        costs.push({ upstreamCalls, budgetUnits, byArea: countByArea(await cold.callsOf(answer)) });
      } finally {
        await cold.stop();
      }
    }
    expect(costs[1]).toEqual(costs[0]);
    expect(costs[1]?.byArea).toEqual({ directory: 2, batch: 2 + 2 + 2 });
  }, 60_000);

  it('share calls where the upstreams let them: 30 risky users, 130 of Cloud Apps and 30 days of scores', async () => {
    const cold = await startCold();
    try {
      const wanted = mixed(
        by('RiskyUser', rows('riskyUsers', 0, 30)),
        by('MCASAlert', rows('mcasAlerts', 0, 30)),
        by('MCASAccount', rows('mcasAccounts', 0, 100)),
        by('MCASIPRange', rows('mcasIPRanges', 0, 5)),
        by('SecureScore', rows('secureScores', 0, 30)),
        by('SecureScoreControlProfile', rows('secureScoreControlProfiles', 0, 20)),
      );
      const answer = await find(cold, wanted);
      expectAllFound(answer, wanted.length);
      // Risky users: their names in one getByIds, then 15 a filter. Cloud Apps: one call a kind. Scores: the last week
      // and the last month. Profiles: all at once.
      expect(countByArea(await cold.callsOf(answer))).toEqual({ directory: 1, identity: 2, mcas: 3, scores: 2 + 1 });
    } finally {
      await cold.stop();
    }
  }, 60_000);

  it('cost one call when there is one', async () => {
    const cold = await startCold();
    try {
      const [riskyUser] = by('RiskyUser', rows('riskyUsers', 0, 1));
      const answer = await find(cold, [riskyUser ?? {}]);
      expectAllFound(answer, 1);
      expect(countByArea(await cold.callsOf(answer))).toEqual({ identity: 1 });
    } finally {
      await cold.stop();
    }
  }, 60_000);
});
