import type { RequiresSelection } from '@graphql-hive/router-query-planner';
import { type FieldNode, Kind, print, type SelectionSetNode } from 'graphql';
import type { Selected } from './selected.js';
import type { EntityPart, Plan, Step } from './steps.js';
import type { SupergraphFacts } from './supergraphFacts.js';

/**
 * Refuses plans that would fetch something else than what is wanted. The planner makes such plans:
 *
 *  - where one field is needed with several arguments, and of two meanings of one name only one can be answered;
 *  - where it has merged steps, and forgotten what a field of one of them requires.
 *
 * @throws when the plan is not to be trusted.
 */
export function checkPlan(plan: Plan, facts: SupergraphFacts): void {
  for (const { selected } of plan.fetches) expectOneMeaning(selected, facts);
  for (const { part, subgraph } of entityParts(plan.rest)) {
    const required = requiredBy(part, subgraph, facts);
    expectOneMeaning(required, facts);
    expectRequirements(part, required);
  }
}

function expectRequirements({ requires }: EntityPart, required: Selected): void {
  const told = new Set(namesOf(requires));
  if (![...usesByKey(required).values()].flat().every(({ field }) => told.has(field.name.value)))
    throw new Error('A plan does not tell a subgraph what it requires.');
}

/** The names of fields that a representation has. */
function namesOf(requires: readonly RequiresSelection[]): readonly string[] {
  return requires.flatMap((selection) => {
    if (selection.kind === 'Field') return [selection.alias ?? selection.name];
    return selection.kind === 'InlineFragment' ? namesOf(selection.selections) : [];
  });
}

function expectOneMeaning(selected: Selected, facts: SupergraphFacts): void {
  for (const uses of usesByKey(selected).values()) {
    const [first, ...others] = uses;
    if (first === undefined) continue;
    for (const other of others) {
      if (meaningOf(other.field) !== meaningOf(first.field) && mayMeet(first.condition, other.condition, facts))
        throw new Error('A plan asks for two things under one name.');
    }
    const sets = uses.flatMap(({ field }) => field.selectionSet ?? []);
    if (sets.length > 0) expectOneMeaning({ sets, fragments: selected.fragments }, facts);
  }
}

/** A field with the innermost type condition around it. */
interface Use {
  readonly field: FieldNode;
  readonly condition: string | undefined;
}

function usesByKey({ sets, fragments }: Selected): ReadonlyMap<string, readonly Use[]> {
  const uses = new Map<string, Use[]>();
  const collect = ({ selections }: SelectionSetNode, condition: string | undefined): void => {
    for (const selection of selections) {
      if (selection.kind === Kind.FIELD) {
        const key = (selection.alias ?? selection.name).value;
        uses.set(key, [...(uses.get(key) ?? []), { field: selection, condition }]);
        continue;
      }
      const fragment = selection.kind === Kind.INLINE_FRAGMENT ? selection : fragments.get(selection.name.value);
      if (fragment !== undefined) collect(fragment.selectionSet, fragment.typeCondition?.name.value ?? condition);
    }
  };
  for (const set of sets) collect(set, undefined);
  return uses;
}

function meaningOf({ name, arguments: args = [] }: FieldNode): string {
  return `${name.value}(${args.map((argument) => print(argument)).sort()})`;
}

function mayMeet(one: string | undefined, other: string | undefined, facts: SupergraphFacts): boolean {
  if (one === undefined || other === undefined) return true;
  return facts.satisfies(one, other) || facts.satisfies(other, one);
}

function entityParts(step: Step | undefined): { readonly part: EntityPart; readonly subgraph: string }[] {
  switch (step?.kind) {
    case undefined:
    case 'root':
      return [];
    case 'entities':
      return step.parts.map((part) => ({ part, subgraph: step.fetch.subgraph }));
    case 'condition':
      return [...entityParts(step.whenTrue), ...entityParts(step.otherwise)];
    case 'sequence':
    case 'parallel':
      return step.steps.flatMap(entityParts);
  }
}

/** What the subgraph has to be told for all that is asked of one entity together. */
function requiredBy({ selected }: EntityPart, subgraph: string, facts: SupergraphFacts): Selected {
  const uses = [...usesByKey(selected).values()].flat();
  const sets = uses.flatMap(({ field, condition }) =>
    condition === undefined ? [] : (facts.requiredFor(condition, field.name.value, subgraph) ?? []),
  );
  return { sets, fragments: new Map() };
}
