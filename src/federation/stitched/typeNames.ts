import {
  type DocumentNode,
  type ExecutionResult,
  type FieldNode,
  Kind,
  type SelectionNode,
  type SelectionSetNode,
  visit,
} from 'graphql';
import type { AdaptedDocument } from './adaptDocument.js';

const name = 'type_name_of_gateway';

const typeName: FieldNode = {
  kind: Kind.FIELD,
  alias: { kind: Kind.NAME, value: name },
  name: { kind: Kind.NAME, value: '__typename' },
};

/**
 * Asks for the type of every object of which nothing is asked but in fragments. The stitching library takes fragments that
 * hold only `__typename` for empty, and an object of which it asks nothing for null.
 */
export function addTypeNames(document: DocumentNode): AdaptedDocument {
  let addsAny = false;
  const named = visit(document, {
    [Kind.FIELD](node: FieldNode) {
      const { selectionSet } = node;
      if (selectionSet === undefined || selectionSet.selections.some(isAlwaysAsked)) return undefined;
      addsAny = true;
      return { ...node, selectionSet: withTypeName(selectionSet) };
    },
  });
  return addsAny ? { document: named, restore } : { document, restore: (result) => result };
}

function isAlwaysAsked({ kind, directives = [] }: SelectionNode): boolean {
  return kind === Kind.FIELD && directives.length === 0;
}

function withTypeName({ kind, selections }: SelectionSetNode): SelectionSetNode {
  return { kind, selections: [typeName, ...selections] };
}

function restore({ data, ...rest }: ExecutionResult): ExecutionResult {
  // What was an object stays one.
  return data === undefined ? rest : { ...rest, data: withoutTypeNames(data) as ExecutionResult['data'] & {} };
}

function withoutTypeNames(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutTypeNames);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, item]) => (key === name ? [] : [[key, withoutTypeNames(item)]])),
  );
}
