import { describe, expect, it } from '@jest/globals';
import { createClock, nextTick } from '../../emulator/clock.js';

describe("the tenant's clock", () => {
  it('never gives the same stamp twice while it runs', () => {
    const clock = createClock();
    const stamps = Array.from({ length: 5000 }, () => clock.timestamp());
    expect(new Set(stamps).size).toBe(stamps.length);
    for (const [index, stamp] of stamps.entries()) if (index > 0) expect(stamp > (stamps[index - 1] ?? '')).toBe(true);
    expect(Math.abs(Date.parse(stamps[0] ?? '') - Date.now())).toBeLessThan(5000);
  });

  it('stands still when frozen, while the windows of limits go on', () => {
    const clock = createClock();
    clock.freeze(true);
    clock.set(Date.parse('2030-01-01T00:00:00Z'));
    expect(clock.timestamp()).toBe('2030-01-01T00:00:00.0000000Z');
    expect(clock.timestamp()).toBe(clock.timestamp());
    const before = clock.elapsedMs();
    clock.advance(1500);
    expect(clock.timestamp()).toBe('2030-01-01T00:00:01.5000000Z');
    expect(clock.elapsedMs() - before).toBeGreaterThanOrEqual(1500);
    clock.freeze(false);
    expect(clock.now()).toBeGreaterThanOrEqual(Date.parse('2030-01-01T00:00:01Z'));
  });

  it('can be set back', () => {
    const clock = createClock();
    clock.set(Date.parse('2020-01-01T00:00:00Z'));
    expect(clock.timestamp()).toMatch(/^2020-01-01T00:00:0/);
  });

  it('carries ticks over', () => {
    expect(nextTick('2026-12-31T23:59:59.9999999Z')).toBe('2027-01-01T00:00:00.0000000Z');
    expect(nextTick('2026-01-01T00:00:00.0000000Z', 12_345)).toBe('2026-01-01T00:00:00.0012345Z');
  });
});
