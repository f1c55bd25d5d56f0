import { describe, expect, it } from '@jest/globals';
import { createConcurrencyGate } from '../../../../src/upstream/budgets/createConcurrencyGate.js';
import { concurrencyCap } from '../../../../src/upstream/budgets/limits.js';
import { ManualClock, settle } from '../support/manualClock.js';

const never = new AbortController().signal;

describe('a concurrency gate', () => {
  it('lets as many in as allowed and hands each free place to the longest waiting', async () => {
    const clock = new ManualClock();
    const gate = createConcurrencyGate(2, clock);
    const deadlineAt = clock.now() + 10_000;
    const [first] = await Promise.all([gate.enter(deadlineAt, never), gate.enter(deadlineAt, never)]);
    const order: string[] = [];
    void gate.enter(deadlineAt, never).then(() => order.push('third'));
    void gate.enter(deadlineAt, never).then(() => order.push('fourth'));
    await settle();
    expect(order).toEqual([]);
    first?.();
    first?.();
    void gate.enter(deadlineAt, never).then(() => order.push('fifth'));
    await settle();
    expect(order).toEqual(['third']);
    expect(gate.queueDepth).toBe(2);
  });

  it('gives up at the deadline', async () => {
    const clock = new ManualClock();
    const gate = createConcurrencyGate(1, clock);
    await gate.enter(clock.now() + 10_000, never);
    const late = gate.enter(clock.now() + 500, never);
    await clock.advance(500);
    expect(await late).toBeUndefined();
    expect(gate.queueDepth).toBe(0);
  });

  it('lets go of callers that go away', async () => {
    const clock = new ManualClock();
    const gate = createConcurrencyGate(1, clock);
    await gate.enter(clock.now() + 10_000, never);
    const gone = new AbortController();
    const left = gate.enter(clock.now() + 10_000, gone.signal);
    gone.abort(new Error('gone'));
    await expect(left).rejects.toThrow('gone');
    expect(gate.queueDepth).toBe(0);
  });

  it.each([
    ['/v1.0/security/secureScores', true],
    ['/v1.0/security/secureScoreControlProfiles/MFA', true],
    ['/v1.0/security/alerts_v2', false],
  ])('guards secure scores alone: %s', (path, gated) => {
    expect(concurrencyCap.applies(path)).toBe(gated);
  });
});
