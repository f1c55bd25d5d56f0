import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { type HostileStack, startHostileStack } from '../support/refusals.js';

let stack: HostileStack;

beforeAll(async () => {
  stack = await startHostileStack();
});
afterAll(() => stack.stop());
afterEach(() => stack.expectUnharmed());

const connections = [
  'alerts',
  'incidents',
  'riskEvents',
  'riskyUsers',
  'mcasActivities',
  'secureScores',
  'users',
  'devices',
];

describe('every connection', () => {
  const everyList = (args: string) => connections.map((name) => `${name}(${args}) { nodes { __typename } }`).join(' ');
  const withCursor = `query ($after: String) { ${everyList('first: 1, after: $after')} }`;

  it.each([0, -1, 1001, 10_000, -2_147_483_648])('refuses first: %d, each field for itself', async (first) => {
    const answer = await stack.ask(`{ ${everyList(`first: ${first}`)} }`);
    await stack.expectRefusals(answer, connections.length);
    expect(answer.data).toEqual(Object.fromEntries(connections.map((name) => [name, null])));
    expect(answer.errors?.[0]?.message).toContain('"first"');
  });

  it.each([
    ['no cursor', 'garbage'],
    ['an empty text', ''],
    ['a quote', "' or 1 eq 1"],
    ['a URL', 'https://evil.example/steal'],
    ['JSON of another shape', Buffer.from('{"v":1,"o":7}').toString('base64url')],
    ['another version', Buffer.from('{"v":2,"o":"a","i":"b","f":"c"}').toString('base64url')],
    ['a list key of nobody', Buffer.from('{"v":1,"o":"2026-01-01T00:00:00Z","i":"b","f":"c"}').toString('base64url')],
    ['ten thousand characters', 'A'.repeat(10_000)],
  ])('refuses %s as a cursor', async (_name, after) => {
    await stack.expectRefusals(await stack.ask(withCursor, { variables: { after } }), connections.length);
  });

  it('refuses the cursor of another list, and of the same list with another filter or order', async () => {
    const { data } = await stack.ask(
      '{ alerts(first: 1) { pageInfo { endCursor } } incidents(first: 1) { pageInfo { endCursor } } }',
    );
    const { endCursor: after } = data?.alerts.pageInfo ?? {};
    const others = connections
      .filter((name) => name !== 'alerts')
      .map((name) => `${name}(first: 1, after: $after) { nodes { __typename } }`);
    const foreign = await stack.ask(
      `query ($after: String) { ${others.join(' ')}
        a: alerts(after: $after, orderBy: CREATED_ASC) { nodes { id } } b: alerts(after: $after, filter: { status: { in: [NEW] } }) { nodes { id } } }`,
      { variables: { after } },
    );
    await stack.expectRefusals(foreign, others.length + 2);
    const own = await stack.ask('query ($after: String) { alerts(first: 1, after: $after) { nodes { id } } }', {
      variables: { after },
    });
    expect(own.data?.alerts.nodes).toHaveLength(1);
  });
});

describe('a forged cursor', () => {
  it.each(connections)('of %s cannot bring its own words into an upstream call', async (name) => {
    const page = `query ($after: String) { ${name}(first: 1, after: $after) { pageInfo { endCursor } } }`;
    const real = await stack.ask(page);
    const position = JSON.parse(Buffer.from(real.data?.[name].pageInfo.endCursor, 'base64url').toString()) as object;
    for (const o of [
      "2026-01-01T00:00:00Z' or 1 eq 1",
      '2026-01-01T00:00:00Z or id ne null',
      'null',
      '-1',
      '100:x&$top=1',
      '9999-12-31T23:59:59-14:00',
    ]) {
      const after = Buffer.from(JSON.stringify({ ...position, o })).toString('base64url');
      await stack.expectRefusals(await stack.ask(page, { variables: { after } }), 1);
    }
  });
});
