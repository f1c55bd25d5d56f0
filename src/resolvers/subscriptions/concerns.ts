import type { Change, ChangeTopic, EntityOf } from '../../changes/contract.js';

export type Matcher<T extends ChangeTopic> = (entity: EntityOf<T>) => boolean;

/**
 * Whether a subscriber is told: when the entity matches after the change or matched before it, so that a list can let go
 * of a row. What it was before and nobody remembers may have matched. A `RESYNC` concerns every list.
 */
export function concerns<T extends ChangeTopic>(change: Change<T>, matches: Matcher<T>): boolean {
  if (change.change === 'RESYNC' || matchesAfter(change, matches)) return true;
  return change.before === null ? change.change !== 'CREATED' : matches(change.before);
}

/** Whether the entity, as the change left it, belongs to the subscriber's list. */
export function matchesAfter<T extends ChangeTopic>({ entity }: Change<T>, matches: Matcher<T>): boolean {
  return entity !== null && matches(entity);
}
