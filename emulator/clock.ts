import { performance } from 'node:perf_hooks';
import type { EmulatorClock } from './context.js';

/**
 * A clock that follows the machine's until it is moved or frozen.
 * `elapsedMs` ignores freezing and setting, so that budgets refill even while the tenant's time stands still.
 * Two calls of `timestamp` never give the same text unless the clock is frozen: later writes carry later stamps.
 * @param machineMs What it follows: epoch milliseconds that never go back.
 */
export function createClock(machineMs: () => number = wallMs): EmulatorClock {
  let offsetMs = 0;
  let advancedMs = 0;
  let frozenAtMs: number | undefined;
  let latest = '';

  function now(): number {
    return frozenAtMs ?? Math.floor(machineMs() + offsetMs);
  }

  function timestamp(): string {
    if (frozenAtMs !== undefined) return toTimestamp(frozenAtMs);
    const exactMs = machineMs() + offsetMs;
    const stamp = toTimestamp(Math.floor(exactMs), Math.floor((exactMs % 1) * 10_000));
    latest = stamp > latest ? stamp : nextTick(latest);
    return latest;
  }

  /** Times before a move say nothing about those after it. */
  function moved(): void {
    latest = '';
  }

  return {
    now,
    timestamp,
    elapsedMs: () => machineMs() + advancedMs,
    advance(ms) {
      advancedMs += Math.max(0, ms);
      if (frozenAtMs === undefined) offsetMs += ms;
      else frozenAtMs += ms;
    },
    set(nowMs) {
      if (frozenAtMs === undefined) offsetMs = nowMs - machineMs();
      else frozenAtMs = nowMs;
      moved();
    },
    freeze(frozen) {
      if (frozen) frozenAtMs = now();
      else if (frozenAtMs !== undefined) {
        offsetMs = frozenAtMs - machineMs();
        frozenAtMs = undefined;
        moved();
      }
    },
  };
}

/** UTC text with seven fraction digits. @param ticks 100 ns steps below the millisecond, 0–9999. */
export function toTimestamp(ms: number, ticks = 0): string {
  return `${new Date(ms).toISOString().slice(0, -1)}${String(ticks).padStart(4, '0')}Z`;
}

/** Moves a timestamp with seven fraction digits on by steps of 100 ns. */
export function nextTick(timestamp: string, ticks = 1): string {
  const total =
    BigInt(Date.parse(`${timestamp.slice(0, 23)}Z`)) * 10_000n + BigInt(timestamp.slice(23, 27)) + BigInt(ticks);
  return toTimestamp(Number(total / 10_000n), Number(total % 10_000n));
}

function wallMs(): number {
  return performance.timeOrigin + performance.now();
}
