import type { EmulatorClock, Limits } from '../context.js';
import type { EmulatorSwitches } from '../switches.js';
import { createConcurrency } from './concurrency.js';
import { createFixedWindow } from './fixedWindow.js';
import { createSlidingWindow, type SlidingWindowOptions } from './slidingWindow.js';

export interface LimitsOptions {
  readonly clock: EmulatorClock;
  readonly switches: EmulatorSwitches;
  /** Users of the tenant; decides the directory's allowance. */
  readonly userCount: () => number;
}

/**
 * The published budgets.
 * @see https://learn.microsoft.com/graph/throttling-limits
 * @see https://learn.microsoft.com/defender-cloud-apps/api-introduction (30 requests a minute per tenant)
 */
export function createLimits({ clock, switches, userCount }: LimitsOptions): Limits {
  const shared = { enabled: switches.limits, elapsedMs: () => clock.elapsedMs(), countRefused: true };
  const scores = createConcurrency(4);
  const mcasOptions: SlidingWindowOptions = {
    ...shared,
    name: 'mcas',
    capacity: () => 30,
    windowMs: 60_000,
    countRefused: switches.mcasCountRefused,
  };
  const limits = {
    security: createSlidingWindow({ ...shared, name: 'security', capacity: () => 150, windowMs: 60_000 }),
    identity: createSlidingWindow({ ...shared, name: 'identity', capacity: () => 1, windowMs: 1000 }),
    incidents: createSlidingWindow({ ...shared, name: 'incidents', capacity: () => 150, windowMs: 60_000 }),
    directory: createSlidingWindow({
      ...shared,
      name: 'ResourceUnitLimitExceeded',
      capacity: () => directoryUnits(userCount()),
      windowMs: 10_000,
    }),
    subscriptions: createSlidingWindow({ ...shared, name: 'subscriptions', capacity: () => 1000, windowMs: 20_000 }),
    mcas: switches.mcasWindow === 'fixed' ? createFixedWindow(mcasOptions) : createSlidingWindow(mcasOptions),
  };
  return {
    ...limits,
    enterScores: (key) => (switches.limits ? scores.enter(key) : () => undefined),
    reset() {
      for (const limit of Object.values(limits)) limit.reset();
      scores.reset();
    },
  };
}

/** Resource units that an application may spend in 10 s, by the tenant's size class. */
export function directoryUnits(userCount: number): number {
  if (userCount < 50) return 3500;
  return userCount <= 500 ? 5000 : 8000;
}
