import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { costCentreOf, type HrStack, hrScript, startHrStack } from '../support/hrStack.js';
import { neverLeader } from '../support/neverLeader.js';
import { type Stack, startStack } from '../support/startStack.js';

interface Alerts {
  readonly alerts: { readonly nodes: readonly { readonly users: readonly Person[] }[] };
}

interface Person {
  readonly id: string;
  readonly costCentre?: string;
}

const ownPart = '{ alerts(first: 20) { nodes { id users { id userPrincipalName } } } }';
const joined = '{ alerts(first: 20) { nodes { id users { id userPrincipalName costCentre } } } }';
const emulator = { seed: 7 };

const usersIn = (data: Alerts | null | undefined) => (data?.alerts.nodes ?? []).flatMap(({ users }) => users);

async function callsOf(stack: Stack, query: string): Promise<string[]> {
  const calls = await stack.callsOf(await stack.ask(query));
  return calls.map(({ area, method }) => `${method} ${area}`).sort();
}

describe('a query from our alerts to a field of another subgraph', () => {
  let stack: HrStack;
  beforeAll(async () => {
    stack = await startHrStack({ emulator });
  });
  afterAll(() => stack.stop());

  it('is answered whole, with one request that names every user once, and told in the cost', async () => {
    const answer = await stack.ask<Alerts>(joined);
    const users = usersIn(answer.data);
    const distinct = new Set(users.map(({ id }) => id));
    expect(answer.errors).toBeUndefined();
    expect(distinct.size).toBeGreaterThan(1);
    expect(users.map(({ costCentre }) => costCentre)).toEqual(users.map(({ id }) => costCentreOf(id)));
    expect(stack.asked()).toEqual([`hr: User*${distinct.size}`]);
    expect(answer.extensions?.gateway).toMatchObject({ subgraphRequests: { hr: 1 } });
  });

  it('costs of our upstreams what our part alone costs without the join', async () => {
    const plain = await startStack({ emulator, deps: { leadership: neverLeader } });
    const fresh = await startHrStack({ emulator });
    try {
      expect(await callsOf(fresh, joined)).toEqual(await callsOf(plain, ownPart));
    } finally {
      await Promise.all([plain.stop(), fresh.stop()]);
    }
  });

  it('asks nobody else for what is ours alone', async () => {
    const before = stack.asked().length;
    const answer = await stack.ask<Alerts>(ownPart);
    expect(usersIn(answer.data).length).toBeGreaterThan(0);
    expect(stack.asked()).toHaveLength(before);
    expect(answer.extensions?.gateway).not.toHaveProperty('subgraphRequests');
  });

  it('finds our part of a user whom the other subgraph names', async () => {
    const [user] = usersIn((await stack.ask<Alerts>(ownPart)).data);
    stack.hr.redeploy(hrScript('', user?.id));
    const { data, errors } = await stack.ask('{ boss { id userPrincipalName costCentre } }');
    expect(errors).toBeUndefined();
    expect(data).toEqual({ boss: { ...user, costCentre: costCentreOf(user?.id ?? '') } });
  });

  it('is in the text of the schema, and in introspection, without what belongs to federation', async () => {
    const sdl = await (await fetch(`${stack.gateway.url}/schema.graphql`)).text();
    expect(sdl).toMatch(/type User \{[^}]*costCentre: String/);
    expect(sdl).not.toMatch(/@join__|_entities|_Service/);
    const { data } = await stack.ask('{ __type(name: "User") { fields { name } } }');
    expect(data?.__type.fields).toContainEqual({ name: 'costCentre' });
  });

  it('tells an error of the subgraph at its place, without its words', async () => {
    const answer = await stack.ask<Alerts>('{ alerts(first: 1) { nodes { id users { id salary costCentre } } } }');
    const [first] = usersIn(answer.data);
    expect(first).toMatchObject({ salary: null, costCentre: costCentreOf(first?.id ?? '') });
    expect(answer.errors?.[0]).toMatchObject({
      path: ['alerts', 'nodes', 0, 'users', 0, 'salary'],
      extensions: { code: 'SUBGRAPH_ERROR', subgraph: 'hr' },
    });
    expect(JSON.stringify(answer)).not.toMatch(/payroll|10\.0\.0\.7/);
  });
});

describe('rights', () => {
  let stack: HrStack;
  beforeAll(async () => {
    stack = await startHrStack({ emulator, env: { AUTH: 'entra' } });
  });
  afterAll(() => stack.stop());

  const askAs = async (roles: readonly string[], query: string) => {
    const { access_token: token } = await stack.control<{ access_token: string }>('POST', '/_control/token', { roles });
    return stack.ask(query, { headers: { authorization: `Bearer ${token}` } });
  };

  it('to our data are needed through a root field of another subgraph too', async () => {
    const refused = await askAs([], '{ boss { id userPrincipalName } }');
    expect(refused).toMatchObject({
      status: 403,
      errors: [{ extensions: { code: 'FORBIDDEN', permission: 'Security.Read' } }],
    });
    expect(stack.asked()).toEqual([]);
  });

  it('of ours are not needed for what is not ours', async () => {
    const answer = await askAs([], '{ boss { id costCentre } }');
    expect(answer.data).toEqual({ boss: { id: 'nobody', costCentre: costCentreOf('nobody') } });
  });

  it('of a caller reach no subgraph: the token stays here', async () => {
    await askAs(['Security.Read'], '{ boss { id } }');
    for (const { headers } of stack.hr.requests) expect(headers).not.toHaveProperty('authorization');
  });
});

describe('headers', () => {
  it('of the caller travel when they are listed, and those of the configuration always', async () => {
    const stack = await startHrStack({
      env: { FORWARD_HEADERS: 'x-team' },
      subgraph: { headers: { 'x-api-key': 'ours' } },
    });
    try {
      await stack.ask('{ boss { id } }', { headers: { 'x-team': 'red', 'x-other': 'blue', cookie: 'a=1' } });
      const sent = stack.hr.requests.find(({ query }) => query.includes('boss'))?.headers;
      expect(sent).toMatchObject({ 'x-team': 'red', 'x-api-key': 'ours' });
      expect(sent).not.toHaveProperty('x-other');
      expect(sent).not.toHaveProperty('cookie');
      expect(sent).not.toHaveProperty('x-gateway-cost');
    } finally {
      await stack.stop();
    }
  });
});
