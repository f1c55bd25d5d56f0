import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Stack, startStack } from '../support/startStack.js';

const query = `{
  alerts(first: 1) { nodes { id } }
  incidents(first: 1) { nodes { id } }
  secureScore { id }
  riskEvents(first: 1) { nodes { id } }
  riskyUsers(first: 1) { nodes { id } }
  users(first: 1) { nodes { id riskyUser { id } } }
  upstreams { name state }
}`;
const absent = ['alerts', 'incidents', 'riskEvents', 'riskyUsers', 'secureScore'];

describe('in the China cloud, whose Graph has the directory alone', () => {
  let stack: Stack;
  beforeAll(async () => {
    stack = await startStack({ env: { CLOUD: 'china' } });
  });
  afterAll(() => stack.stop());

  it('fields that nothing serves say so without a call, and the directory answers', async () => {
    const answer = await stack.ask(query);
    expect(answer.data).toMatchObject(Object.fromEntries(absent.map((field) => [field, null])));
    expect(answer.data?.users.nodes).toEqual([{ id: expect.any(String), riskyUser: null }]);
    for (const { extensions, message } of answer.errors ?? []) {
      expect(extensions?.code).toBe('UPSTREAM_NOT_CONFIGURED');
      expect(message).toContain('the cloud "china" does not offer it');
    }
    expect(answer.errors?.map(({ path }) => path?.[0]).sort()).toEqual([...absent, 'users'].sort());
    const calls = (await stack.ledger()).filter(({ upstream }) => upstream === 'graph');
    expect(new Set(calls.map(({ area }) => area))).toEqual(new Set(['directory']));
  });

  it('the feed does not run, nothing is degraded by it, and a subscription is refused with the reason', async () => {
    const ready = await fetch(`${stack.gateway.url}/health/ready`);
    expect([ready.status, await ready.text()]).toEqual([200, expect.not.stringContaining('ALERT_FEED')]);
    const response = await fetch(`${stack.url}/stream`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'text/event-stream' },
      body: JSON.stringify({ query: 'subscription { alertUpdated { cursor } }' }),
    });
    expect(await response.text()).toContain('"code":"UPSTREAM_NOT_CONFIGURED"');
  });
});
