import { type DirectiveNode, Kind, parse } from 'graphql';

/** One `@key` of a subgraph. */
export interface SdlKey {
  readonly type: string;
  /** As the schema writes it. */
  readonly fields: string;
}

/** Every key of a subgraph, as a router reads it in the SDL. */
export function keysOf(subgraphSdl: string): SdlKey[] {
  return parse(subgraphSdl).definitions.flatMap((node) => {
    if (node.kind !== Kind.OBJECT_TYPE_DEFINITION && node.kind !== Kind.INTERFACE_TYPE_DEFINITION) return [];
    const keys = (node.directives ?? []).filter(({ name }) => name.value === 'key');
    return keys.map((key) => ({ type: node.name.value, fields: fieldsOf(key) }));
  });
}

function fieldsOf({ arguments: args = [] }: DirectiveNode): string {
  const value = args.find(({ name }) => name.value === 'fields')?.value;
  return value?.kind === Kind.STRING ? value.value : '';
}
