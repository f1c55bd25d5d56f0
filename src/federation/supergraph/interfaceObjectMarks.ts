import { extractLinkImplementations } from '@theguild/federation-composition';
import {
  type ConstArgumentNode,
  type ConstDirectiveNode,
  type DocumentNode,
  type FieldDefinitionNode,
  type InterfaceTypeDefinitionNode,
  Kind,
  parse,
  print,
  visit,
} from 'graphql';
import { isTrue, textOf } from '../directives.js';
import { parseFieldSet } from '../fieldSet.js';
import { listSubgraphs } from './listSubgraphs.js';

/** What the composition was made of. */
export interface ComposedService {
  readonly name: string;
  readonly typeDefs: DocumentNode;
}

/**
 * Puts back what `@theguild/federation-composition` 0.27.0 loses: when every subgraph that knows an interface has one of its
 * fields, that field gets no `@join__field`, and with it go `@external`, `@requires` and `@provides` of interface objects.
 * An executor would then take what a field requires from the subgraph that has it only to refer to: wrong data, and no error.
 *
 * The first test of `interfaceObjectMarks.test.ts` composes without this and wants the fault. When it fails with a new version
 * of the library, this file can go.
 * @returns the very same text where nothing is lost.
 */
export function withMarksOfInterfaceObjects(supergraphSdl: string, services: readonly ComposedService[]): string {
  if (!supergraphSdl.includes('isInterfaceObject: true')) return supergraphSdl;
  const supergraph = parse(supergraphSdl, { noLocation: true });
  const marks = readMarks(supergraph, services);
  const restored = visit(supergraph, {
    [Kind.INTERFACE_TYPE_DEFINITION]: (node) => withMarks(node, marks),
  });
  return restored === supergraph ? supergraphSdl : print(restored);
}

/** A subgraph of an interface, as its `@join__type` tell. */
interface Membership {
  /** Its value of `join__Graph`. */
  readonly graph: string;
  readonly isInterfaceObject: boolean;
  readonly keyFields: ReadonlySet<string>;
}

/** The arguments of `@join__field` that a subgraph wants on a field; empty: none. */
type Marks = (graph: string, type: string, field: string) => readonly ConstArgumentNode[];

function withMarks(node: InterfaceTypeDefinitionNode, marks: Marks): InterfaceTypeDefinitionNode | undefined {
  const members = membersOf(node);
  const fields = node.fields?.map((field) => {
    const joins = lostJoins(node.name.value, field, members, marks);
    return joins.length === 0 ? field : { ...field, directives: [...joins, ...(field.directives ?? [])] };
  });
  return fields === undefined || fields.every((field, index) => field === node.fields?.[index])
    ? undefined
    : { ...node, fields };
}

/** Without any `@join__field` all members have the field, so each gets one as soon as one of them is marked. */
function lostJoins(
  type: string,
  { name, directives = [] }: FieldDefinitionNode,
  members: readonly Membership[],
  marks: Marks,
): readonly ConstDirectiveNode[] {
  if (directives.some((directive) => directive.name.value === 'join__field')) return [];
  const joins = members.map(({ graph, isInterfaceObject, keyFields }) => {
    // Keys that are called external are sent and taken all the same.
    const isMarked = isInterfaceObject && !keyFields.has(name.value);
    return { graph, marked: isMarked ? marks(graph, type, name.value) : [] };
  });
  return joins.some(({ marked }) => marked.length > 0)
    ? joins.map(({ graph, marked }) => joinField(graph, marked))
    : [];
}

function membersOf({ directives = [] }: InterfaceTypeDefinitionNode): readonly Membership[] {
  const joined = directives.filter(({ name }) => name.value === 'join__type');
  const graphs = new Set(joined.flatMap((directive) => textOf(directive, 'graph') ?? []));
  return [...graphs].map((graph) => {
    const own = joined.filter((directive) => textOf(directive, 'graph') === graph);
    return {
      graph,
      isInterfaceObject: own.some((directive) => isTrue(directive, 'isInterfaceObject')),
      keyFields: new Set(own.flatMap((directive) => fieldNames(textOf(directive, 'key')))),
    };
  });
}

const federation = 'https://specs.apollo.dev/federation';

/** Directives may have other names in a subgraph, as its link to the specification says. */
function readMarks(supergraph: DocumentNode, services: readonly ComposedService[]): Marks {
  const graphOf = new Map(listSubgraphs(supergraph).map(({ name, enumValue }) => [name, enumValue]));
  const found = new Map<string, readonly ConstArgumentNode[]>();
  for (const { name, typeDefs } of services) {
    const { resolveImportName } = extractLinkImplementations(typeDefs);
    const named = (directive: string) => resolveImportName(federation, `@${directive}`);
    for (const node of typeDefs.definitions) {
      if (node.kind !== Kind.OBJECT_TYPE_DEFINITION && node.kind !== Kind.OBJECT_TYPE_EXTENSION) continue;
      for (const field of node.fields ?? [])
        found.set(keyOf(graphOf.get(name) ?? '', node.name.value, field.name.value), marksOf(field, named));
    }
  }
  return (graph, type, field) => found.get(keyOf(graph, type, field)) ?? [];
}

function keyOf(graph: string, type: string, field: string): string {
  return `${graph} ${type}.${field}`;
}

function marksOf(
  { directives = [] }: FieldDefinitionNode,
  named: (directive: string) => string,
): readonly ConstArgumentNode[] {
  const find = (name: string) => directives.find((directive) => directive.name.value === named(name));
  const selections = ['requires', 'provides'].flatMap((name) => {
    const value = find(name)?.arguments?.find((argument) => argument.name.value === 'fields')?.value;
    return value === undefined ? [] : [toArgument(name, value)];
  });
  const external = find('external') === undefined ? [] : [toArgument('external', { kind: Kind.BOOLEAN, value: true })];
  return [...selections, ...external];
}

function joinField(graph: string, marks: readonly ConstArgumentNode[]): ConstDirectiveNode {
  return {
    kind: Kind.DIRECTIVE,
    name: { kind: Kind.NAME, value: 'join__field' },
    arguments: [toArgument('graph', { kind: Kind.ENUM, value: graph }), ...marks],
  };
}

function toArgument(name: string, value: ConstArgumentNode['value']): ConstArgumentNode {
  return { kind: Kind.ARGUMENT, name: { kind: Kind.NAME, value: name }, value };
}

/** Of a selection, the fields of the type itself. */
function fieldNames(selection: string | undefined): readonly string[] {
  if (selection === undefined) return [];
  return parseFieldSet(selection).selections.flatMap((node) => (node.kind === Kind.FIELD ? [node.name.value] : []));
}
