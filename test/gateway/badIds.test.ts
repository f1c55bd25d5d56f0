import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { type HostileStack, startHostileStack } from '../support/refusals.js';

let stack: HostileStack;

beforeAll(async () => {
  stack = await startHostileStack();
});
afterAll(() => stack.stop());
afterEach(() => stack.expectUnharmed());

describe('ids', () => {
  const single = ['alert', 'incident', 'riskEvent', 'riskyUser', 'mcasActivity', 'user', 'device'];
  const byId = `query ($id: ID!) { ${single.map((name) => `${name}(id: $id) { id }`).join(' ')} }`;
  const idOf = (name: string) => `{ ${name}(first: 1) { nodes { id } } }`;

  it.each([
    ['a quote', "it's"],
    ['a slash', 'alerts/../../users'],
    ['an encoded dot', '%2e%2e'],
    ['an encoded slash', '..%2fusers'],
    ['a query', 'x?$filter=a'],
    ['a fragment', 'x#y'],
    ['letters of many scripts', 'ü✓漢🚨'],
    ['an inherited name', '__proto__'],
  ])('with %s stay inside their path segment and name nothing', async (_name, id) => {
    const answer = await stack.ask(byId, { variables: { id } });
    expect(answer.errors).toBeUndefined();
    expect(answer.data).toEqual(Object.fromEntries(single.map((name) => [name, null])));
    for (const { path } of await stack.callsOf(answer)) {
      expect(path).toMatch(
        /^\/(v1\.0\/(\$batch|security\/(alerts_v2|incidents)\/[^/]+|identityProtection\/risk\w+\/[^/]+)|api\/v1\/activities\/[^/]+\/)$/,
      );
      expect(path).not.toMatch(/[?#]|\/\.\.?\//);
    }
  });

  it.each([
    ['nothing', ''],
    ['a dot', '.'],
    ['two dots', '..'],
    ['a line feed', 'a\nb'],
    ['a carriage return', 'a\r\nHost: evil.example'],
    ['a NUL', 'a\u0000b'],
    ['half a surrogate pair', 'a\ud800b'],
    ['ten thousand characters', 'x'.repeat(10_000)],
  ])('of %s are refused, or known to name nothing, without a call', async (_name, id) => {
    const answer = await stack.ask(byId, { variables: { id } });
    const asked = single.filter((name) => !['user', 'device'].includes(name));
    expect(
      answer.errors?.filter(({ path }) => asked.includes(String(path?.[0]))).map(({ extensions }) => extensions?.code),
    ).toEqual(asked.map(() => 'BAD_USER_INPUT'));
    await stack.expectRefusals(answer, answer.errors?.length ?? 0);
  });

  it.each([
    'user',
    'user(id: "a", userPrincipalName: "b")',
    'user(id: "")',
    'user(id: null)',
    'device',
    'device(id: "a", deviceId: "b")',
  ])('of %s have to be exactly one', async (field) => {
    const answer = await stack.ask(`{ ${field} { id } }`);
    await stack.expectRefusals(answer, 1);
    expect(answer.errors?.[0]?.message).toContain('exactly one');
  });

  it('of a user name of ten thousand characters name nobody', async () => {
    const answer = await stack.ask('query ($name: String) { user(userPrincipalName: $name) { id } }', {
      variables: { name: `${'x'.repeat(10_000)}@a.b` },
    });
    expect(answer).toMatchObject({ data: { user: null } });
    expect(await stack.callsOf(answer)).toEqual([]);
  });

  it('that repeat in alertsByIds answer each alert once, and more than 100 are refused', async () => {
    const { data } = await stack.ask(idOf('alerts'));
    const { id } = data?.alerts.nodes[0] ?? {};
    const query = 'query ($ids: [ID!]!) { alertsByIds(ids: $ids) { id } }';
    expect((await stack.ask(query, { variables: { ids: [id, 'nobody', id, id] } })).data).toEqual({
      alertsByIds: [{ id }],
    });
    expect((await stack.ask(query, { variables: { ids: [] } })).data).toEqual({ alertsByIds: [] });
    const ids = Array.from({ length: 101 }, (_, index) => `alert${index}`);
    await stack.expectRefusals(await stack.ask(query, { variables: { ids } }), 1);
    await stack.expectRefusals(await stack.ask(query, { variables: { ids: [id, '..'] } }), 1);
  });
});
