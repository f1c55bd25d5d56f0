import { silentLogger } from '../../src/observability/logger.js';
import type { Redis } from '../../src/redis/connection.js';
import type { Grant, LimitRow, Refusal, Want } from '../../src/upstream/budgets/contract.js';
import { createRedisBudget, type RedisBudgetDeps } from '../../src/upstream/budgets/createRedisBudget.js';
import { VirtualClock } from '../support/virtualClock.js';
import { inVirtualTime } from './virtualTime.js';

export const security: LimitRow = { name: 'requests', units: 150, windowMs: 60_000, share: 1, shared: false };
export const mcas: LimitRow = { name: 'requests', units: 30, windowMs: 60_000, share: 0.8, shared: true };
export const identity: LimitRow = { name: 'requests', units: 1, windowMs: 1_000, share: 0.8, shared: true };

export type Draw = (changes?: Partial<Want> & { readonly leftMs?: number }) => Promise<Grant | Refusal>;

let budgets = 0;

/** Instances that share one budget over one Redis, in virtual time. */
export function shareBudget(redis: Redis, row: LimitRow, count: number, options: Partial<RedisBudgetDeps> = {}) {
  const clock = new VirtualClock(Date.parse('2026-11-21T12:00:00Z'));
  budgets += 1;
  const name = `budget${budgets}`;
  const instances = Array.from({ length: count }, (_, index) => {
    const budget = createRedisBudget({
      redis: inVirtualTime(redis, clock),
      clock,
      logger: silentLogger,
      random: () => 0,
      instanceCount: () => count,
      instanceId: `instance-${index}`,
      name,
      row,
      flightMs: 10_000,
      ...options,
    });
    const draw: Draw = ({ leftMs = 15_000, ...rest } = {}) => {
      const { signal } = new AbortController();
      return budget.draw({ purpose: 'interactive', parts: [1], deadlineAt: clock.now() + leftMs, signal, ...rest });
    };
    return { budget, draw };
  });
  const advance = (ms: number) => clock.runUntil(clock.now() + ms);
  return { clock, instances: instances as [Instance, Instance, Instance], advance };
}

type Instance = { readonly budget: ReturnType<typeof createRedisBudget>; readonly draw: Draw };

export async function granted(drawn: Promise<Grant | Refusal>): Promise<Grant> {
  const outcome = await drawn;
  if (!outcome.granted) throw new Error(`refused, try in ${outcome.retryAfterMs} ms`);
  return outcome;
}

export function fill(draw: () => Promise<Grant | Refusal>, count: number): Promise<Grant[]> {
  return Promise.all(Array.from({ length: count }, () => granted(draw())));
}
