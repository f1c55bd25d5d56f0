import { afterEach, describe, expect, it } from '@jest/globals';
import { buildHastyClock } from '../support/hastyClock.js';
import { captureLog, findLeaks, findStacks } from '../support/leaks.js';
import { type Stack, startStack } from '../support/startStack.js';

const everything = `{ alerts(first: 2) { nodes { id } } incidents(first: 2) { nodes { id } } secureScore { id }
  riskyUsers(first: 1) { nodes { id } } mcasActivities(first: 1) { nodes { id } } users(first: 1) { nodes { id } } }`;
const fields = ['alerts', 'incidents', 'secureScore', 'riskyUsers', 'mcasActivities', 'users'];
const untilCleared = { upstream: 'authority', seconds: 3600 };

let stack: Stack | undefined;
afterEach(() => stack?.stop());

/** A gateway whose authority is broken from the start; it has never had a token. */
async function startWithoutAuthority(fault: object, env: Readonly<Record<string, string>> = {}) {
  const log = captureLog();
  stack = await startStack({
    emulator: { switches: { limits: false } },
    faults: [{ ...untilCleared, ...fault }],
    env: { REQUEST_TIMEOUT_MS: '60000', IDENTITY_SHARE: '1', ...env },
    deps: { clock: buildHastyClock(20), logger: log.logger },
  });
  return { stack, log };
}

async function askUntilWhole(whole: Stack, triesLeft = 20): Promise<unknown> {
  const answer = await whole.ask(everything);
  return answer.errors === undefined || triesLeft === 0 ? answer.errors : askUntilWhole(whole, triesLeft - 1);
}

describe('while the authority answers', () => {
  it.each([
    ['an HTML page', { kind: 'html' }, 'UPSTREAM_UNAVAILABLE'],
    ['half a body', { kind: 'truncated' }, 'UPSTREAM_UNAVAILABLE'],
    ['members of another type', { kind: 'wrongType' }, 'UPSTREAM_UNAVAILABLE'],
    ['an empty body', { kind: 'empty' }, 'UPSTREAM_UNAVAILABLE'],
    ['a broken connection', { kind: 'reset' }, 'UPSTREAM_UNAVAILABLE'],
    ['no end of the body', { kind: 'slow', delayMs: 600_000 }, 'UPSTREAM_UNAVAILABLE'],
    ['500', { kind: 'status', status: 500 }, 'UPSTREAM_UNAVAILABLE'],
    ['503', { kind: 'status', status: 503, retryAfter: 0.1 }, 'UPSTREAM_UNAVAILABLE'],
    ['429', { kind: 'status', status: 429, retryAfter: 0.1 }, 'UPSTREAM_UNAVAILABLE'],
  ])(
    '%s, every field says so without a leak, no upstream is called, and all comes back by itself',
    async (_name, fault, code) => {
      const { stack, log } = await startWithoutAuthority(fault);
      expect((await fetch(`${stack.gateway.url}/health/ready`)).status).toBe(503);
      const answer = await stack.ask(everything);
      expect(answer.data).toEqual(Object.fromEntries(fields.map((field) => [field, null])));
      expect(answer.errors?.map(({ path, extensions }) => [path, extensions?.code, extensions?.requestId])).toEqual(
        expect.arrayContaining(fields.map((field) => [[field], code, answer.headers.get('x-request-id')])),
      );
      expect(answer.errors).toHaveLength(fields.length);
      expect([...findLeaks(JSON.stringify(answer), stack), ...findStacks(JSON.stringify(answer))]).toEqual([]);
      expect(findLeaks(log.text(), stack)).toEqual([]);
      expect((await stack.ledger()).filter(({ upstream }) => upstream !== 'authority')).toEqual([]);
      await stack.control('DELETE', '/_control/faults');
      expect(await askUntilWhole(stack)).toBeUndefined();
    },
  );

  it('that the credential is wrong, every field is UPSTREAM_FORBIDDEN', async () => {
    const { stack, log } = await startWithoutAuthority(
      { kind: 'clockSkew', skewSeconds: 0 },
      { AZURE_CLIENT_SECRET: 'wrong-horse-battery' },
    );
    const answer = await stack.ask(everything);
    expect(answer.errors?.map(({ extensions }) => extensions?.code)).toEqual(fields.map(() => 'UPSTREAM_FORBIDDEN'));
    expect(findLeaks(JSON.stringify(answer), stack)).toEqual([]);
    // The authority's number says what is wrong with the credential: for those who run the gateway.
    expect(findLeaks(log.text(), stack)).toEqual(['AADSTS']);
    expect(`${JSON.stringify(answer)}${log.text()}`).not.toContain('wrong-horse');
  });
});

it('while the authority is away, a gateway that holds tokens goes on', async () => {
  stack = await startStack();
  expect((await stack.ask(everything)).errors).toBeUndefined();
  await stack.control('POST', '/_control/faults', { ...untilCleared, kind: 'reset' });
  expect((await stack.ask(everything.replaceAll('(first: 2)', '(first: 3)'))).errors).toBeUndefined();
  expect((await fetch(`${stack.gateway.url}/health/ready`)).status).toBe(200);
});
