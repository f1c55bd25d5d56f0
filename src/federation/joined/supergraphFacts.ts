import {
  type DefinitionNode,
  type DocumentNode,
  type EnumTypeDefinitionNode,
  Kind,
  type SelectionSetNode,
} from 'graphql';
import { textOf } from '../directives.js';
import { parseFieldSet } from '../fieldSet.js';

/** What the execution of plans has to know of a supergraph beyond its public schema: hidden types, and keys. */
export interface SupergraphFacts {
  isObjectType(typeName: string): boolean;
  /** Whether any type has a field of this name. */
  isFieldName(name: string): boolean;
  /**
   * Whether an object of the type satisfies a type condition. An interface satisfies itself: subgraphs with interface
   * objects know no other type.
   */
  satisfies(typeName: string, condition: string): boolean;
  /** The keys by which a subgraph finds objects of the type; empty when the supergraph states none. */
  keysOf(typeName: string, subgraph: string): readonly SelectionSetNode[];
  /** What the subgraph has to be told of an object before it can answer the field; undefined: its key. */
  requiredFor(typeName: string, field: string, subgraph: string): SelectionSetNode | undefined;
}

/** Reads the definitions and the `@join__…` directives of a supergraph. */
export function buildSupergraphFacts(supergraph: DocumentNode): SupergraphFacts {
  const objectTypes = new Set<string>();
  const fieldNames = new Set(['__typename']);
  const members = new Map<string, Set<string>>();
  const keys = new Map<string, SelectionSetNode[]>();
  const required = new Map<string, SelectionSetNode>();
  const subgraphNames = readSubgraphNames(supergraph);

  for (const definition of supergraph.definitions) {
    if (definition.kind === Kind.OBJECT_TYPE_DEFINITION) objectTypes.add(definition.name.value);
    for (const name of fieldNamesOf(definition)) fieldNames.add(name);
    for (const [abstractType, member] of memberships(definition)) addTo(members, abstractType, member);
    for (const [place, fields] of statedRequirements(definition, subgraphNames)) required.set(place, fields);
    for (const [place, key] of statedKeys(definition, subgraphNames))
      keys.set(place, [...(keys.get(place) ?? []), key]);
  }

  return {
    isObjectType: (typeName) => objectTypes.has(typeName),
    isFieldName: (name) => fieldNames.has(name),
    satisfies: (typeName, condition) => typeName === condition || members.get(condition)?.has(typeName) === true,
    keysOf: (typeName, subgraph) => keys.get(placeOf(typeName, subgraph)) ?? [],
    requiredFor: (typeName, field, subgraph) => required.get(placeOf(typeName, field, subgraph)),
  };
}

/** The names of subgraphs by the enum values that stand for them in the supergraph's directives. */
function readSubgraphNames(supergraph: DocumentNode): ReadonlyMap<string, string> {
  const graphs = supergraph.definitions.find(
    (definition): definition is EnumTypeDefinitionNode =>
      definition.kind === Kind.ENUM_TYPE_DEFINITION && definition.name.value === 'join__Graph',
  );
  return new Map(
    graphs?.values?.flatMap((value) => {
      const name = textOf(
        value.directives?.find((directive) => directive.name.value === 'join__graph'),
        'name',
      );
      return name === undefined ? [] : [[value.name.value, name] as const];
    }),
  );
}

function fieldNamesOf(definition: DefinitionNode): readonly string[] {
  return definition.kind === Kind.OBJECT_TYPE_DEFINITION || definition.kind === Kind.INTERFACE_TYPE_DEFINITION
    ? (definition.fields ?? []).map(({ name }) => name.value)
    : [];
}

/** Pairs of an abstract type and what belongs to it. */
function memberships(definition: DefinitionNode): readonly (readonly [string, string])[] {
  if (definition.kind === Kind.UNION_TYPE_DEFINITION)
    return (definition.types ?? []).map((member) => [definition.name.value, member.name.value]);
  if (definition.kind !== Kind.OBJECT_TYPE_DEFINITION && definition.kind !== Kind.INTERFACE_TYPE_DEFINITION) return [];
  return (definition.interfaces ?? []).map((parent) => [parent.name.value, definition.name.value]);
}

function statedKeys(
  definition: DefinitionNode,
  subgraphNames: ReadonlyMap<string, string>,
): readonly (readonly [string, SelectionSetNode])[] {
  if (definition.kind !== Kind.OBJECT_TYPE_DEFINITION && definition.kind !== Kind.INTERFACE_TYPE_DEFINITION) return [];
  return (definition.directives ?? []).flatMap((directive) => {
    const key = directive.name.value === 'join__type' ? textOf(directive, 'key') : undefined;
    if (key === undefined) return [];
    const subgraph = subgraphNames.get(textOf(directive, 'graph') ?? '') ?? '';
    return [[placeOf(definition.name.value, subgraph), parseFieldSet(key)] as const];
  });
}

function statedRequirements(
  definition: DefinitionNode,
  subgraphNames: ReadonlyMap<string, string>,
): readonly (readonly [string, SelectionSetNode])[] {
  if (definition.kind !== Kind.OBJECT_TYPE_DEFINITION && definition.kind !== Kind.INTERFACE_TYPE_DEFINITION) return [];
  return (definition.fields ?? []).flatMap(({ name, directives = [] }) =>
    directives.flatMap((directive) => {
      const fields = directive.name.value === 'join__field' ? textOf(directive, 'requires') : undefined;
      if (fields === undefined) return [];
      const subgraph = subgraphNames.get(textOf(directive, 'graph') ?? '') ?? '';
      return [[placeOf(definition.name.value, name.value, subgraph), parseFieldSet(fields)] as const];
    }),
  );
}

/** Names in GraphQL hold no colon. */
function placeOf(...names: string[]): string {
  return names.join(':');
}

function addTo(sets: Map<string, Set<string>>, key: string, value: string): void {
  const set = sets.get(key);
  if (set === undefined) sets.set(key, new Set([value]));
  else set.add(value);
}
