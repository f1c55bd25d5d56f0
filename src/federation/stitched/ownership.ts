import { type DocumentNode, type FieldDefinitionNode, Kind } from 'graphql';
import { argumentsOf, textOf } from './directiveArguments.js';

/** Which fields of a supergraph one of its subgraphs resolves. */
export interface Ownership {
  /** Whether it can be asked for the field. Fields that it has only to refer to, or that were taken from it, do not count. */
  resolves(type: string, field: string): boolean;
  /** Whether nobody else can be asked. */
  resolvesAlone(type: string, field: string): boolean;
}

/**
 * Reads it from the directives of the join specification.
 * @param enumValue Stands for the subgraph in `join__Graph`.
 * @see https://specs.apollo.dev/join/v0.3/ (read 2026-11-22)
 */
export function readOwnership(supergraph: DocumentNode, enumValue: string): Ownership {
  const owners = new Map<string, ReadonlySet<string>>();
  for (const node of supergraph.definitions) {
    if (node.kind !== Kind.OBJECT_TYPE_DEFINITION && node.kind !== Kind.INTERFACE_TYPE_DEFINITION) continue;
    const homes = argumentsOf(node.directives, 'join__type').flatMap(({ graph }) => textOf(graph));
    for (const field of node.fields ?? []) owners.set(keyOf(node.name.value, field.name.value), ownersOf(field, homes));
  }
  const resolves = (type: string, field: string) => owners.get(keyOf(type, field))?.has(enumValue) === true;
  return {
    resolves,
    resolvesAlone: (type, field) => resolves(type, field) && owners.get(keyOf(type, field))?.size === 1,
  };
}

function keyOf(type: string, field: string): string {
  return `${type}.${field}`;
}

/** A field without a statement is resolved wherever its type is. */
function ownersOf(field: FieldDefinitionNode, homes: readonly string[]): ReadonlySet<string> {
  const statements = argumentsOf(field.directives, 'join__field');
  if (statements.length === 0) return new Set(homes);
  const resolving = statements.filter(
    ({ external, usedOverridden, overrideLabel }) =>
      external !== true && usedOverridden !== true && overrideLabel === undefined,
  );
  return new Set(resolving.flatMap(({ graph }) => textOf(graph)));
}
