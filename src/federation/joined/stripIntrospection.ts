import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  Kind,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
  visit,
} from 'graphql';

/** Answered from the public schema, without asking anybody. */
const introspectionFields = new Set(['__schema', '__type', '__typename']);

/**
 * The part of an operation that subgraphs have to answer, as a document of its own; undefined when there is none. At the
 * root fragments are written out, because they may be used elsewhere, where `__typename` is the subgraphs' business.
 * @param document Has passed validation.
 */
export function stripIntrospection(
  document: DocumentNode,
  definition: OperationDefinitionNode,
): DocumentNode | undefined {
  const fragments = new Map(
    document.definitions.flatMap((node): [string, FragmentDefinitionNode][] =>
      node.kind === Kind.FRAGMENT_DEFINITION ? [[node.name.value, node]] : [],
    ),
  );
  const selections = stripRoot(definition.selectionSet, fragments);
  if (selections.length === 0) return undefined;
  const operation = { ...definition, selectionSet: { ...definition.selectionSet, selections } };
  return { kind: Kind.DOCUMENT, definitions: [operation, ...usedFragments(operation, fragments)] };
}

function stripRoot(
  { selections }: SelectionSetNode,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
): readonly SelectionNode[] {
  return selections.flatMap((selection): readonly SelectionNode[] => {
    if (selection.kind === Kind.FIELD) return isIntrospection(selection) ? [] : [selection];
    const fragment = selection.kind === Kind.INLINE_FRAGMENT ? selection : fragments.get(selection.name.value);
    if (fragment === undefined) return [];
    const inner = stripRoot(fragment.selectionSet, fragments);
    if (inner.length === 0) return [];
    const { typeCondition, selectionSet } = fragment;
    return [
      {
        kind: Kind.INLINE_FRAGMENT,
        ...(typeCondition === undefined ? {} : { typeCondition }),
        ...(selection.directives === undefined ? {} : { directives: selection.directives }),
        selectionSet: { ...selectionSet, selections: inner },
      },
    ];
  });
}

function isIntrospection({ name }: FieldNode): boolean {
  return introspectionFields.has(name.value);
}

function usedFragments(
  operation: OperationDefinitionNode,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
): readonly FragmentDefinitionNode[] {
  const used = new Map<string, FragmentDefinitionNode>();
  const collect = (node: OperationDefinitionNode | FragmentDefinitionNode): void => {
    visit(node, {
      [Kind.FRAGMENT_SPREAD]({ name: { value } }) {
        const fragment = fragments.get(value);
        if (fragment === undefined || used.has(value)) return;
        used.set(value, fragment);
        collect(fragment);
      },
    });
  };
  collect(operation);
  return [...used.values()];
}

/** Whether the operation asks about the schema itself, at its root. */
export function asksAboutSchema(document: DocumentNode): boolean {
  let asks = false;
  visit(document, {
    [Kind.FIELD]({ name }) {
      if (name.value === '__schema' || name.value === '__type') asks = true;
    },
  });
  return asks;
}
