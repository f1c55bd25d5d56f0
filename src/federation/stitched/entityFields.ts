import { type DocumentNode, type FieldNode, getOperationAST, Kind, type SelectionSetNode } from 'graphql';

/** A field of a request that asks for entities. */
export interface EntityField {
  /** By which the answer has it. */
  readonly responseName: string;
  /** The variable that holds its representations: the library sends them in no other way. */
  readonly variable: string;
  /** Names of the fields that it asks of the entities, whatever their types. */
  readonly asked: readonly string[];
}

/** The fields of the only operation of the document that ask for entities. */
export function entityFieldsOf(document: DocumentNode): readonly EntityField[] {
  const { selections = [] } = getOperationAST(document)?.selectionSet ?? {};
  return selections.flatMap((node) =>
    node.kind === Kind.FIELD && node.name.value === '_entities' ? [toEntityField(node, document)] : [],
  );
}

function toEntityField(
  { alias, name, arguments: args = [], selectionSet }: FieldNode,
  document: DocumentNode,
): EntityField {
  const value = args.find((argument) => argument.name.value === 'representations')?.value;
  return {
    responseName: alias?.value ?? name.value,
    variable: value?.kind === Kind.VARIABLE ? value.name.value : '',
    asked: fieldNames(selectionSet, document),
  };
}

function fieldNames(selectionSet: SelectionSetNode | undefined, document: DocumentNode): readonly string[] {
  return (selectionSet?.selections ?? []).flatMap((node) => {
    if (node.kind === Kind.FIELD) return [node.name.value];
    if (node.kind === Kind.INLINE_FRAGMENT) return fieldNames(node.selectionSet, document);
    return fieldNames(fragmentOf(node.name.value, document), document);
  });
}

function fragmentOf(name: string, { definitions }: DocumentNode): SelectionSetNode | undefined {
  const found = definitions.find((node) => node.kind === Kind.FRAGMENT_DEFINITION && node.name.value === name);
  return found?.kind === Kind.FRAGMENT_DEFINITION ? found.selectionSet : undefined;
}
