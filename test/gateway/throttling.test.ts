import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type FaultyTenant, startFaultyTenant } from '../support/faultyTenant.js';
import { type Stack, startStack } from '../support/startStack.js';

const untilCleared = { seconds: 3600 };

describe('a tenant that throttles', () => {
  let tenant: FaultyTenant;
  let userId: string;

  beforeAll(async () => {
    tenant = await startFaultyTenant();
    userId = tenant.whole.data?.alerts.nodes.flatMap(({ users }: any) => users)[0].id;
  }, 60_000);
  afterAll(() => tenant.stop());

  const joined = () => `{ user(id: "${userId}") { id riskyUser { id }
    riskEvents(first: 3) { nodes { id } info { stale asOf warnings { code } } }
    mcasActivities(first: 3) { nodes { id } info { stale asOf } } } }`;

  it.each([
    ['seconds', { retryAfter: 2 }],
    ['decimals', { retryAfter: 1.5 }],
    ['a date', { retryAfter: 2, retryAfterForm: 'date' }],
    ['nothing', {}],
  ])('repeats only the refused parts of a $batch, after %s, and answers whole', async (_name, form) => {
    const list = await tenant.askAfresh('{ alerts(first: 20) { nodes { id } } }');
    const ids: string[] = list.data?.alerts.nodes.map(({ id }: { id: string }) => id);
    const query = `{ alertsByIds(ids: ${JSON.stringify(ids)}) { id } }`;
    const refused = [ids[3], ids[11]].map((id) => ({
      upstream: 'alerts',
      match: String(id),
      kind: 'status',
      status: 429,
      times: 1,
      ...form,
    }));
    const answer = await tenant.askUnder(refused, query);
    expect(answer.errors).toBeUndefined();
    expect(answer.data?.alertsByIds.map(({ id }: { id: string }) => id)).toEqual(ids);
    const parts = (await tenant.stack.ledger()).filter(
      ({ clientRequestId, batchPart }) => batchPart === true && clientRequestId === answer.headers.get('x-request-id'),
    );
    expect(parts).toHaveLength(22);
    expect(parts.filter(({ status }) => status === 429)).toHaveLength(2);
    expect(answer.extensions?.gateway).toMatchObject({
      upstreamCalls: { GRAPH_SECURITY: 2 },
      budgetUnits: { GRAPH_SECURITY: 22 },
    });
  });

  it.each([
    ['identity', 'riskEvents', 'GRAPH_IDENTITY_PROTECTION'],
    ['mcas', 'mcasActivities', 'MCAS'],
  ])('lets old values stand in while %s refuses, and says so everywhere', async (upstream, field, name) => {
    const fresh = await tenant.askAfresh(joined());
    expect(fresh.errors).toBeUndefined();
    expect(fresh.extensions?.gateway?.stale).toBeUndefined();
    const fault = { upstream, kind: 'status', status: 429, retryAfter: 30, ...untilCleared };
    await tenant.stack.control('POST', '/_control/faults', fault);
    tenant.advance(8 * 60_000);
    const stale = await tenant.stack.ask(joined());
    const { data } = await tenant.stack.ask('{ upstreams { name state } }');
    await tenant.stack.control('DELETE', '/_control/faults');
    expect(stale.errors).toBeUndefined();
    expect(stale.data?.user[field].nodes).toEqual(fresh.data?.user[field].nodes);
    expect(stale.data?.user[field].info).toMatchObject({ stale: true, asOf: fresh.data?.user[field].info.asOf });
    expect(stale.extensions?.gateway).toMatchObject({ stale: true, asOf: expect.any(String) });
    expect(stale.extensions?.gateway?.warnings).toContainEqual(
      expect.objectContaining({ code: 'STALE', upstream: name }),
    );
    const states = Object.fromEntries(
      data?.upstreams.map((each: { name: string; state: string }) => [each.name, each.state]),
    );
    expect(states).toMatchObject({ GRAPH_SECURITY: 'OK', [name]: 'THROTTLED' });
    const recovered = await tenant.askAfresh(joined());
    expect(recovered.errors).toBeUndefined();
    expect(recovered.extensions?.gateway?.stale).toBeUndefined();
  });

  it('tells who never was at risk from who cannot be asked for', async () => {
    const query = `{ user(id: "${userId}") { riskyUser { id } } }`;
    const fresh = await tenant.askAfresh(query);
    const fault = { upstream: 'identity', kind: 'status', status: 429, ...untilCleared };
    const refused = await tenant.askUnder([fault], query);
    expect(fresh.errors).toBeUndefined();
    expect(refused.data?.user).toEqual({ riskyUser: null });
    expect(refused.errors).toMatchObject([{ extensions: { code: 'UPSTREAM_THROTTLED' } }]);
  });
});

describe('an upstream whose name does not resolve', () => {
  let stack: Stack;

  beforeAll(async () => {
    stack = await startStack({ env: { GRAPH_URL: 'https://graph.invalid' } });
  }, 60_000);
  afterAll(() => stack?.stop());

  it('answers UPSTREAM_UNAVAILABLE for its own fields and leaves the others whole', async () => {
    const answer = await stack.ask(
      '{ incidents(first: 1) { nodes { id } } mcasActivities(first: 1) { nodes { id } } viewer { id } }',
    );
    expect(answer.data?.incidents).toBeNull();
    expect(answer.data?.mcasActivities.nodes).toHaveLength(1);
    expect(answer.errors).toMatchObject([
      { path: ['incidents'], extensions: { code: 'UPSTREAM_UNAVAILABLE', upstream: 'GRAPH_SECURITY' } },
    ]);
    expect(JSON.stringify(answer)).not.toContain('graph.invalid');
  });

  it('is not said to have been called', async () => {
    const answer = await stack.ask('{ secureScore { id } }');
    expect(answer.errors).toHaveLength(1);
    expect(answer.extensions?.gateway?.upstreamCalls).toEqual({});
  });
});
