import { describe, expect, it } from '@jest/globals';
import { Tarpit } from '../../../src/server/tarpit.js';
import { createManualClock, settle } from '../cache/manualClock.js';

function setUp(capacity = 1_000) {
  const clock = createManualClock();
  const tarpit = new Tarpit({ holdMs: 1_000, capacity, clock });
  const outcomes: boolean[] = [];
  const hold = () => void tarpit.hold().then((isAnswered) => outcomes.push(isAnswered));
  return { clock, tarpit, outcomes, hold };
}

describe('an answer in the tarpit', () => {
  it('is given after the time, and not before', async () => {
    const { clock, outcomes, hold } = setUp();
    hold();
    await clock.advance(999);
    expect(outcomes).toEqual([]);
    await clock.advance(1);
    expect(outcomes).toEqual([true]);
    expect(clock.sleepers()).toEqual([]);
  });

  it('that came later is given later', async () => {
    const { clock, outcomes, hold } = setUp();
    hold();
    await clock.advance(500);
    hold();
    await clock.advance(500);
    expect(outcomes).toEqual([true]);
    await clock.advance(500);
    expect(outcomes).toEqual([true, true]);
  });

  it('shares one timer with all others', async () => {
    const { clock, outcomes, hold } = setUp();
    for (let index = 0; index < 1_000; index += 1) hold();
    expect(clock.sleepers()).toHaveLength(1);
    await clock.advance(1_000);
    for (let answered = 1; answered < 1_000; answered += 1) {
      expect([outcomes.length, clock.sleepers().length]).toEqual([answered, 1]);
      await clock.advance(5);
    }
    expect([outcomes, clock.sleepers()]).toEqual([Array(1_000).fill(true), []]);
  });

  it('is not given together with all others that are due', async () => {
    const { clock, outcomes, hold } = setUp();
    for (let index = 0; index < 50; index += 1) hold();
    await clock.advance(1_000);
    expect(outcomes).toHaveLength(1);
    await clock.advance(5);
    expect(outcomes).toHaveLength(2);
  });

  it('has no room beyond the bound, until others are given', async () => {
    const { clock, tarpit, outcomes, hold } = setUp(10);
    for (let index = 0; index < 100; index += 1) hold();
    await settle();
    expect([tarpit.size, outcomes]).toEqual([10, Array(90).fill(false)]);
    await clock.advance(1_000);
    hold();
    expect(tarpit.size).toBe(10);
  });
});

describe('the end of the tarpit', () => {
  it('gives all answers at once, leaves no timer and holds nobody any more', async () => {
    const { clock, tarpit, outcomes, hold } = setUp();
    hold();
    hold();
    tarpit.end();
    hold();
    await settle();
    expect([outcomes, tarpit.size, clock.sleepers()]).toEqual([[true, true, true], 0, []]);
  });
});
