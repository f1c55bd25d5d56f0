import type { Clock } from '../time/clock.js';
import type { CallScope } from './contract.js';
import * as failures from './failures.js';

/** Timers of the platform hold 31 bits; a longer delay would end at once. */
const longestTimerMs = 2 ** 31 - 1;

/** Resolves at `deadlineAt`, however far away; rejects with the signal's reason when aborted first. */
export async function untilDeadline(clock: Clock, deadlineAt: number, signal: AbortSignal): Promise<void> {
  for (let leftMs = deadlineAt - clock.now(); leftMs > 0; leftMs = deadlineAt - clock.now()) {
    await clock.sleep(Math.min(leftMs, longestTimerMs), signal);
  }
}

/** What can end a call from outside: its caller, its deadline, the end of the gateway. */
export interface Limits {
  readonly clock: Clock;
  /** Aborted when the gateway stops. */
  readonly stopping: AbortSignal;
}

/** The signal of everything that ends a call but its deadline, which those who wait for budget answer in their own way. */
export function interruptionSignal(scope: CallScope, { stopping }: Limits): AbortSignal {
  return AbortSignal.any([scope.signal, stopping]);
}

/** `work`, with an interruption turned into the error that says what interrupted it. */
export async function interruptible<T>(
  work: Promise<T>,
  label: failures.CallLabel,
  scope: CallScope,
  limits: Limits,
): Promise<T> {
  try {
    return await work;
  } catch (reason) {
    throw interruption(label, scope, limits, reason) ?? failures.cancelled(label, 'none', reason);
  }
}

/** What has ended the call, if anything has. */
export function interruption(
  label: failures.CallLabel,
  scope: CallScope,
  { clock, stopping }: Limits,
  reason?: unknown,
): Error | undefined {
  if (stopping.aborted) return failures.stopped(label);
  if (clock.now() >= scope.deadlineAt) return failures.timedOut(label, 'none', reason);
  return scope.signal.aborted ? failures.cancelled(label, 'none', reason ?? scope.signal.reason) : undefined;
}
