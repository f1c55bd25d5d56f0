import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type FaultyTenant, startFaultyTenant } from '../support/faultyTenant.js';

describe('an upstream that goes on failing', () => {
  let tenant: FaultyTenant;
  beforeAll(async () => {
    tenant = await startFaultyTenant();
  }, 60_000);
  afterAll(() => tenant.stop());

  const states = async () => {
    const { data } = await tenant.stack.ask('{ upstreams { name state lastErrorCode } }');
    return Object.fromEntries(data?.upstreams.map(({ name, ...rest }: { name: string }) => [name, rest]));
  };
  const cloudCalls = async () => (await tenant.stack.ledger()).filter(({ upstream }) => upstream === 'mcas').length;
  let asked = 0;
  const askAnother = () => {
    asked += 1;
    return tenant.stack.ask(`{ mcasActivity(id: "none${asked}") { id } incidents(first: 1) { nodes { id } } }`);
  };

  it('is left alone after a while, says so, and is used again once it answers', async () => {
    await tenant.stack.control('POST', '/_control/faults', {
      upstream: 'mcas',
      kind: 'status',
      status: 503,
      seconds: 3600,
    });
    while ((await states())['MCAS'].state !== 'FAILING') {
      expect(asked).toBeLessThan(20);
      expect((await askAnother()).errors).toMatchObject([{ extensions: { code: 'UPSTREAM_UNAVAILABLE' } }]);
    }
    expect(await states()).toMatchObject({
      MCAS: { state: 'FAILING', lastErrorCode: 'UPSTREAM_UNAVAILABLE' },
      GRAPH_SECURITY: { state: 'OK' },
    });
    const before = await cloudCalls();
    const refused = await Promise.all([askAnother(), askAnother(), askAnother()]);
    for (const { data, errors } of refused) {
      expect(errors).toMatchObject([
        { path: ['mcasActivity'], extensions: { code: 'UPSTREAM_UNAVAILABLE', upstream: 'MCAS' } },
      ]);
      expect(data?.incidents.nodes).toHaveLength(1);
    }
    expect((await cloudCalls()) - before).toBeLessThanOrEqual(1);
    await tenant.stack.control('DELETE', '/_control/faults');
    tenant.advance(5 * 60_000);
    expect((await askAnother()).errors).toBeUndefined();
    expect((await states())['MCAS'].state).toBe('OK');
  });
});
