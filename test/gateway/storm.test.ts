import { beforeAll, describe, expect, it } from '@jest/globals';
import { buildFeedScope } from '../../src/changes/feedScope.js';
import { riskDetectionsCall } from '../../src/datasources/identity/calls.js';
import type { LedgerEntry } from '../support/startStack.js';
import { raiseStorm, type StormRead, seeded } from '../support/storm.js';
import { type Exchange, otherApplication, startVirtualTenant, type VirtualTenant } from '../support/virtualTenant.js';

const warmUpMs = 60_000;
const stormMs = 300_000;
const feedEveryMs = 30_000;
const mcasResource = '05a65629-4c1b-48c1-a78b-804c4abdd4af/.default';

interface Storm {
  /** Reads after the warm-up. */
  readonly reads: readonly StormRead[];
  readonly everyRead: readonly StormRead[];
  /** Milliseconds that each call of the change feed took; undefined when it was refused. */
  readonly feed: readonly (number | undefined)[];
  readonly exchanges: readonly Exchange[];
  /** Calls of ours that the tenant refused. */
  readonly refused: readonly LedgerEntry[];
  readonly queues: readonly number[];
}

describe.each([
  ['alone in the tenant', false, 7],
  ['beside another application that uses half of the limits', true, 21],
] as const)('a storm of 7,500 reads by 50 clients, %s', (_name, hasRival, seed) => {
  let storm: Storm;
  beforeAll(async () => {
    storm = await weather(seed, hasRival);
  }, 120_000);

  it('is answered to at least 99 %, fresh or marked stale, with data no older than ten minutes', () => {
    expect(storm.reads).toHaveLength(7_500);
    const answered = storm.reads.filter(({ isAnswered }) => isAnswered);
    expect(answered.length).toBeGreaterThanOrEqual(7_425);
    expect(Math.max(...answered.map(({ ageMs }) => ageMs))).toBeLessThanOrEqual(600_000);
  });

  it('says of every stale answer that it is stale, and of no other', () => {
    for (const { isStale, warnings } of storm.everyRead) expect(warnings.includes('STALE')).toBe(isStale);
  });

  it('names, for every part that it does not answer, the upstream and why', () => {
    const errors = new Set(storm.everyRead.flatMap((read) => read.errors));
    for (const error of errors)
      expect(error).toMatch(/^(GRAPH_IDENTITY_PROTECTION|MCAS) UPSTREAM_(THROTTLED|TIMEOUT)$/);
  });

  it('keeps nobody waiting beyond the deadline', () => {
    expect(Math.max(...storm.everyRead.map(({ tookMs }) => tookMs))).toBeLessThanOrEqual(30_000);
    expect(storm.queues).toEqual([0, 0]);
  });

  it('lets the change feed through first', () => {
    const served = storm.feed.filter((ms) => ms !== undefined);
    expect(served.length).toBeGreaterThanOrEqual(hasRival ? storm.feed.length * 0.75 : storm.feed.length);
    if (!hasRival) expect(Math.max(...served)).toBeLessThanOrEqual(2_500);
  });

  if (!hasRival) {
    it('draws no 429 at all', () => {
      expect(storm.refused).toEqual([]);
    });
  } else {
    it('draws at most one 429 in a back-off period, and sends no call within one', () => {
      expect(storm.refused.length).toBeGreaterThan(0);
      for (const area of ['identityProtection', 'activities']) expectNoCallInBackOff(storm.exchanges, area);
    });
  }
});

function expectNoCallInBackOff(exchanges: readonly Exchange[], area: string): void {
  const ours = exchanges.filter(({ path }) => path.includes(area));
  for (const { status, endedAt = 0, retryAfter } of ours) {
    if (status !== 429) continue;
    const untilMs = endedAt + (retryAfter === undefined ? 1_000 : Number(retryAfter) * 1_000);
    expect(ours.filter(({ startedAt }) => startedAt >= endedAt && startedAt < untilMs)).toEqual([]);
  }
}

async function weather(seed: number, hasRival: boolean): Promise<Storm> {
  const random = seeded(seed);
  const tenant = await startVirtualTenant({
    emulator: { users: 300, seed },
    random,
    latencyMs: () => 50 + Math.floor(random() * 200),
  });
  try {
    const { clock } = tenant;
    const users = await usersOf(tenant);
    const start = clock.now();
    const until = start + warmUpMs + stormMs;
    if (hasRival) startRival(tenant, until);
    const feed = startFeed(tenant, until);
    const durationMs = warmUpMs + stormMs;
    const everyRead = await raiseStorm(tenant, { users, clients: 50, everyMs: 2_000, durationMs, random });
    const ledger = await tenant.control<LedgerEntry[]>('GET', '/_control/requests');
    const { GRAPH_IDENTITY_PROTECTION, MCAS } = tenant.upstreams;
    return {
      everyRead,
      reads: everyRead.filter(({ startedAt }) => startedAt >= start + warmUpMs),
      feed: await Promise.all(feed),
      exchanges: tenant.exchanges,
      refused: ledger.filter(({ status, clientRequestId }) => status === 429 && clientRequestId !== otherApplication),
      queues: [GRAPH_IDENTITY_PROTECTION, MCAS].map((upstream) => upstream.status().queueDepth),
    };
  } finally {
    await tenant.stop();
  }
}

async function usersOf(tenant: VirtualTenant): Promise<string[]> {
  const { graphUrl } = tenant.emulator;
  const { body } = await tenant.callAsOther(`${graphUrl}/v1.0/users?$select=id&$top=999`, {}, `${graphUrl}/.default`);
  const ids = (JSON.parse(body) as { value: { id: string }[] }).value.map(({ id }) => id);
  expect(ids.length).toBeGreaterThanOrEqual(300);
  return ids.slice(0, 300);
}

/** Another application of the tenant: half of one call a second, and half of 30 calls a minute. */
function startRival(tenant: VirtualTenant, until: number): void {
  const { clock, emulator } = tenant;
  const call = async (everyMs: number, url: string, init: RequestInit, resource: string) => {
    while (clock.now() < until) {
      await clock.sleep(everyMs);
      await tenant.callAsOther(url, init, resource);
    }
  };
  const { graphUrl, mcasUrl } = emulator;
  void call(2_000, `${graphUrl}/v1.0/identityProtection/riskyUsers?$top=1`, {}, `${graphUrl}/.default`);
  void call(4_000, `${mcasUrl}/api/v1/activities/`, { method: 'POST', body: '{"limit":1}' }, mcasResource);
}

/** What the change feed reads of risk detections, beside everything else. */
function startFeed({ clock, upstreams }: VirtualTenant, until: number): Promise<number | undefined>[] {
  const calls: Promise<number | undefined>[] = [];
  const callOnce = async () => {
    const startedAt = clock.now();
    const scope = buildFeedScope('feed', startedAt, new AbortController().signal);
    await upstreams.GRAPH_IDENTITY_PROTECTION.send(riskDetectionsCall(undefined), scope);
    return clock.now() - startedAt;
  };
  const loop = async () => {
    for (; clock.now() < until; await clock.sleep(feedEveryMs)) calls.push(callOnce().catch(() => undefined));
  };
  void loop();
  return calls;
}
