import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { GraphQLAnswer } from '../support/graphql.js';
import { type Stack, startStack } from '../support/startStack.js';

const fresh = { 'cache-control': 'no-cache' };

/** The fifty newest alerts joined to their people and the secure score; `mcas` adds what no feed tells of. */
function fiftyAlerts(mcas: string): string {
  return /* GraphQL */ `
    query FiftyAlertsJoined {
      alerts(first: 50) {
        nodes {
          id
          severity
          status
          evidence {
            __typename
            verdict
            ... on UserEvidence { userAccount { userPrincipalName } }
            ... on DeviceEvidence { deviceDnsName }
            ... on IpEvidence { ipAddress }
            ... on FileEvidence { fileDetails { sha256 } }
          }
          users {
            id
            userPrincipalName
            riskyUser { riskLevel riskState }
            riskEvents(first: 10) { nodes { riskEventType activityDateTime } info { source truncated } }
            ${mcas}
          }
          devices { id displayName }
          riskEvents(first: 10) { nodes { id } totalCount info { source truncated } }
        }
        info { source truncated }
      }
      secureScore { currentScore maxScore controlScores { controlName score profile { id title } } }
    }
  `;
}

const joined = fiftyAlerts('');
const joinedWithActivities = fiftyAlerts('mcasActivities(first: 5) { nodes { id timestamp } info { truncated } }');

const sources = /* GraphQL */ `
  query Sources {
    alerts(first: 1) { info { source } }
    riskEvents(first: 1) { info { source } }
    riskyUsers(first: 1) { info { source } }
    secureScores(first: 1) { info { source } }
  }
`;

/** The answer without what tells where it came from. */
function withoutInfo(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value, (name, member: unknown) => (name === 'info' ? undefined : member)));
}

function costOf({ extensions }: GraphQLAnswer<any>) {
  const { upstreamCalls, cacheHits, mirrorHits = 0 } = extensions?.gateway ?? {};
  return { upstreamCalls, cacheHits, usesMirror: mirrorHits > 0 };
}

const free = { upstreamCalls: {}, cacheHits: 0, usesMirror: true };

