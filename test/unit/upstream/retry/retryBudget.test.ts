import { describe, expect, it } from '@jest/globals';
import { createRetryBudget } from '../../../../src/upstream/retry/retryBudget.js';
import { ManualClock } from '../support/manualClock.js';

function take(budget: ReturnType<typeof createRetryBudget>, tries: number): number {
  return Array.from({ length: tries }, () => budget.take()).filter(Boolean).length;
}

describe('the budget of repeats', () => {
  it('holds ten at the start', () => {
    expect(take(createRetryBudget(new ManualClock()), 100)).toBe(10);
  });

  it('earns one for every five calls, so that an outage costs a fifth more calls and not four times as many', () => {
    const budget = createRetryBudget(new ManualClock());
    let repeats = 0;
    for (let call = 0; call < 1_000; call += 1) {
      budget.called();
      repeats += take(budget, 3);
    }
    expect(repeats).toBeLessThanOrEqual(210);
    expect(repeats).toBeGreaterThanOrEqual(200);
  });

  it('earns ten a minute by time alone, and never holds more', async () => {
    const clock = new ManualClock();
    const budget = createRetryBudget(clock);
    take(budget, 10);
    clock.jump(30_000);
    expect(take(budget, 100)).toBe(5);
    clock.jump(3_600_000);
    expect(take(budget, 100)).toBe(10);
  });
});
