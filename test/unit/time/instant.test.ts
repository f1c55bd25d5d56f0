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
    expect(compareInstants('soon', '1970-01-01T00:00:00Z')).toBe(-1);
  });

  it.each(['', '2026-02-30T00:00:00Z', '2026-01-01', '2026-01-01T00:00:00', '2026-01-01T25:00:00Z', "2026-01-01T00:00:00Z' or 1 eq 1"])(
    'refuse %j',
    (text) => expect(isInstant(text)).toBe(false),
  );

  it('round-trip through ticks for every instant of four millennia', () => {
    const ticks = fc.bigInt({ min: 0n, max: 60_000_000_000_000n * 10_000n });
    fc.assert(fc.property(ticks, (value) => toTicks(fromTicks(value)) === value));
  });
});