describe.each([
  { seed: 1, usersInNewestAlerts: 14 },
  { seed: 7, usersInNewestAlerts: 50 },
])('a gateway whose mirror has caught up, in tenant $seed', ({ seed, usersInNewestAlerts }) => {
  let stack: Stack;
  let people: { id: string; userPrincipalName: string }[];

  const isMirrored = ({ data }: GraphQLAnswer<any>) =>
    Object.values<any>(data ?? {}).every((list) => list?.info.source === 'MIRROR');
  /** Asks twice, from the mirror and past it. */
  const compare = async (query: string, variables: Record<string, unknown> = {}) => {
    const mirrored = await stack.ask(query, { variables });
    const insisted = await stack.ask(query, { variables, headers: fresh });
    expect(insisted.errors).toBeUndefined();
    expect(Object.keys(insisted.extensions?.gateway?.upstreamCalls ?? {})).not.toHaveLength(0);
    expect(withoutInfo(mirrored.data)).toEqual(withoutInfo(insisted.data));
    expect(costOf(mirrored)).toEqual(free);
    return mirrored;
  };

  /** The directory is read right after the rows that name somebody; nothing but the mirror ends this wait. */
  const untilFree = async (query: string): Promise<GraphQLAnswer<any>> => {
    const answer = await stack.ask(query);
    if (JSON.stringify(costOf(answer)) === JSON.stringify(free)) return answer;
    await sleep(200);
    return untilFree(query);
  };

  beforeAll(async () => {
    stack = await startStack({ emulator: { seed, tenant: { usersInNewestAlerts } }, env: { POLL_SECONDS: '1' } });
    while (!isMirrored(await stack.ask(sources))) await sleep(200);
    const answer = await untilFree(joined);
    const users = answer.data?.alerts.nodes.flatMap((alert: any) => alert.users);
    people = [...new Map<string, any>(users.map((user: any) => [user.id, user])).values()];
  }, 90_000);
  afterAll(() => stack.stop());

  it('answers fifty alerts joined to their people and the score with neither a call nor the cache, Cloud Apps left out', async () => {
    const answer = await stack.ask(joinedWithActivities);
    expect(answer.errors).toBeUndefined();
    const calls = await stack.callsOf(answer);
    expect(calls.length).toBeGreaterThan(0);
    expect(calls.filter(({ area }) => area !== 'mcas')).toEqual([]);
    expect(people.length).toBeGreaterThan(0.7 * usersInNewestAlerts);
  });

  it('says of each of those lists that it is the mirror, whole', async () => {
    const answer = await stack.ask(joined);
    expect(costOf(answer)).toEqual(free);
    expect(await stack.callsOf(answer)).toEqual([]);
    expect(answer.data?.alerts.info).toEqual({ source: 'MIRROR', truncated: false });
    for (const alert of answer.data?.alerts.nodes ?? []) {
      if (alert.users.length > 0) expect(alert.riskEvents.info).toEqual({ source: 'MIRROR', truncated: false });
      for (const user of alert.users) expect(user.riskEvents.info).toEqual({ source: 'MIRROR', truncated: false });
    }
    const asOf = Date.parse(answer.extensions?.gateway?.asOf ?? '');
    expect(asOf).toBeGreaterThan(Date.now() - 120_000);
  });

  it('answers the same as the upstream', async () => {
    await compare(joined);
  });

  it.each([
    [{}],
    [{ riskLevel: { in: ['HIGH'] } }],
    [{ riskState: { in: ['AT_RISK'] }, riskEventType: { notIn: ['leakedCredentials'] } }],
  ])('lists risk events as the upstream does: %j', async (filter) => {
    const query = `query ($filter: RiskEventFilter, $after: String) {
      riskEvents(filter: $filter, first: 9, after: $after) {
        edges { cursor node { id riskState userPrincipalName detectedDateTime } } pageInfo { hasNextPage } totalCount info { source }
      }
    }`;
    const page = await compare(query, { filter });
    const { edges, pageInfo, info } = page.data?.riskEvents ?? {};
    expect(info.source).toBe('MIRROR');
    if (pageInfo.hasNextPage) await compare(query, { filter, after: edges.at(-1).cursor });
  });

  it('lists risky users as the upstream does, and knows without a call who never was at risk', async () => {
    const query = `query ($filter: RiskyUserFilter) {
      riskyUsers(filter: $filter, first: 5) { edges { cursor node { id riskLevel user { id } } } totalCount info { source } }
    }`;
    await compare(query, { filter: { riskLevel: { in: ['HIGH', 'MEDIUM'] } } });
    const nobody = { id: '00000000-0000-4000-8000-000000000000' };
    await compare('query ($id: ID!) { riskyUser(id: $id) { id } }', nobody);
  });

  it('knows the scores of the window and every control', async () => {
    const query = `query ($date: LocalDate) {
      latest: secureScore { id currentScore }
      ofDay: secureScore(date: $date) { id currentScore }
      secureScores(first: 20) { edges { cursor node { id currentScore } } pageInfo { hasNextPage } totalCount }
      secureScoreControlProfiles { id title maxScore }
    }`;
    await compare(query, { date: new Date(Date.now() - 5 * 86_400_000).toISOString().slice(0, 10) });
  });

  it('knows whom mirrored rows name by id and by name, and tells how old that is', async () => {
    const [one] = people;
    const query = `query ($id: ID!, $name: String!) {
      byId: user(id: $id) { id displayName userPrincipalName accountEnabled }
      byName: user(userPrincipalName: $name) { id department }
    }`;
    const answer = await compare(query, { id: one?.id, name: one?.userPrincipalName.toUpperCase() });
    expect(answer.data?.byName.id).toBe(one?.id);
    expect(Date.parse(answer.extensions?.gateway?.asOf ?? '')).toBeGreaterThan(Date.now() - 120_000);
  });

  it('tells what happened around a user inside the window', async () => {
    const query = `query ($id: ID!, $from: DateTime) {
      user(id: $id) {
        timeline(first: 20, from: $from, kinds: [ALERT, RISK_EVENT]) {
          edges { cursor node { __typename } } pageInfo { hasNextPage } totalCount info { source }
        }
      }
    }`;
    const from = new Date(Date.now() - 20 * 86_400_000).toISOString();
    const answer = await compare(query, { id: people[0]?.id, from });
    expect(answer.data?.user.timeline.edges.length).toBeGreaterThan(0);
    expect(answer.data?.user.timeline.info.source).toBe('MIRROR');
  });

  it('learns of whom a new alert names soon after it', async () => {
    const begun = Date.now() - 60_000;
    await stack.control('POST', '/_control/alerts', { count: 3 });
    const query = '{ alerts(first: 3) { nodes { id createdDateTime users { id } devices { id } } } }';
    let alerts: any[];
    do {
      alerts = (await untilFree(query)).data?.alerts.nodes;
    } while (alerts.some(({ createdDateTime }) => Date.parse(createdDateTime) < begun));
    expect(alerts.some(({ users, devices }) => users.length + devices.length > 0)).toBe(true);
  });
});
