import { afterEach, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Budget, LimitRow } from '../../src/upstream/budgets/contract.js';
import { createSlidingWindowBudget } from '../../src/upstream/budgets/createSlidingWindowBudget.js';
import type { Purpose } from '../../src/upstream/contract.js';
import { describeWithRedis } from '../support/redisServer.js';
import type { VirtualClock } from '../support/virtualClock.js';
import { identity, mcas, security, shareBudget } from './budgets.js';
import { TestConnections } from './support.js';

const connections = new TestConnections();
afterEach(() => connections.close());

/** One call as the upstream saw it. */
interface Span {
  readonly from: number;
  readonly to: number;
  readonly units: number;
}

/** Most units that were between their start and one window after their response at the same time. */
function mostHeld(spans: readonly Span[], windowMs: number): number {
  const at = (moment: number) => spans.filter(({ from, to }) => from <= moment && to + windowMs > moment);
  return Math.max(0, ...spans.map(({ from }) => at(from).reduce((sum, { units }) => sum + units, 0)));
}

describeWithRedis('three instances on one budget', (url) => {
  const step = fc.record({
    pauseMs: fc.integer({ min: 0, max: 300 }),
    instance: fc.integer({ min: 0, max: 2 }),
    purpose: fc.constantFrom<Purpose>('feed', 'interactive', 'background'),
    parts: fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 1, maxLength: 4 }),
    takesMs: fc.integer({ min: 0, max: 700 }),
    reaches: fc.boolean(),
    dies: fc.boolean(),
  });

  it('never draw more than its limit in any window, and everybody is served', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 6, max: 20 }),
        fc.constantFrom(security, mcas),
        fc.array(step, { maxLength: 30 }),
        async (units, kind, steps) => {
          const row = { ...kind, units, share: 1, windowMs: 1_000 };
          const redis = await connections.connect(url());
          const { clock, instances, advance } = shareBudget(redis, row, 3, { flightMs: 1_000 });
          const spans: Span[] = [];
          let served = 0;
          for (const { pauseMs, instance, purpose, parts, takesMs, reaches, dies } of steps) {
            await advance(pauseMs);
            const { draw } = instances[instance as 0 | 1 | 2];
            void draw({ purpose, parts, leftMs: 600_000 }).then(async (drawn) => {
              if (!drawn.granted) return;
              served += 1;
              const from = clock.now();
              await clock.sleep(takesMs);
              if (!reaches) return drawn.cancel();
              spans.push({ from, to: clock.now(), units: drawn.units });
              if (!dies) drawn.settle();
            });
          }
          await advance(90_000);
          expect(served).toBe(steps.length);
          expect(mostHeld(spans, row.windowMs)).toBeLessThanOrEqual(units);
          for (const { budget } of instances) budget.stop();
          await connections.close();
        },
      ),
      { numRuns: 25 },
    );
  });
});

describeWithRedis('one instance on a budget in Redis', (url) => {
  const step = fc.record({
    pauseMs: fc.integer({ min: 0, max: 400 }),
    purpose: fc.constantFrom<Purpose>('feed', 'interactive', 'background'),
    callerKey: fc.constantFrom('ann', 'bob'),
    // Larger calls are cut to the limit, which may halve while they wait; that is looked at when they start here.
    parts: fc.array(fc.constant(1), { minLength: 1, maxLength: 3 }),
    takesMs: fc.integer({ min: 1, max: 700 }),
    end: fc.constantFrom('settle', 'settle', 'settle', 'cancel', 'refuse'),
  });
  type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

  /** When each call starts, with how many parts. */
  async function play(
    budget: Budget,
    clock: VirtualClock,
    { shared }: LimitRow,
    steps: readonly Step[],
  ): Promise<string[]> {
    const begin = clock.now();
    const starts: string[] = [];
    for (const [index, { pauseMs, takesMs, end, ...want }] of steps.entries()) {
      await clock.runUntil(clock.now() + pauseMs);
      const { signal } = new AbortController();
      void budget.draw({ ...want, deadlineAt: clock.now() + 10_000_000, signal }).then(async (drawn) => {
        if (!drawn.granted) return;
        starts.push(`${index}: ${drawn.parts} parts at ${clock.now() - begin}`);
        await clock.sleep(takesMs);
        if (end === 'cancel') return drawn.cancel();
        // A halved limit recovers all the time, and the two look at it at different moments.
        if (end === 'settle' || shared) return drawn.settle();
        drawn.refuse();
        budget.throttled(1_500);
      });
    }
    await clock.runUntil(begin + 600_000);
    return starts;
  }

  it('starts every call when the budget of one process would', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(
          { ...security, units: 12, windowMs: 2_000 },
          { ...mcas, units: 12, windowMs: 3_000 },
          { ...security, units: 4, windowMs: 1_000 },
          identity,
        ),
        fc.array(step, { maxLength: 16 }),
        async (row, steps) => {
          const redis = await connections.connect(url());
          const { clock, instances } = shareBudget(redis, row, 1);
          const shared = await play(instances[0].budget, clock, row, steps);
          const alone = await play(createSlidingWindowBudget(row, clock), clock, row, steps);
          expect(shared).toEqual(alone);
          instances[0].budget.stop();
          await connections.close();
        },
      ),
      { numRuns: 25 },
    );
  });
});
