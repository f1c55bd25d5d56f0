import { type FragmentDefinitionNode, Kind, type SelectionSetNode } from 'graphql';
import type { SupergraphFacts } from './supergraphFacts.js';

/** What an operation selects at one place of its answer; one place may be selected several times. */
export interface Selected {
  readonly sets: readonly SelectionSetNode[];
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
}

/**
 * The response keys that are selected of an object, each with what is selected below it (undefined: it is a leaf).
 * Includes what `@skip` and `@include` would leave out.
 * @param typeName The type of the object; undefined counts as every type.
 */
export function responseKeys(
  selected: Selected,
  typeName: string | undefined,
  facts: SupergraphFacts,
): ReadonlyMap<string, Selected | undefined> {
  const keys = new Map<string, SelectionSetNode[]>();
  const spread = new Set<string>();

  const collect = ({ selections }: SelectionSetNode): void => {
    for (const selection of selections) {
      if (selection.kind === Kind.FIELD) {
        const key = selection.alias?.value ?? selection.name.value;
        keys.set(key, [
          ...(keys.get(key) ?? []),
          ...(selection.selectionSet === undefined ? [] : [selection.selectionSet]),
        ]);
        continue;
      }
      const fragment = selection.kind === Kind.FRAGMENT_SPREAD ? takeFragment(selection.name.value) : selection;
      if (fragment !== undefined && isMeant(fragment.typeCondition?.name.value)) collect(fragment.selectionSet);
    }
  };
  const takeFragment = (name: string): FragmentDefinitionNode | undefined => {
    if (spread.has(name)) return undefined;
    spread.add(name);
    return selected.fragments.get(name);
  };
  const isMeant = (condition: string | undefined): boolean =>
    condition === undefined || typeName === undefined || facts.satisfies(typeName, condition);

  for (const set of selected.sets) collect(set);
  return new Map(
    [...keys].map(([key, sets]) => [key, sets.length === 0 ? undefined : { sets, fragments: selected.fragments }]),
  );
}
