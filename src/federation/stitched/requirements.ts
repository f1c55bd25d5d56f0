import { type ConstDirectiveNode, type DocumentNode, Kind, type SelectionNode } from 'graphql';
import { parseFieldSet } from '../fieldSet.js';
import { argumentsOf, textOf } from './directiveArguments.js';

/**
 * The fields of a representation without which a subgraph does not find the entity, or cannot resolve this field of it: its
 * keys, and what the field requires.
 */
export type Requirements = (type: string, field: string) => ReadonlySet<string>;

/**
 * Reads them from the directives of the join specification.
 * @param enumValue Stands for the subgraph in `join__Graph`.
 */
export function readRequirements(supergraph: DocumentNode, enumValue: string): Requirements {
  const required = new Map<string, ReadonlySet<string>>();
  for (const node of supergraph.definitions) {
    if (node.kind !== Kind.OBJECT_TYPE_DEFINITION && node.kind !== Kind.INTERFACE_TYPE_DEFINITION) continue;
    const keys = selectedIn(node.directives, 'join__type', 'key', enumValue);
    for (const { name, directives } of node.fields ?? []) {
      const fields = selectedIn(directives, 'join__field', 'requires', enumValue);
      required.set(`${node.name.value}.${name.value}`, new Set([...keys, ...fields]));
    }
  }
  return (type, field) => required.get(`${type}.${field}`) ?? nothing;
}

const nothing: ReadonlySet<string> = new Set();

function selectedIn(
  directives: readonly ConstDirectiveNode[] | undefined,
  directive: string,
  argument: string,
  enumValue: string,
): readonly string[] {
  return argumentsOf(directives, directive)
    .filter(({ graph }) => graph === enumValue)
    .flatMap((values) => textOf(values[argument]))
    .flatMap(fieldNames);
}

/** Of a selection, the fields of the entity itself. */
function fieldNames(selection: string): readonly string[] {
  return parseFieldSet(selection).selections.flatMap(namesIn);
}

function namesIn(node: SelectionNode): readonly string[] {
  if (node.kind === Kind.FIELD) return [node.name.value];
  return node.kind === Kind.INLINE_FRAGMENT ? node.selectionSet.selections.flatMap(namesIn) : [];
}
