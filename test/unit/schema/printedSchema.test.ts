import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import {
  type GraphQLNamedType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isNonNullType,
  isObjectType,
  isSpecifiedScalarType,
} from 'graphql';
import { orphanedTypes, resolvers } from '../../../src/resolvers/index.js';
import { buildGatewaySchema } from '../../../src/schema/buildSchema.js';
import { printGatewaySchema } from '../../../src/schema/printSchema.js';

const schema = buildGatewaySchema(resolvers, orphanedTypes);
const ownTypes = Object.values(schema.getTypeMap()).filter(
  (type) => !type.name.startsWith('__') && !isSpecifiedScalarType(type),
);

interface Described {
  readonly name: string;
  readonly description?: string | null | undefined;
}

/** The type and everything in it that a client can read about. */
function partsOf(type: GraphQLNamedType): Described[] {
  if (isEnumType(type)) return [type, ...type.getValues().map((value) => named(type, value))];
  if (isInputObjectType(type)) return [type, ...Object.values(type.getFields()).map((field) => named(type, field))];
  if (!isObjectType(type) && !isInterfaceType(type)) return [type];
  const fields = Object.values(type.getFields());
  const args = fields.flatMap((field) =>
    field.args.map((argument) => ({ ...argument, name: `${type.name}.${field.name}(${argument.name})` })),
  );
  return [type, ...fields.map((field) => named(type, field)), ...args];
}

function named(type: GraphQLNamedType, part: Described): Described {
  return { name: `${type.name}.${part.name}`, description: part.description };
}

describe('the schema', () => {
  it('is what schema.graphql says', () => {
    expect(printGatewaySchema(schema)).toBe(readFileSync('schema.graphql', 'utf8'));
  });

  it('describes every type, field, argument and enum value', () => {
    const roots = new Set(['Query', 'Mutation', 'Subscription']);
    const silent = ownTypes
      .flatMap(partsOf)
      .filter(({ name, description }) => !description?.trim() && !roots.has(name));
    expect(silent.map(({ name }) => name)).toEqual([]);
  });

  it('lets each root field of a query be null, so that a failing upstream takes down only its own', () => {
    const fields = Object.values(schema.getQueryType()?.getFields() ?? {});
    const ownKnowledge = new Set(['viewer', 'upstreams', 'changeCursor']);
    const strict = fields.filter(({ name, type }) => isNonNullType(type) && !ownKnowledge.has(name));
    expect(strict.map(({ name }) => name)).toEqual([]);
  });

  it('names the permission of each root field', () => {
    const roots = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()];
    const fields = roots.flatMap((root) => Object.values(root?.getFields() ?? {}));
    expect(fields.filter(({ extensions }) => extensions.permission === undefined).map(({ name }) => name)).toEqual([]);
  });

  it('has a raw twin beside each enum field that an upstream fills', () => {
    /** What the gateway remembers or counts of entities, not what an upstream sent. */
    const remembered = /Snapshot$|^AlertStatsBucket$/;
    const fromUpstream = ownTypes.flatMap((type) =>
      isObjectType(type) && !remembered.test(type.name)
        ? Object.values(type.getFields()).map((field) => ({ type, field }))
        : [],
    );
    const twinless = fromUpstream.filter(({ type, field }) => {
      const members = isEnumType(field.type) ? field.type.getValues() : [];
      const canBeUnrecognized = members.some(({ name }) => name === 'UNRECOGNIZED');
      return canBeUnrecognized && !(`raw${field.name[0]?.toUpperCase()}${field.name.slice(1)}` in type.getFields());
    });
    expect(twinless.map(({ type, field }) => `${type.name}.${field.name}`)).toEqual([]);
  });
});
