import {
  type DocumentNode,
  type FragmentDefinitionNode,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  isInterfaceType,
  isObjectType,
  isUnionType,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';

export type AnyField = GraphQLField<unknown, unknown>;

/** The fields that an operation selects at its root, through fragments; `__schema`, `__type` and `__typename` left out. */
export function selectedRootFields(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
): readonly AnyField[] {
  const root = schema.getRootType(operation.operation);
  if (root === undefined || root === null) return [];
  return fieldsOf(operation.selectionSet, fragmentsOf(document), new Set()).flatMap(
    (name) => root.getFields()[name] ?? [],
  );
}

/**
 * Whether any field of the operation, at any depth, satisfies the test. Skips nothing for `@skip`/`@include`, and visits
 * each fragment once per type that it is spread on. The document must have passed validation.
 */
export function selectsField(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  test: (field: AnyField) => boolean,
): boolean {
  const fragments = fragmentsOf(document);
  const visited = new Set<string>();

  function visit(selectionSet: SelectionSetNode, type: GraphQLNamedType): boolean {
    return selectionSet.selections.some((selection) => {
      if (selection.kind === Kind.FIELD) {
        const field = isObjectType(type) || isInterfaceType(type) ? type.getFields()[selection.name.value] : undefined;
        if (field === undefined) return false;
        return (
          test(field) ||
          (selection.selectionSet !== undefined && visit(selection.selectionSet, getNamedType(field.type)))
        );
      }
      const fragment = selection.kind === Kind.INLINE_FRAGMENT ? selection : fragments.get(selection.name.value);
      if (fragment === undefined) return false;
      const on = fragment.typeCondition === undefined ? type : schema.getType(fragment.typeCondition.name.value);
      if (on === undefined || !(isObjectType(on) || isInterfaceType(on) || isUnionType(on))) return false;
      if (selection.kind === Kind.FRAGMENT_SPREAD) {
        if (visited.has(selection.name.value)) return false;
        visited.add(selection.name.value);
      }
      return visit(fragment.selectionSet, on);
    });
  }

  const root = schema.getRootType(operation.operation);
  return root !== undefined && root !== null && visit(operation.selectionSet, root);
}

function fragmentsOf(document: DocumentNode): ReadonlyMap<string, FragmentDefinitionNode> {
  return new Map(
    document.definitions.flatMap((node) =>
      node.kind === Kind.FRAGMENT_DEFINITION ? [[node.name.value, node] as const] : [],
    ),
  );
}

function fieldsOf(
  selectionSet: SelectionSetNode,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
  visited: Set<string>,
): string[] {
  return selectionSet.selections.flatMap((selection) => {
    if (selection.kind === Kind.FIELD) return [selection.name.value];
    if (selection.kind === Kind.INLINE_FRAGMENT) return fieldsOf(selection.selectionSet, fragments, visited);
    const fragment = fragments.get(selection.name.value);
    if (fragment === undefined || visited.has(selection.name.value)) return [];
    visited.add(selection.name.value);
    return fieldsOf(fragment.selectionSet, fragments, visited);
  });
}
