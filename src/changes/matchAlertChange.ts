import { matchesAlertFilter } from '../datasources/alerts/matchesAlertFilter.js';
import type { AlertFilter } from '../schema/inputs/alertFilter.input.js';
import type { AlertChange } from './contract.js';

type MaybeFilter = AlertFilter | null | undefined;

/**
 * Whether a subscriber with this filter is told: when the alert matches after the change or matched before it, so that a
 * list can let go of a row. Changes without an alert concern every list.
 */
export function concernsFilter(filter: MaybeFilter, change: AlertChange): boolean {
  if (change.alert === null || matchesAfter(filter, change)) return true;
  return change.previous !== null && matchesAlertFilter(filter, { ...change.alert, ...change.previous });
}

/** Whether the alert, as the change left it, belongs to the subscriber's list. */
export function matchesAfter(filter: MaybeFilter, { alert }: AlertChange): boolean {
  return alert !== null && matchesAlertFilter(filter, alert);
}
