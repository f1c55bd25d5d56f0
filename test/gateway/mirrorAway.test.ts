import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { GraphQLAnswer } from '../support/graphql.js';
import { buildHastyClock } from '../support/hastyClock.js';
import { type Stack, startStack } from '../support/startStack.js';

const seconds = 1_000;
const minutes = 60 * seconds;
const hours = 60 * minutes;

/** Other lists, so that those of the test are not in the cache. */
const sources = /* GraphQL */ `
  query Sources {
    alerts(first: 1) { info { source } }
    incidents(first: 1) { info { source } }
    riskEvents(first: 1, filter: { riskState: { notIn: [DISMISSED] } }) { info { source } }
    riskyUsers(first: 1, filter: { riskLevel: { notIn: [LOW] } }) { info { source } }
    secureScores(first: 1) { info { source } }
  }
`;
const lists = /* GraphQL */ `
  query Lists {
    alerts(first: 3) { nodes { id title } info { source stale asOf } }
    incidents(first: 3) { nodes { id } info { source stale asOf } }
    riskEvents(first: 3) { nodes { id riskState } info { source stale asOf } }
    riskyUsers(first: 3) { nodes { id riskLevel } info { source stale asOf } }
    secureScores(first: 3) { nodes { id currentScore } info { source stale asOf } }
  }
`;
const single = /* GraphQL */ `
  query Single($alert: ID!, $incident: ID!, $riskEvent: ID!, $riskyUser: ID!) {
    alert(id: $alert) { id title users { id displayName } devices { id } }
    incident(id: $incident) { id }
    riskEvent(id: $riskEvent) { id riskState user { id } }
    riskyUser(id: $riskyUser) { id riskLevel user { id userPrincipalName riskyUser { riskLevel } } }
    secureScore { id currentScore controlScores { controlName profile { title } } }
  }
`;

type Answer = GraphQLAnswer<any>;

describe('a gateway whose mirror had caught up before every upstream throttled it', () => {
  const clock = buildHastyClock(1);
  let stack: Stack;
  let listed: Answer;
  let known: Answer;
  let variables: Record<string, string>;

  const infosOf = ({ data }: Answer) => Object.values<any>(data ?? {}).map((list) => list?.info);
  const rowsOf = ({ data }: Answer) => Object.entries<any>(data ?? {}).map(([name, list]) => [name, list?.nodes]);
  const codesOf = ({ errors }: Answer) => new Set(errors?.map(({ extensions }) => extensions?.code));
  const until = async (query: string, variables: object, isGood: (answer: Answer) => boolean): Promise<Answer> => {
    for (;;) {
      const answer = await stack.ask(query, { variables: { ...variables } });
      if (isGood(answer)) return answer;
      await sleep(200);
    }
  };

  beforeAll(async () => {
    stack = await startStack({ env: { POLL_SECONDS: '1', IDENTITY_SHARE: '1' }, deps: { clock } });
    await until(sources, {}, (answer) => infosOf(answer).every((info) => info?.source === 'MIRROR'));
    listed = await stack.ask(lists);
    const first = (name: string) => listed.data?.[name].nodes[0].id;
    variables = {
      alert: first('alerts'),
      incident: first('incidents'),
      riskEvent: first('riskEvents'),
      riskyUser: first('riskyUsers'),
    };
    known = await until(single, variables, ({ extensions }) => {
      const { upstreamCalls, cacheHits } = extensions?.gateway ?? {};
      return cacheHits === 0 && Object.keys(upstreamCalls ?? {}).length === 0;
    });
    for (const upstream of ['alerts', 'incidents', 'scores', 'identity', 'directory']) {
      const fault = { upstream, kind: 'status', status: 429, retryAfter: 3_600, seconds: 86_400 };
      await stack.control('POST', '/_control/faults', fault);
    }
    clock.advance(4 * seconds);
    const isRefused = async () =>
      (await stack.ledger()).some(({ path, status }) => status === 429 && path.includes('/alerts_v2'));
    while (!(await isRefused())) await sleep(50);
  }, 90_000);
  afterAll(() => stack.stop());

  it('answers lists with the rows that it last knew, marked stale, with their age', async () => {
    clock.advance(10 * minutes + 10 * seconds);
    const answer = await stack.ask(lists);
    expect(answer.errors).toBeUndefined();
    expect(rowsOf(answer)).toEqual(rowsOf(listed));
    const { alerts, incidents, riskEvents, riskyUsers, secureScores } = answer.data ?? {};
    for (const { info } of [alerts, incidents, riskEvents, riskyUsers]) {
      expect(info).toMatchObject({ source: 'MIRROR', stale: true });
      expect(Date.parse(info.asOf)).toBeGreaterThan(clock.now() - 12 * minutes);
      expect(Date.parse(info.asOf)).toBeLessThan(clock.now() - 10 * minutes);
    }
    // Scores are swept every hour, so that their mirror still counts as caught up.
    expect(secureScores.info).toMatchObject({ source: 'MIRROR', stale: false });
    const { gateway } = answer.extensions ?? {};
    expect(gateway?.stale).toBe(true);
    expect(gateway?.warnings).toContainEqual(expect.objectContaining({ code: 'STALE', upstream: 'GRAPH_SECURITY' }));
  });

  it('answers single objects and their joins so, too', async () => {
    const answer = await stack.ask(single, { variables });
    expect(answer.errors).toBeUndefined();
    expect(answer.data).toEqual(known.data);
    expect(answer.extensions?.gateway?.stale).toBe(true);
  });

  it('gives who insists on the upstream its error', async () => {
    const insisted = { variables, headers: { 'cache-control': 'no-cache' } };
    for (const query of [lists, single]) {
      const answer = await stack.ask(query, insisted);
      expect(codesOf(answer)).toEqual(new Set(['UPSTREAM_THROTTLED']));
      expect(answer.extensions?.gateway?.stale).toBeUndefined();
    }
  });

  it('tells nobody alerts and incidents that are more than half an hour old, but scores and directory', async () => {
    clock.advance(3 * hours);
    const answer = await stack.ask(lists);
    expect(answer.errors?.map(({ path }) => path?.[0]).sort()).toEqual(
      expect.arrayContaining(['alerts', 'incidents', 'riskEvents']),
    );
    expect(codesOf(answer)).toEqual(new Set(['UPSTREAM_THROTTLED']));
    const { secureScore } = (await stack.ask('{ secureScore { id currentScore } }')).data ?? {};
    expect(secureScore).toEqual({ id: known.data?.secureScore.id, currentScore: known.data?.secureScore.currentScore });
    const user = known.data?.riskyUser.user;
    const query = 'query ($id: ID!) { user(id: $id) { id userPrincipalName } }';
    const told = await stack.ask(query, { variables: { id: user.id } });
    expect(told.data?.user).toEqual({ id: user.id, userPrincipalName: user.userPrincipalName });
    expect(told.extensions?.gateway?.stale).toBe(true);
  });
});
