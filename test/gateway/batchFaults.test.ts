import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type FaultyTenant, startFaultyTenant } from '../support/faultyTenant.js';

let tenant: FaultyTenant;
let ids: string[];
let query: string;

beforeAll(async () => {
  tenant = await startFaultyTenant();
  const answer = await tenant.askAfresh('{ alerts(first: 5) { nodes { id } } }');
  ids = answer.data?.alerts.nodes.map(({ id }: { id: string }) => id);
  query = `{ ${ids.map((id, index) => `a${index}: alert(id: "${id}") { id }`).join(' ')} }`;
}, 60_000);
afterAll(() => tenant.stop());

const untilCleared = { seconds: 3600 };
const whole = () => Object.fromEntries(ids.map((id, index) => [`a${index}`, { id }]));

describe('five alerts read in one $batch', () => {
  it.each([
    ['an HTML page', { kind: 'html' }, 'UPSTREAM_BAD_RESPONSE'],
    ['half a body', { kind: 'truncated' }, 'UPSTREAM_BAD_RESPONSE'],
    ['members of another type', { kind: 'wrongType' }, 'UPSTREAM_BAD_RESPONSE'],
    ['an empty body', { kind: 'empty' }, 'UPSTREAM_BAD_RESPONSE'],
    ['a broken connection', { kind: 'reset' }, 'UPSTREAM_UNAVAILABLE'],
    ['404', { kind: 'status', status: 404 }, 'UPSTREAM_BAD_RESPONSE'],
    ['500', { kind: 'status', status: 500 }, 'UPSTREAM_UNAVAILABLE'],
    ['429', { kind: 'status', status: 429, retryAfter: 1 }, 'UPSTREAM_THROTTLED'],
    ['403', { kind: 'forbidden' }, 'UPSTREAM_FORBIDDEN'],
  ])('each fail with one coded error while it answers %s, and come back', async (_name, fault, code) => {
    const answer = await tenant.askUnder([{ upstream: 'batch', ...untilCleared, ...fault }], query);
    expect(answer.data).toEqual(Object.fromEntries(ids.map((_id, index) => [`a${index}`, null])));
    expect(answer.errors?.map(({ extensions }) => [extensions?.code, extensions?.upstream])).toEqual(
      ids.map(() => [code, 'GRAPH_SECURITY']),
    );
    expect((await tenant.askAfresh(query)).data).toEqual(whole());
  });

  it.each([
    ['500', { kind: 'status', status: 500 }, 'UPSTREAM_UNAVAILABLE'],
    ['429', { kind: 'status', status: 429, retryAfter: 1 }, 'UPSTREAM_THROTTLED'],
    ['403', { kind: 'forbidden' }, 'UPSTREAM_FORBIDDEN'],
    ['members of another type', { kind: 'wrongType' }, 'UPSTREAM_BAD_RESPONSE'],
    ['an empty body', { kind: 'empty' }, 'UPSTREAM_BAD_RESPONSE'],
  ])('lose only the one whose part answers %s', async (_name, fault, code) => {
    const answer = await tenant.askUnder(
      [{ upstream: 'alerts', match: String(ids[2]), ...untilCleared, ...fault }],
      query,
    );
    expect(answer.data).toEqual({ ...whole(), a2: null });
    expect(answer.errors).toMatchObject([{ path: ['a2'], extensions: { code, upstream: 'GRAPH_SECURITY' } }]);
  });

  it('know a missing one from a broken one', async () => {
    const answer = await tenant.askUnder(
      [{ upstream: 'alerts', match: String(ids[2]), kind: 'status', status: 404, ...untilCleared }],
      query,
    );
    expect(answer.errors).toBeUndefined();
    expect(answer.data).toEqual({ ...whole(), a2: null });
  });

  it('repeat only the part that failed once', async () => {
    const answer = await tenant.askUnder(
      [{ upstream: 'alerts', match: String(ids[2]), kind: 'status', status: 503, times: 1 }],
      query,
    );
    expect(answer.errors).toBeUndefined();
    expect(answer.data).toEqual(whole());
    const requestId = answer.headers.get('x-request-id');
    const parts = (await tenant.stack.ledger()).filter(
      ({ clientRequestId, area }) => clientRequestId === requestId && area === 'alerts',
    );
    expect(parts).toHaveLength(6);
  });
});
