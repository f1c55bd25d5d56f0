import { describe, expect, it } from '@jest/globals';
import { createConcurrency } from '../../emulator/limits/concurrency.js';
import { directoryUnits } from '../../emulator/limits/createLimits.js';
import { createFixedWindow } from '../../emulator/limits/fixedWindow.js';
import { createSlidingWindow, type SlidingWindowOptions } from '../../emulator/limits/slidingWindow.js';

function setUp(options: Partial<SlidingWindowOptions> = {}) {
  const time = { ms: 0 };
  const all: SlidingWindowOptions = {
    name: 'test',
    capacity: () => 3,
    windowMs: 1000,
    countRefused: true,
    enabled: true,
    elapsedMs: () => time.ms,
    ...options,
  };
  return { time, sliding: createSlidingWindow(all), fixed: createFixedWindow(all) };
}

describe('a sliding window', () => {
  it('allows the capacity within any window and names the wait', () => {
    const { time, sliding } = setUp({ countRefused: false });
    for (const ms of [0, 100, 200]) {
      time.ms = ms;
      expect(sliding.take('k').allowed).toBe(true);
    }
    time.ms = 300;
    expect(sliding.take('k')).toMatchObject({ allowed: false, retryAfterSeconds: 0.7, limit: 'test' });
    time.ms = 999;
    expect(sliding.take('k').allowed).toBe(false);
    time.ms = 1000;
    expect(sliding.take('k').allowed).toBe(true);
    expect(sliding.take('k').allowed).toBe(false);
  });

  it('counts refused calls where the service does, so that hammering prolongs the refusal', () => {
    const { time, sliding } = setUp({ capacity: () => 1 });
    expect(sliding.take('k').allowed).toBe(true);
    time.ms = 900;
    expect(sliding.take('k').allowed).toBe(false);
    time.ms = 1100;
    expect(sliding.take('k').allowed).toBe(false);
    time.ms = 2101;
    expect(sliding.take('k').allowed).toBe(true);
  });

  it('keeps keys apart, weighs units and lets others eat the budget', () => {
    const { sliding } = setUp();
    expect(sliding.take('a', 3).allowed).toBe(true);
    expect(sliding.take('b', 2)).toMatchObject({ allowed: true, usedFraction: 2 / 3 });
    sliding.consume('b', 1);
    expect(sliding.take('b').allowed).toBe(false);
    sliding.reset();
    expect(sliding.take('b').allowed).toBe(true);
  });

  it('refuses nothing when it is off', () => {
    const { sliding, fixed } = setUp({ enabled: false });
    for (let call = 0; call < 10; call += 1) {
      expect(sliding.take('k').allowed).toBe(true);
      expect(fixed.take('k').allowed).toBe(true);
    }
  });
});

describe('a fixed window', () => {
  it('opens with the first call and frees everything at once', () => {
    const { time, fixed } = setUp();
    time.ms = 500;
    for (let call = 0; call < 3; call += 1) expect(fixed.take('k').allowed).toBe(true);
    time.ms = 1400;
    expect(fixed.take('k')).toMatchObject({ allowed: false, retryAfterSeconds: 0.1 });
    time.ms = 1500;
    for (let call = 0; call < 3; call += 1) expect(fixed.take('k').allowed).toBe(true);
  });
});

describe('concurrency', () => {
  it('frees a place once, however often a call is ended', () => {
    const concurrency = createConcurrency(2);
    const leave = concurrency.enter('k');
    expect(concurrency.enter('k')).toBeDefined();
    expect(concurrency.enter('k')).toBeUndefined();
    leave?.();
    leave?.();
    expect(concurrency.enter('k')).toBeDefined();
    expect(concurrency.enter('k')).toBeUndefined();
    expect(concurrency.enter('other')).toBeDefined();
  });
});

describe('directory units', () => {
  it.each([
    [49, 3500],
    [50, 5000],
    [500, 5000],
    [501, 8000],
  ])('of %i users are %i', (users, units) => {
    expect(directoryUnits(users)).toBe(units);
  });
});
