import { beforeAll, describe, expect, it } from '@jest/globals';
import type { Purpose } from '../../src/upstream/contract.js';
import type { Rival } from '../support/rivals.js';
import { runStorm, type Storm, type StormCall } from '../support/stormRun.js';

/** Four fifths of 30 calls a minute. */
const ourMcasCalls = 24;
const minuteMs = 60_000;

const names = ['GRAPH_IDENTITY_PROTECTION', 'MCAS'] as const;

describe.each<[string, number, Rival | undefined]>([
  ['alone in the tenant', 7, undefined],
  ['beside another application that steadily uses half of the limits', 22, { rhythm: 'steady', phaseMs: 500 }],
  ['beside another application that uses half of the limits in bursts', 12, { rhythm: 'spiky', phaseMs: 58_000 }],
])('a storm of 7,500 reads by 50 clients, %s', (_name, seed, rival) => {
  const hasRival = rival !== undefined;
  let storm: Storm;
  beforeAll(async () => {
    storm = await runStorm(seed, rival);
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
    expect(Math.max(...storm.feed.map(({ tookMs }) => tookMs))).toBeLessThanOrEqual(30_000);
    const late = ({ startedAt, deadlineAt = Number.POSITIVE_INFINITY }: StormCall) => startedAt >= deadlineAt;
    for (const name of names) expect(storm.calls[name].filter(late)).toEqual([]);
    expect(storm.queues).toEqual([0, 0]);
  });

  it('lets the change feed through first', () => {
    const served = storm.feed.filter(({ isServed }) => isServed);
    expect(served.length).toBeGreaterThanOrEqual(hasRival ? (storm.feed.length * 2) / 3 : storm.feed.length);
    if (hasRival) return;
    for (const call of storm.feed) expect(startsBefore(call, storm.calls.GRAPH_IDENTITY_PROTECTION)).toEqual([]);
    expect(Math.max(...served.map(({ tookMs }) => tookMs))).toBeLessThanOrEqual(2_500);
  });

  it('gives callers the most, and refreshes no more than half of our part and the twentieth that is theirs', () => {
    for (const name of names) {
      const calls = storm.calls[name];
      expect(ofPurpose(calls, 'interactive').length).toBeGreaterThan(calls.length / 2);
    }
    expect(mostInAMinute(storm.calls.MCAS)).toBeLessThanOrEqual(ourMcasCalls);
    expect(mostInAMinute(ofPurpose(storm.calls.MCAS, 'background'))).toBeLessThanOrEqual(ourMcasCalls / 2 + 1);
  });

  if (!hasRival) {
    it('draws no 429 at all', () => {
      expect(storm.refusals).toEqual({ GRAPH_IDENTITY_PROTECTION: [], MCAS: [] });
    });
  } else {
    it.each(names)('draws at most one 429 in a back-off period, and sends no call within one: %s', (name) => {
      expect(storm.backOffs[name].length).toBeGreaterThan(0);
      for (const { from, until } of storm.backOffs[name]) {
        // The ledger tells time in whole milliseconds.
        const within = (at: number) => at >= Math.floor(from) && at < until;
        expect(storm.refusals[name].filter(within)).toHaveLength(1);
        expect(storm.calls[name].filter(({ startedAt }) => startedAt > from && startedAt < until)).toEqual([]);
      }
    });
  }
});

function ofPurpose(calls: readonly StormCall[], purpose: Purpose): StormCall[] {
  return calls.filter((call) => call.purpose === purpose);
}

/** Calls of others that started while one call of the feed waited for its first start. */
function startsBefore(feed: { requestId: string; askedAt: number }, calls: readonly StormCall[]): StormCall[] {
  const own = calls.find(({ requestId }) => requestId === feed.requestId);
  return calls.filter(({ startedAt }) => startedAt > feed.askedAt && startedAt < (own?.startedAt ?? 0));
}

function mostInAMinute(calls: readonly StormCall[]): number {
  const from = ({ startedAt }: StormCall) =>
    calls.filter((other) => other.startedAt >= startedAt && other.startedAt < startedAt + minuteMs).length;
  return Math.max(0, ...calls.map(from));
}
