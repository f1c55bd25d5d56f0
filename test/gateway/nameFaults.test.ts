import dns from 'node:dns';
import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { buildHastyClock, type HastyClock } from '../support/hastyClock.js';
import { type Stack, startStack } from '../support/startStack.js';

const names: Readonly<Record<string, string>> = { GRAPH_URL: 'graph.localhost', MCAS_URL: 'cloud-apps.localhost' };
/** Nothing here follows a next link: the emulator writes them with its address. */
const fields = `alerts(first: 2) { nodes { id } } riskyUsers(first: 1) { nodes { id } } users(first: 1) { nodes { id } }
  mcasActivities(first: 1) { nodes { id } }`;
const ofGraph = ['alerts', 'riskyUsers', 'users'];

/** Names that do not resolve at the moment. */
const lost = new Set<string>();
const lookup = dns.lookup as (name: string, options: object, done: (...found: unknown[]) => void) => void;

let stack: Stack;
let clock: HastyClock;

beforeAll(() => {
  const resolve: typeof lookup = (name, options, done) => {
    if (!Object.values(names).includes(name)) return lookup(name, options, done);
    if (lost.has(name)) return done(Object.assign(new Error(`getaddrinfo ENOTFOUND ${name}`), { code: 'ENOTFOUND' }));
    return lookup('127.0.0.1', options, done);
  };
  jest.spyOn(dns, 'lookup').mockImplementation(resolve as typeof dns.lookup);
});
afterAll(() => {
  jest.restoreAllMocks();
});
afterEach(() => stack.stop());

async function startWithout(name: string): Promise<void> {
  lost.add(name);
  clock = buildHastyClock(10);
  stack = await startStack({
    emulator: { switches: { limits: false, alertsNextLink: 'never' } },
    env: { REQUEST_TIMEOUT_MS: '60000', POLL_SECONDS: '3600', IDENTITY_SHARE: '1' },
    envOf: ({ graphUrl, mcasUrl }) => ({
      GRAPH_URL: graphUrl.replace('127.0.0.1', String(names['GRAPH_URL'])),
      MCAS_URL: mcasUrl.replace('127.0.0.1', String(names['MCAS_URL'])),
    }),
    deps: { clock },
  });
}

/** Asks until nothing fails any more: circuits close by and by. */
async function askUntilWhole(triesLeft = 20): Promise<Awaited<ReturnType<Stack['ask']>>> {
  clock.advance(60_000);
  const answer = await stack.ask(`{ ${fields} }`);
  return answer.errors === undefined || triesLeft === 0 ? answer : askUntilWhole(triesLeft - 1);
}

describe('while the name of an upstream does not resolve', () => {
  it.each([
    ['GRAPH_URL', ofGraph, /^GRAPH_/],
    ['MCAS_URL', ['mcasActivities'], /^MCAS$/],
  ])(
    '(%s) its fields are UPSTREAM_UNAVAILABLE, the others are whole, and all comes back by itself',
    async (setting, broken, upstream) => {
      const name = String(names[setting]);
      await startWithout(name);
      const answer = await stack.ask(`{ viewer { id } ${fields} }`);
      const nulls = Object.entries(answer.data ?? {}).filter(([, value]) => value === null);
      expect(nulls.map(([field]) => field).sort()).toEqual([...broken].sort());
      expect(answer.errors?.map(({ path }) => path?.[0]).sort()).toEqual([...broken].sort());
      for (const { extensions } of answer.errors ?? []) {
        expect(extensions).toMatchObject({
          code: 'UPSTREAM_UNAVAILABLE',
          upstream: expect.stringMatching(upstream),
          requestId: answer.headers.get('x-request-id'),
        });
      }
      expect(JSON.stringify(answer)).not.toMatch(/localhost|ENOTFOUND|getaddrinfo/);
      lost.delete(name);
      const recovered = await askUntilWhole();
      expect(recovered.errors).toBeUndefined();
      expect(Object.values(recovered.data ?? {})).not.toContain(null);
    },
    60_000,
  );
});
