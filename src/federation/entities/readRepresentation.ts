import {
  type GraphQLInterfaceType,
  type GraphQLLeafType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  getNullableType,
  isLeafType,
  isListType,
  isUnionType,
  Kind,
  type SelectionSetNode,
} from 'graphql';
import { UserInputError } from '../../errors/GatewayError.js';
import type { Representation } from './contract.js';
import type { Entities, Entity } from './entities.js';

type Fields = Readonly<Record<string, unknown>>;

export interface Named {
  readonly entity: Entity;
  readonly representation: Representation;
}

/**
 * What a representation names. Fields beside the keys are left as they are.
 * @throws {UserInputError} when it is of no entity of this subgraph, or holds none of its keys.
 */
export function readRepresentation(entities: Entities, sent: unknown): Named {
  const typeName = isObject(sent) ? sent.__typename : undefined;
  const entity = typeof typeName === 'string' ? entities.get(typeName) : undefined;
  if (!isObject(sent) || entity === undefined) {
    throw new UserInputError('A representation wants a "__typename" that names an entity of this subgraph.');
  }
  const { type, keys } = entity;
  const whole = keys.map(({ selection }) => readFields(sent, type, selection)).filter((read) => read !== undefined);
  if (whole.length === 0) {
    const wanted = keys.map(({ text }) => `"${text}"`).join(' or ');
    throw new UserInputError(`A representation of ${type.name} wants the key ${wanted}.`, { type: type.name });
  }
  const read = whole.reduce<Fields>((merged, fields) => ({ ...merged, ...fields }), sent);
  return { entity, representation: { ...read, __typename: type.name } };
}

/** The selected fields, coerced; undefined when one is missing, null or not of its type. */
function readFields(
  sent: Fields,
  type: GraphQLObjectType | GraphQLInterfaceType,
  { selections }: SelectionSetNode,
): Fields | undefined {
  const read: Record<string, unknown> = {};
  for (const selection of selections) {
    if (selection.kind !== Kind.FIELD) return undefined;
    const name = selection.name.value;
    if (name === '__typename') continue;
    const field = type.getFields()[name];
    const value = field === undefined ? undefined : readValue(sent[name], field.type, selection.selectionSet);
    if (value === undefined) return undefined;
    read[name] = value;
  }
  return read;
}

function readValue(sent: unknown, type: GraphQLOutputType, selection: SelectionSetNode | undefined): unknown {
  const nullable = getNullableType(type);
  if (sent === null || sent === undefined) return undefined;
  if (isListType(nullable)) return readList(sent, nullable.ofType, selection);
  if (isLeafType(nullable)) return readLeaf(sent, nullable);
  if (!isObject(sent) || selection === undefined || isUnionType(nullable)) return undefined;
  const fields = readFields(sent, nullable, selection);
  return fields && { ...sent, ...fields };
}

function readList(sent: unknown, type: GraphQLOutputType, selection: SelectionSetNode | undefined): unknown {
  if (!Array.isArray(sent)) return undefined;
  const items = sent.map((item) => readValue(item, type, selection));
  return items.includes(undefined) ? undefined : items;
}

function readLeaf(sent: unknown, type: GraphQLLeafType): unknown {
  try {
    return type.parseValue(sent) ?? undefined;
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
