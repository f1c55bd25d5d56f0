import {
  type FieldNode,
  Kind,
  type OperationDefinitionNode,
  OperationTypeNode,
  parse,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';
import type { SubgraphRequest } from '../../../src/federation/contract.js';

/**
 * One line that says what a request asks: the root fields (`users: me orders`, those of a query in the order of the
 * alphabet, with `mutation` or `subscription` before them), or the representations by type (`users: User*3`).
 */
export function summarise(
  subgraph: string,
  request: Pick<SubgraphRequest, 'operation' | 'variables'>,
  kind: 'asked' | 'event' = 'asked',
): string {
  const operation = operationOf(request.operation);
  const fields = rootFields(operation.selectionSet).map(({ name }) => name.value);
  if (fields.every((field) => field === '_entities')) return `${subgraph}: ${countTypes(representationsOf(request))}`;
  if (kind === 'event') return `${subgraph}: event ${fields.join(' ')}`;
  return operation.operation === OperationTypeNode.QUERY
    ? `${subgraph}: ${fields.sort().join(' ')}`
    : `${subgraph}: ${operation.operation} ${fields.join(' ')}`;
}

/** The representations of a request, over all its variables. */
export function representationsOf({ variables }: Pick<SubgraphRequest, 'variables'>): Record<string, unknown>[] {
  return Object.values(variables).flatMap((value) => (Array.isArray(value) ? value.filter(isRepresentation) : []));
}

export function operationOf(text: string): OperationDefinitionNode {
  const found = parse(text).definitions.find((definition) => definition.kind === Kind.OPERATION_DEFINITION);
  if (found === undefined) throw new Error('Wanted one operation, got none.');
  return found;
}

function rootFields({ selections }: SelectionSetNode): FieldNode[] {
  return selections.flatMap((selection: SelectionNode): FieldNode[] => {
    if (selection.kind === Kind.FIELD) return [selection];
    return selection.kind === Kind.INLINE_FRAGMENT ? rootFields(selection.selectionSet) : [];
  });
}

function countTypes(representations: readonly Record<string, unknown>[]): string {
  const counts = new Map<string, number>();
  for (const { __typename } of representations) {
    counts.set(String(__typename), (counts.get(String(__typename)) ?? 0) + 1);
  }
  return [...counts]
    .map(([type, count]) => `${type}*${count}`)
    .sort()
    .join(' ');
}

function isRepresentation(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && '__typename' in value;
}
