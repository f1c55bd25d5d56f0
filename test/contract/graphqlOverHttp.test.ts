import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { serverAudits } from 'graphql-http';
import { type Stack, startStack } from '../support/startStack.js';

/** CSRF prevention stays on: a client that may not be a browser says so with this header. */
const preflighted: typeof fetch = (input, init) =>
  fetch(input, { ...init, headers: { ...(init?.headers as Record<string, string>), 'apollo-require-preflight': '1' } });

describe('GraphQL over HTTP, as graphql-http audits it', () => {
  let stack: Stack;
  const audits = serverAudits({ url: () => stack.url, fetchFn: preflighted });

  beforeAll(async () => {
    stack = await startStack();
  });
  afterAll(() => stack.stop());

  it('has 61 audits', () => expect(audits).toHaveLength(61));

  for (const audit of audits) {
    it(`${audit.id} ${audit.name}`, async () => {
      const result = await audit.fn();
      expect({ status: result.status, reason: 'reason' in result ? result.reason : undefined }).toEqual({
        status: 'ok',
        reason: undefined,
      });
    });
  }

  it('refuses a simple cross-site request without the preflight header', async () => {
    const response = await fetch(`${stack.url}?query=${encodeURIComponent('{ __typename }')}`, {
      headers: { accept: 'application/json' },
    });
    expect(response.status).toBe(400);
  });
});
