import { type DirectiveNode, type DocumentNode, Kind, type SelectionNode, type SelectionSetNode, visit } from 'graphql';

/** Coerced variables, or undefined for a document that selects whatever any variables would. */
export type ConditionValues = Readonly<Record<string, unknown>> | undefined;

/**
 * The document as it is without `@skip` and `@include`: what they leave out is gone, the rest stays without condition.
 * Something is selected of every object, because the planner wants that.
 */
export function settleConditions(document: DocumentNode, values: ConditionValues): DocumentNode {
  return visit(document, {
    [Kind.SELECTION_SET]: {
      enter: (set: SelectionSetNode) => ({ ...set, selections: set.selections.filter((node) => isKept(node, values)) }),
      leave: (set: SelectionSetNode) =>
        set.selections.length === 0 ? { ...set, selections: [typeNameField] } : undefined,
    },
    [Kind.DIRECTIVE]: (node) => (isCondition(node) ? null : undefined),
  });
}

/** The variables that decide what a document selects. */
export function conditionVariables(document: DocumentNode): readonly string[] {
  const names = new Set<string>();
  visit(document, {
    [Kind.DIRECTIVE](node) {
      const value = isCondition(node) ? conditionOf(node) : undefined;
      if (value?.kind === Kind.VARIABLE) names.add(value.name.value);
    },
  });
  return [...names].sort();
}

/** Whether a selection is left after its own `@skip` and `@include`. */
export function isKept({ directives = [] }: SelectionNode, values: ConditionValues): boolean {
  return directives.filter(isCondition).every((directive) => {
    const value = conditionOf(directive);
    if (value?.kind === Kind.VARIABLE && values === undefined) return true;
    const isTrue = value?.kind === Kind.VARIABLE ? values?.[value.name.value] === true : isLiterallyTrue(value);
    return isTrue === (directive.name.value === 'include');
  });
}

const typeNameField = { kind: Kind.FIELD, name: { kind: Kind.NAME, value: '__typename' } } as const;

function isCondition({ name }: DirectiveNode): boolean {
  return name.value === 'skip' || name.value === 'include';
}

type ConditionValue = NonNullable<DirectiveNode['arguments']>[number]['value'];

function conditionOf({ arguments: [condition] = [] }: DirectiveNode): ConditionValue | undefined {
  return condition?.value;
}

function isLiterallyTrue(value: ConditionValue | undefined): boolean {
  return value?.kind === Kind.BOOLEAN && value.value;
}
