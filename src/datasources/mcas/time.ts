import { fromTicks, isInstant, toTicks } from '../../time/instant.js';

const ticksPerMs = 10_000;

/** Epoch milliseconds, whole or broken, as RFC 3339 text; null when they are no time. */
export function fromEpochMs(epochMs: number | null | undefined): string | null {
  if (epochMs === null || epochMs === undefined || !Number.isFinite(epochMs) || Math.abs(epochMs) > 8.64e15)
    return null;
  const wholeMs = Math.floor(epochMs);
  const fractionTicks = Math.round((epochMs - wholeMs) * ticksPerMs);
  if (fractionTicks === 0) return new Date(wholeMs).toISOString();
  return fromTicks(BigInt(wholeMs) * BigInt(ticksPerMs) + BigInt(fractionTicks));
}

/** The first whole millisecond at or after an instant. */
export function ceilToEpochMs(instant: string): number {
  const ticks = toTicks(instant) ?? 0n;
  return Number((ticks + BigInt(ticksPerMs) - 1n) / BigInt(ticksPerMs));
}

/** A time that comes as ISO text or as epoch milliseconds; null when it is neither. */
export function fromWireTime(time: string | number | null | undefined): string | null {
  if (typeof time === 'number') return fromEpochMs(time);
  if (!time) return null;
  if (isInstant(time)) return time;
  const epochMs = Date.parse(time);
  return Number.isNaN(epochMs) ? null : new Date(epochMs).toISOString();
}
