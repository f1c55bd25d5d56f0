import {
  type ConstDirectiveNode,
  type DirectiveNode,
  type DocumentNode,
  type FieldDefinitionNode,
  type InterfaceTypeDefinitionNode,
  Kind,
  type ObjectTypeDefinitionNode,
  print,
  visit,
} from 'graphql';
import { isTrue, textOf } from '../../directives.js';
import { parseFieldSet } from '../../fieldSet.js';

/** A supergraph as the planner plans it well, and the way back to the names of its subgraphs. */
export interface PlannedSupergraph {
  readonly sdl: string;
  readonly subgraphOf: (serviceName: string) => string;
}

/**
 * The planner's choices depend on what should not matter, and some of them fail:
 *
 *  - It takes subgraphs in the order of their names, and finds no way from an interface object to the types of the
 *    interface when the subgraph that knows them comes later. So those with interface objects come last.
 *  - To come back with what a field requires it takes the last key of a type, and breaks when the subgraph that it comes
 *    from does not have that key's fields. So keys that all others have come last.
 */
export function supergraphForPlanner(supergraph: DocumentNode): PlannedSupergraph {
  const names = plannedNames(supergraph);
  const sdl = print(
    visit(supergraph, {
      [Kind.OBJECT_TYPE_DEFINITION]: withKeysInOrder,
      [Kind.INTERFACE_TYPE_DEFINITION]: withKeysInOrder,
      [Kind.DIRECTIVE]: {
        leave: (directive) => renamed(directive, names),
      },
    }),
  );
  return { sdl, subgraphOf: (serviceName) => serviceName.slice(prefixLength) };
}

const prefixLength = 2;

/** By the names of the subgraphs: their names for the planner. */
function plannedNames(supergraph: DocumentNode): ReadonlyMap<string, string> {
  const later = new Set(supergraph.definitions.flatMap((node) => interfaceObjectGraphs(node)));
  const graphs = supergraph.definitions.flatMap((node) =>
    node.kind === Kind.ENUM_TYPE_DEFINITION && node.name.value === 'join__Graph' ? (node.values ?? []) : [],
  );
  return new Map(
    graphs.flatMap(({ name: { value }, directives = [] }) => {
      const name = directives.flatMap((directive) => textOf(directive, 'name') ?? [])[0];
      return name === undefined ? [] : [[name, `${later.has(value) ? 'b' : 'a'}_${name}`] as const];
    }),
  );
}

/** The arguments that hold names of subgraphs. */
const nameArguments: Readonly<Record<string, string>> = { join__graph: 'name', join__field: 'override' };

function renamed(directive: DirectiveNode, names: ReadonlyMap<string, string>): DirectiveNode | undefined {
  const wanted = nameArguments[directive.name.value];
  if (wanted === undefined) return undefined;
  const args = directive.arguments?.map((argument) => {
    const { name, value } = argument;
    return name.value === wanted && value.kind === Kind.STRING
      ? { ...argument, value: { ...value, value: names.get(value.value) ?? value.value } }
      : argument;
  });
  return args === undefined ? undefined : { ...directive, arguments: args };
}

type EntityType = ObjectTypeDefinitionNode | InterfaceTypeDefinitionNode;

function interfaceObjectGraphs(node: DocumentNode['definitions'][number]): readonly string[] {
  if (node.kind !== Kind.OBJECT_TYPE_DEFINITION && node.kind !== Kind.INTERFACE_TYPE_DEFINITION) return [];
  return joinTypes(node).flatMap((directive) =>
    isTrue(directive, 'isInterfaceObject') ? (textOf(directive, 'graph') ?? []) : [],
  );
}

function withKeysInOrder<Type extends EntityType>(node: Type): Type | undefined {
  const joined = joinTypes(node);
  if (joined.length < 2) return undefined;
  const others = (node.directives ?? []).filter((directive) => !joined.includes(directive));
  const graphs = [...new Set(joined.map((directive) => textOf(directive, 'graph') ?? ''))];
  const rank = (directive: ConstDirectiveNode) => graphs.filter((graph) => hasKey(node, directive, graph)).length;
  return { ...node, directives: [...joined.toSorted((a, b) => rank(a) - rank(b)), ...others] };
}

/** Whether the subgraph itself has the fields of the key. */
function hasKey(node: EntityType, joinType: ConstDirectiveNode, graph: string): boolean {
  const key = textOf(joinType, 'key');
  if (key === undefined) return false;
  return parseFieldSet(key).selections.every((selection) => {
    if (selection.kind !== Kind.FIELD) return true;
    const field = node.fields?.find(({ name }) => name.value === selection.name.value);
    return field === undefined || isIn(field, graph);
  });
}

/** A field without `@join__field` is in all subgraphs that have its type. */
function isIn({ directives = [] }: FieldDefinitionNode, graph: string): boolean {
  const places = directives.filter(({ name }) => name.value === 'join__field');
  return places.length === 0 || places.some((place) => textOf(place, 'graph') === graph && !isTrue(place, 'external'));
}

function joinTypes({ directives = [] }: EntityType): readonly ConstDirectiveNode[] {
  return directives.filter(({ name }) => name.value === 'join__type');
}
