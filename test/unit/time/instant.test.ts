import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { compareInstants, fromTicks, isInstant, toTicks } from '../../../src/time/instant.js';

describe('instants', () => {
  it('tell apart times that differ by 100 ns only', () => {
    expect(compareInstants('2026-01-01T00:00:00.1234567Z', '2026-01-01T00:00:00.1234568Z')).toBe(-1);
    expect(compareInstants('2026-01-01T00:00:00.5Z', '2026-01-01T00:00:00.5000000Z')).toBe(0);
  });

  it('are the same whatever the zone they are written in', () => {
    expect(compareInstants('2026-01-01T02:00:00+02:00', '2026-01-01T00:00:00Z')).toBe(0);
  });

  it('sort unparsable text before everything', () => {
    expect(compareInstants('soon', '0001-01-01T00:00:00Z')).toBe(-1);
  });

  it.each([
    '',
    '2026-02-30T00:00:00Z',
    '2026-01-01',
    '2026-01-01T00:00:00',
    '2026-01-01T25:00:00Z',
    "2026-01-01T00:00:00Z' or 1 eq 1",
  ])('refuse %j', (text) => expect(isInstant(text)).toBe(false));

  it.each(['0000-06-01T00:00:00Z', '0001-01-01T00:00:00+00:01', '9999-12-31T23:59:59-00:01'])(
    'refuse %s, which UTC cannot write in four digits of a year',
    (text) => expect(isInstant(text)).toBe(false),
  );

  it('round-trip through ticks for every instant of ten millennia', () => {
    const [first, last] = [toTicks('0001-01-01T00:00:00Z'), toTicks('9999-12-31T23:59:59.9999999Z')];
    const ticks = fc.bigInt({ min: first ?? 0n, max: last ?? 0n });
    fc.assert(fc.property(ticks, (value) => toTicks(fromTicks(value)) === value));
  });
});
