import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type Attempt, backoffMs, nextDelayMs, retryPolicy } from '../../../../src/upstream/retry/nextDelayMs.js';
import { retryAfterMs } from '../../../../src/upstream/retry/retryAfter.js';

const half = () => 0.5;
const attempt = (changes: Partial<Attempt>): Attempt => ({
  cause: 'unclear',
  number: 1,
  safeToRepeat: true,
  ...changes,
});

describe('whether an attempt is repeated', () => {
  const table: [string, Partial<Attempt>, number | undefined][] = [
    ['a read after an unclear outcome', {}, 200],
    ['a write after an unclear outcome', { safeToRepeat: false }, undefined],
    ['a write that was refused with 429', { cause: 'throttled', safeToRepeat: false, retryAfterMs: 3_000 }, 3_000],
    ['a write of which no byte was sent', { cause: 'not-sent', safeToRepeat: false }, 200],
    ['anything whose token was refused once', { cause: 'unauthorized', safeToRepeat: false }, 0],
    ['anything whose token was refused twice', { cause: 'unauthorized', unauthorizedCount: 2 }, undefined],
    ['the last attempt', { number: 4 }, undefined],
    ['the last refused attempt', { number: 4, cause: 'throttled', retryAfterMs: 1 }, undefined],
    ['a wait beyond the ceiling', { cause: 'throttled', retryAfterMs: 60_001 }, undefined],
    ['a bare 429', { cause: 'throttled' }, 525],
    ['a second bare 429', { cause: 'throttled', number: 2 }, 775],
    ['a 503 that names a wait', { retryAfterMs: 2_000 }, 2_000],
  ];
  it.each(table)('%s', (_name, changes, delay) => {
    expect(nextDelayMs(attempt(changes), retryPolicy, half)).toBe(delay);
  });

  it('waits a random time below a ceiling that doubles, and never beyond the longest wait', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 30 }), fc.double({ min: 0, max: 0.999, noNaN: true }), (number, random) => {
        const delay = backoffMs({ cause: 'unclear', number }, retryPolicy, () => random);
        expect(delay).toBeGreaterThanOrEqual(0);
        expect(delay).toBeLessThanOrEqual(Math.min(400 * 2 ** (number - 1), retryPolicy.maxDelayMs));
      }),
    );
  });
});

describe('Retry-After', () => {
  const now = Date.parse('2026-11-21T12:00:00Z');
  const table: [string, Record<string, string>, string, number | undefined][] = [
    ['seconds', { 'retry-after': '12' }, '', 12_000],
    ['decimal seconds', { 'retry-after': '2.128' }, '', 2_128],
    ['zero', { 'retry-after': '0' }, '', 0],
    ['an HTTP date', { 'retry-after': 'Sat, 21 Nov 2026 12:00:30 GMT' }, '', 30_000],
    [
      'an HTTP date by the clock of the upstream',
      { 'retry-after': 'Sat, 21 Nov 2026 12:10:30 GMT', date: 'Sat, 21 Nov 2026 12:10:00 GMT' },
      '',
      30_000,
    ],
    ['a date in the past', { 'retry-after': 'Sat, 21 Nov 2026 11:00:00 GMT' }, '', 0],
    ['absent', {}, '', undefined],
    ['nonsense', { 'retry-after': 'soon' }, '', undefined],
    ['a negative number', { 'retry-after': '-5' }, '', undefined],
    ['a day', { 'retry-after': '86400' }, '', 600_000],
    ['in the body', {}, '{"error":{"message":"Rate limit is exceeded. Try again in 42 seconds."}}', 42_000],
    ['in the header rather than the body', { 'retry-after': '1' }, 'Try again in 42 seconds.', 1_000],
  ];
  it.each(table)('%s', (_name, headers, body, expected) => {
    expect(retryAfterMs(headers, body, now)).toBe(expected);
  });
});
