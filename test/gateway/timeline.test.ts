import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { buildHastyClock, type HastyClock } from '../support/hastyClock.js';
import { type Stack, startStack } from '../support/startStack.js';

const timeline = `nodes { __typename id occurredAt } totalCount pageInfo { hasNextPage endCursor }
  info { truncated partial warnings { code upstream message } }`;
const query = `query ($id: ID!, $first: Int, $after: String, $kinds: [TimelineKind!]) {
  user(id: $id) { id timeline(first: $first, after: $after, kinds: $kinds) { ${timeline} } } }`;
const days = 86_400_000;

describe('User.timeline', () => {
  let stack: Stack;
  let clock: HastyClock;
  let id: string;

  beforeAll(async () => {
    clock = buildHastyClock(20);
    stack = await startStack({
      emulator: { alerts: 120, users: 15, switches: { limits: false } },
      env: { REQUEST_TIMEOUT_MS: '60000', IDENTITY_SHARE: '1', POLL_SECONDS: '3600', MIRROR_DAYS: '0' },
      deps: { clock },
    });
    const answer = await stack.ask('{ alerts(first: 50) { nodes { users { id riskEvents { nodes { id } } } } } }');
    const users = answer.data?.alerts.nodes.flatMap((alert: any) => alert.users);
    id = users.find(({ riskEvents }: any) => riskEvents.nodes.length > 0).id;
  });
  afterAll(() => stack.stop());
  beforeEach(async () => {
    await stack.control('DELETE', '/_control/faults');
    clock.advance(3 * days);
  });

  const ask = async (variables: Record<string, unknown> = {}) =>
    await stack.ask(query, { variables: { id, first: 1000, ...variables } });
  const kindsIn = (answer: Awaited<ReturnType<typeof ask>>) =>
    new Set(
      answer.data?.user.timeline.nodes.map(({ __typename }: any) => __typename.replace(/.*RiskEvent$/, 'RiskEvent')),
    );
  const breakDown = (upstream: string) =>
    stack.control('POST', '/_control/faults', { upstream, kind: 'status', status: 503, seconds: 3600 });

  it('has all three kinds in one page when it is asked for enough, and then knows how many there are', async () => {
    const { data, errors } = await ask();
    expect(errors).toBeUndefined();
    const { nodes, totalCount, pageInfo, info } = (data as Record<string, any>).user.timeline;
    expect(kindsIn({ data } as any)).toEqual(new Set(['Alert', 'RiskEvent', 'MCASActivity']));
    expect([totalCount, pageInfo.hasNextPage, info.partial, info.truncated]).toEqual([
      nodes.length,
      false,
      false,
      false,
    ]);
  });

  it('costs one call for each kind and one for the user, however short the page', async () => {
    const answer = await ask({ first: 5 });
    const areas = (await stack.callsOf(answer)).map(({ area }) => area).sort();
    expect(areas).toEqual(['alerts', 'directory', 'identity', 'mcas']);
  });

  it('asks nothing of the systems whose kind is not wanted', async () => {
    const answer = await ask({ first: 5, kinds: ['ALERT'] });
    expect((await stack.callsOf(answer)).map(({ area }) => area).sort()).toEqual(['alerts', 'directory']);
    expect(kindsIn(answer)).toEqual(new Set(['Alert']));
  });

  it.each([
    ['alerts', 'GRAPH_SECURITY', 'Alert'],
    ['identity', 'GRAPH_IDENTITY_PROTECTION', 'RiskEvent'],
    ['mcas', 'MCAS', 'MCASActivity'],
  ])('leaves out %s when they fail, and names %s', async (area, upstream, kind) => {
    await breakDown(area);
    const answer = await ask();
    expect(answer.errors).toBeUndefined();
    const { info, totalCount } = (answer.data as Record<string, any>).user.timeline;
    expect(info).toMatchObject({ partial: true, warnings: [{ code: 'UPSTREAM_PARTIAL', upstream }] });
    expect(answer.extensions?.gateway?.warnings).toEqual([expect.objectContaining({ upstream })]);
    expect([totalCount, kindsIn(answer).has(kind), kindsIn(answer).size]).toEqual([null, false, 2]);
  });

  it('is an error when every system that was asked fails', async () => {
    for (const area of ['alerts', 'mcas']) await breakDown(area);
    const answer = await ask({ kinds: ['ALERT', 'MCAS_ACTIVITY'] });
    expect(answer.data?.user).toEqual({ id, timeline: null });
    expect(answer.errors).toMatchObject([{ path: ['user', 'timeline'], extensions: { code: 'UPSTREAM_UNAVAILABLE' } }]);
  });

  it.each([
    ['no kind at all', { kinds: [] }],
    ['a page of no rows', { first: 0 }],
    ['a cursor that is none', { after: 'nonsense' }],
  ])('refuses %s', async (_what, variables) => {
    const answer = await ask(variables);
    expect(answer.errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
  });

  it('refuses the cursor of another choice of kinds', async () => {
    const { data } = await ask({ first: 2 });
    const answer = await ask({ after: data?.user.timeline.pageInfo.endCursor, kinds: ['ALERT'] });
    expect(answer.errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
  });
});
