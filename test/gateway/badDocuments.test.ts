import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { type HostileStack, startHostileStack } from '../support/refusals.js';
import { sendRaw } from '../support/sendRaw.js';

let stack: HostileStack;

beforeAll(async () => {
  stack = await startHostileStack();
});
afterAll(() => stack.stop());
afterEach(() => stack.expectUnharmed());

const post = (body: unknown, headers?: Record<string, string>) =>
  sendRaw(stack.url, typeof body === 'string' ? body : JSON.stringify(body), headers);

describe('a document', () => {
  const documents: [string, object, string][] = [
    ['with half a selection', { query: '{ alerts { nodes { id }' }, 'GRAPHQL_PARSE_FAILED'],
    ['with a NUL', { query: '{ viewer\u0000 { id } }' }, 'GRAPHQL_PARSE_FAILED'],
    ['of blanks', { query: ' \n ' }, 'GRAPHQL_PARSE_FAILED'],
    ['with an unknown field', { query: '{ alerts { nodes { id password } } }' }, 'GRAPHQL_VALIDATION_FAILED'],
    ['with an unknown argument', { query: '{ alerts(last: 3) { nodes { id } } }' }, 'GRAPHQL_VALIDATION_FAILED'],
    [
      'with an unknown enum member',
      { query: '{ alerts(orderBy: RANDOM) { nodes { id } } }' },
      'GRAPHQL_VALIDATION_FAILED',
    ],
    [
      'with an enum member as a text',
      { query: '{ alerts(orderBy: "CREATED_ASC") { nodes { id } } }' },
      'GRAPHQL_VALIDATION_FAILED',
    ],
    [
      'with an unknown filter',
      { query: '{ alerts(filter: { nonsense: 1 }) { nodes { id } } }' },
      'GRAPHQL_VALIDATION_FAILED',
    ],
    ['with a fraction of rows', { query: '{ alerts(first: 1.5) { nodes { id } } }' }, 'GRAPHQL_VALIDATION_FAILED'],
    [
      'with rows beyond 32 bits',
      { query: '{ alerts(first: 99999999999) { nodes { id } } }' },
      'GRAPHQL_VALIDATION_FAILED',
    ],
    [
      'with a date that is none',
      { query: '{ alerts(filter: { createdDateTime: { ge: "yesterday" } }) { nodes { id } } }' },
      'GRAPHQL_VALIDATION_FAILED',
    ],
    ['without a selection', { query: '{ alerts }' }, 'GRAPHQL_VALIDATION_FAILED'],
    [
      'with fragments in a circle',
      { query: '{ viewer { ...a } } fragment a on Viewer { id ...a }' },
      'GRAPHQL_VALIDATION_FAILED',
    ],
    ['that asks for the schema', { query: '{ __schema { types { name } } }' }, 'GRAPHQL_VALIDATION_FAILED'],
    ['that asks for a type', { query: '{ __type(name: "Alert") { name } }' }, 'GRAPHQL_VALIDATION_FAILED'],
    [
      'of two operations and no name',
      { query: 'query A { viewer { id } } query B { viewer { id } }' },
      'OPERATION_RESOLUTION_FAILURE',
    ],
    [
      'without the operation that is named',
      { query: 'query A { viewer { id } }', operationName: 'B' },
      'OPERATION_RESOLUTION_FAILURE',
    ],
    [
      'known only by its hash',
      { extensions: { persistedQuery: { version: 1, sha256Hash: 'a'.repeat(64) } } },
      'PERSISTED_QUERY_NOT_FOUND',
    ],
  ];

  it.each(documents)('%s is answered with its code, in the body of a 200', async (_name, request, code) => {
    await stack.expectRefusal(await post(request), 200, code);
  });

  it('that cannot run answers 400 to clients of the newer media type', async () => {
    const headers = { accept: 'application/graphql-response+json' };
    await stack.expectRefusal(
      await post({ query: '{ alerts { nodes { password } } }' }, headers),
      400,
      'GRAPHQL_VALIDATION_FAILED',
    );
  });

  it('with a misspelt field gets no hint at the names that exist', async () => {
    const { body } = await post({ query: '{ alertz { id } }' });
    expect(body?.errors?.[0]?.message).not.toMatch(/did you mean/i);
  });
});

