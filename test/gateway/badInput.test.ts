import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { type HostileStack, startHostileStack } from '../support/refusals.js';
import { readRaw, sendRaw } from '../support/sendRaw.js';

let stack: HostileStack;

beforeAll(async () => {
  stack = await startHostileStack();
});
afterAll(() => stack.stop());
afterEach(() => stack.expectUnharmed());

const post = (body: unknown, headers?: Record<string, string>) =>
  sendRaw(stack.url, typeof body === 'string' ? body : JSON.stringify(body), headers);

describe('a request that is not GraphQL over HTTP', () => {
  it.each([
    ['an empty body', '', 400],
    ['no JSON', 'query { viewer { id } }', 400],
    ['half a JSON', '{"query": "{ viewer', 400],
    ['a text', '"{ viewer { id } }"', 400],
    ['null', 'null', 400],
    ['a number', '7', 400],
    ['an empty object', '{}', 400],
    ['a query that is an object', '{"query": {"a": 1}}', 400],
    ['an empty query', '{"query": ""}', 400],
    ['variables that are a text', '{"query": "{ viewer { id } }", "variables": "a"}', 400],
    ['variables that are a list', '{"query": "{ viewer { id } }", "variables": [1]}', 400],
    ['extensions that are a number', '{"query": "{ viewer { id } }", "extensions": 7}', 400],
    ['an operation name that is a number', '{"query": "{ viewer { id } }", "operationName": 7}', 400],
    ['a batch', '[{"query": "{ viewer { id } }"}, {"query": "{ viewer { id } }"}]', 400],
    ['a prototype in the body', '{"__proto__": {"query": "{ viewer { id } }"}}', 400],
    ['more than a megabyte', JSON.stringify({ query: `{ viewer { id } } #${'x'.repeat(1024 * 1024)}` }), 413],
  ])('of %s is a BAD_REQUEST', async (_name, body, status) => {
    await stack.expectRefusal(await post(body), status, 'BAD_REQUEST');
  });

  it.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/graphql',
  ])('of type %s is a BAD_REQUEST with 415', async (type) => {
    await stack.expectRefusal(await post('{ viewer { id } }', { 'content-type': type }), 415, 'BAD_REQUEST');
  });

  it('over GET may not change anything', async () => {
    const mutation = 'mutation { updateAlert(input: { id: "a", status: RESOLVED }) { alert { id } } }';
    const response = await fetch(`${stack.url}?query=${encodeURIComponent(mutation)}`, {
      headers: { 'apollo-require-preflight': '1' },
    });
    expect(response.headers.get('allow')).toBe('POST');
    await stack.expectRefusal(await readRaw(response), 405, 'BAD_REQUEST');
  });

  it('over GET needs a header that no foreign page can set', async () => {
    await stack.expectRefusal(await readRaw(await fetch(`${stack.url}?query={viewer{id}}`)), 400, 'BAD_REQUEST');
  });

  it('over GET with variables that are no JSON is a BAD_REQUEST', async () => {
    const response = await fetch(`${stack.url}?query={viewer{id}}&variables={`, {
      headers: { 'apollo-require-preflight': '1' },
    });
    await stack.expectRefusal(await readRaw(response), 400, 'BAD_REQUEST');
  });

  it('may not be a subscription', async () => {
    await stack.expectRefusal(await post({ query: 'subscription { alertUpdated { cursor } }' }), 400, 'BAD_REQUEST');
  });
});

it('nothing that was refused leaves its body in the log', () => {
  expect(stack.log.text()).toContain('request answered');
  expect(stack.log.text()).not.toContain('xxxxxxxx');
});
