import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { GraphQLAnswer } from '../support/graphql.js';
import { type Stack, startStack } from '../support/startStack.js';

let stack: Stack;

beforeAll(async () => {
  stack = await startStack({ env: { MIRROR_DAYS: '0' } });
});

afterAll(async () => {
  await stack.stop();
});

describe('the directory of the emulated tenant', () => {
  it('lists every user once, page by page, and finds each by id and by name', async () => {
    const names: string[] = [];
    let after: string | null = null;
    do {
      const { data, errors }: GraphQLAnswer<any> = await stack.ask(
        'query ($after: String) { users(first: 23, after: $after) { totalCount nodes { id userPrincipalName accountEnabled } pageInfo { hasNextPage endCursor } } }',
        { variables: { after } },
      );
      expect(errors).toBeUndefined();
      names.push(...data?.users.nodes.map((user: { userPrincipalName: string }) => user.userPrincipalName));
      after = data?.users.pageInfo.hasNextPage ? data.users.pageInfo.endCursor : null;
    } while (after !== null);
    expect(new Set(names).size).toBe(names.length);
    const fields = names.map(
      (name, n) => `u${n}: user(userPrincipalName: "${name.toUpperCase()}") { userPrincipalName }`,
    );
    const answer = await stack.ask(`{ ${fields.join('\n')} }`);
    expect(Object.values(answer.data ?? {}).map((user) => user.userPrincipalName)).toEqual(names);
    expect(answer.extensions?.gateway?.upstreamCalls).toEqual({ GRAPH_DIRECTORY: 1 });
    expect(answer.extensions?.gateway?.budgetUnits).toEqual({ GRAPH_DIRECTORY: Math.ceil(names.length / 15) });
  });

  it('finds devices by either id', async () => {
    const list = await stack.ask('{ devices(first: 2) { nodes { id deviceId displayName } } }');
    const [one, two] = list.data?.devices.nodes ?? [];
    const query = `{ one: device(id: "${one.id}") { displayName } two: device(deviceId: "${two.deviceId}") { displayName } }`;
    expect((await stack.ask(query)).data).toEqual({
      one: { displayName: one.displayName },
      two: { displayName: two.displayName },
    });
  });
});

describe('the identity protection of the emulated tenant', () => {
  it('answers a list of risk events, their users and all further pages with one identity call', async () => {
    const query = `query ($after: String) {
      riskEvents(first: 40, after: $after) {
        totalCount
        info { truncated }
        nodes { __typename id detectedDateTime user { id } }
        pageInfo { hasNextPage endCursor }
      }
    }`;
    const times: string[] = [];
    let identityCalls = 0;
    let after: string | null = null;
    do {
      const { data, errors, extensions }: GraphQLAnswer<any> = await stack.ask(query, { variables: { after } });
      expect(errors).toBeUndefined();
      expect(data?.riskEvents.info.truncated).toBe(false);
      times.push(...data?.riskEvents.nodes.map((event: { detectedDateTime: string }) => event.detectedDateTime));
      identityCalls += extensions?.gateway?.upstreamCalls?.GRAPH_IDENTITY_PROTECTION ?? 0;
      after = data?.riskEvents.pageInfo.hasNextPage ? data.riskEvents.pageInfo.endCursor : null;
      if (after === null) expect(times).toHaveLength(data?.riskEvents.totalCount);
    } while (after !== null);
    expect(times).toEqual([...times].sort().reverse());
    expect(identityCalls).toBe(1);
  });
});