describe('a document that is meant to hurt', () => {
  const many = (count: number, make: (index: number) => string) =>
    Array.from({ length: count }, (_, index) => make(index)).join(' ');

  it.each([
    ['nested three hundred thousand deep', '{a'.repeat(300_000), 'GRAPHQL_PARSE_FAILED'],
    [
      'with a value nested two hundred thousand deep',
      `{ alerts(filter: ${'['.repeat(200_000)}`,
      'GRAPHQL_PARSE_FAILED',
    ],
    ['of four thousand unknown fields', `{ ${many(4_000, (index) => `f${index}`)} }`, 'GRAPHQL_VALIDATION_FAILED'],
    ['of twenty thousand aliases', `{ ${many(20_000, (index) => `a${index}: __typename`)} }`, 'GRAPHQL_PARSE_FAILED'],
    [
      'of a chain of five thousand fragments',
      `{ ...f0 } ${many(5_000, (index) => `fragment f${index} on Query { ...f${index + 1} }`)}`,
      'GRAPHQL_PARSE_FAILED',
    ],
    [
      'of twenty thousand variables',
      `query (${many(20_000, (index) => `$v${index}: Int`)}) { viewer { id } }`,
      'GRAPHQL_PARSE_FAILED',
    ],
    ['of a hundred thousand directives', `{ viewer { id ${'@a '.repeat(100_000)} } }`, 'GRAPHQL_PARSE_FAILED'],
  ])('%s is refused, briefly', async (_name, query, code) => {
    const answer = await post({ query });
    await stack.expectRefusal(answer, 200, code);
    expect(answer.text.length).toBeLessThan(10_000);
  });

  it('that doubles by fragments is answered in linear time', async () => {
    const fragments = many(25, (index) => `fragment f${index} on Query { ...f${index + 1} ...f${index + 1} }`);
    const answer = await post({ query: `{ ...f0 } ${fragments} fragment f25 on Query { viewer { id } }` });
    expect(answer.body).toEqual({ data: { viewer: { id: 'local' } } });
  });
});

describe('variables', () => {
  const list =
    'query ($first: Int, $filter: AlertFilter, $order: AlertOrder) { alerts(first: $first, filter: $filter, orderBy: $order) { nodes { id } } }';

  it.each<[string, string, unknown]>([
    ['a fraction for a whole number', list, { first: 1.5 }],
    ['a text for a whole number', list, { first: '5' }],
    ['a text for an object', list, { filter: 'NEW' }],
    ['a number deep in a filter', list, { filter: { status: { in: [7] } } }],
    ['an object deep in a filter', list, { filter: { assignedTo: { in: [{ eq: 'x' }] } } }],
    ['an unknown member deep in a filter', list, { filter: { status: { nin: [] } } }],
    ['an unknown enum member', list, { order: 'RANDOM' }],
    ['an inherited name as an enum member', list, { order: 'constructor' }],
    ['a date that is none', list, { filter: { createdDateTime: { ge: '2026-02-30T00:00:00Z' } } }],
    ['a number for a date', list, { filter: { createdDateTime: { ge: 1_700_000_000 } } }],
    ['null for what is required', 'query ($id: ID!) { alert(id: $id) { id } }', { id: null }],
    ['nothing for what is required', 'query ($id: ID!) { alert(id: $id) { id } }', {}],
    ['an object for an id', 'query ($id: ID!) { alert(id: $id) { id } }', { id: { $ne: '' } }],
    ['a date that is none for a day', 'query ($d: LocalDate) { secureScore(date: $d) { id } }', { d: '2026-13-01' }],
    ['lists a thousand deep', list, { filter: JSON.parse(`${'['.repeat(1000)}${']'.repeat(1000)}`) }],
    ['nothing of an input', 'mutation ($i: UpdateAlertInput!) { updateAlert(input: $i) { alert { id } } }', { i: {} }],
  ])('with %s are BAD_USER_INPUT', async (_name, query, variables) => {
    await stack.expectRefusal(await post({ query, variables }), 200, 'BAD_USER_INPUT');
  });
});
