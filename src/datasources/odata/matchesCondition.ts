import type { InstantFilter, ValueFilter } from '../../schema/inputs/filters.input.js';
import { toTicks } from '../../time/instant.js';

/** Conditions with the meaning that they have at Microsoft Graph, for rows that changed since it chose them. */

/** Texts compare without case; a missing value is none of the values in `notIn`. */
export function matchesValue(condition: ValueFilter | null | undefined, value: string | null): boolean {
  if (condition === null || condition === undefined) return true;
  if (condition.in && !holds(condition.in, value)) return false;
  if (condition.notIn && holds(condition.notIn, value)) return false;
  return typeof condition.isNull !== 'boolean' || condition.isNull === (value === null);
}

/** A missing time is in no span. */
export function matchesInstant(condition: InstantFilter | null | undefined, value: string | null): boolean {
  if (!condition?.ge && !condition?.lt) return true;
  const ticks = value === null ? undefined : toTicks(value);
  if (ticks === undefined) return false;
  const from = condition.ge ? toTicks(condition.ge) : undefined;
  const to = condition.lt ? toTicks(condition.lt) : undefined;
  return (from === undefined || ticks >= from) && (to === undefined || ticks < to);
}

export function isSameText(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}

function holds(values: readonly string[], value: string | null): boolean {
  return value !== null && values.some((candidate) => isSameText(candidate, value));
}
