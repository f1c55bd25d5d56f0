import { Kind, type SelectionNode } from 'graphql';
import type { Selected } from './selected.js';
import { isKept } from './settleConditions.js';

/**
 * Whether `@skip` and `@include` leave nothing of what is selected, so that nobody has to be asked.
 * @param variables Coerced.
 */
export function isAllSkipped({ sets, fragments }: Selected, variables: Readonly<Record<string, unknown>>): boolean {
  const isNothing = (selection: SelectionNode): boolean => {
    if (!isKept(selection, variables)) return true;
    if (selection.kind === Kind.FIELD) return false;
    const fragment = selection.kind === Kind.INLINE_FRAGMENT ? selection : fragments.get(selection.name.value);
    return fragment === undefined || fragment.selectionSet.selections.every(isNothing);
  };
  return sets.every(({ selections }) => selections.every(isNothing));
}
