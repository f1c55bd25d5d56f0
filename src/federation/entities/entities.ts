import {
  type DirectiveNode,
  type DocumentNode,
  type GraphQLInterfaceType,
  type GraphQLObjectType,
  type GraphQLSchema,
  isInterfaceType,
  isObjectType,
  Kind,
  type SelectionSetNode,
} from 'graphql';
import { parseFieldSet } from '../fieldSet.js';

/** A key that representations may carry: `id`, or `sku variation { id }`. */
export interface EntityKey {
  /** As the schema writes it. */
  readonly text: string;
  readonly selection: SelectionSetNode;
}

/** A type whose objects other subgraphs can name and have found. */
export interface Entity {
  readonly type: GraphQLObjectType | GraphQLInterfaceType;
  readonly keys: readonly EntityKey[];
}

/** By type name. */
export type Entities = ReadonlyMap<string, Entity>;

/** The object types and interfaces with at least one resolvable `@key`. @param subgraph The schema's SDL. */
export function readEntities(schema: GraphQLSchema, subgraph: DocumentNode): Entities {
  const entities = new Map<string, Entity>();
  for (const node of subgraph.definitions) {
    if (node.kind !== Kind.OBJECT_TYPE_DEFINITION && node.kind !== Kind.INTERFACE_TYPE_DEFINITION) continue;
    const type = schema.getType(node.name.value);
    const keys = (node.directives ?? []).flatMap(toKey);
    if (keys.length > 0 && (isObjectType(type) || isInterfaceType(type))) entities.set(type.name, { type, keys });
  }
  return entities;
}

function toKey({ name, arguments: args = [] }: DirectiveNode): EntityKey[] {
  const valueOf = (argument: string) => args.find((arg) => arg.name.value === argument)?.value;
  const fields = valueOf('fields');
  const resolvable = valueOf('resolvable');
  if (name.value !== 'key' || fields?.kind !== Kind.STRING) return [];
  if (resolvable?.kind === Kind.BOOLEAN && !resolvable.value) return [];
  return [{ text: fields.value, selection: parseFieldSet(fields.value) }];
}
