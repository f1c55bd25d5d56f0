import { describe, expect, it } from '@jest/globals';
import { type GraphQLObjectType, isInterfaceType, isNonNullType, isObjectType, validateSchema } from 'graphql';
import { alertDialects } from '../../../src/datasources/alerts/alertDialects.js';
import { mapEvidence } from '../../../src/datasources/alerts/mapEvidence.js';
import { orphanedTypes, resolvers } from '../../../src/resolvers/index.js';
import { buildGatewaySchema } from '../../../src/schema/buildSchema.js';
import { evidenceTypes } from '../../../src/schema/types/evidence/allEvidence.js';

const schema = buildGatewaySchema(resolvers, orphanedTypes);

describe('schema of alerts', () => {
  it('is valid', () => {
    expect(validateSchema(schema)).toEqual([]);
  });

  it('holds every kind of evidence behind the interface', () => {
    const evidence = schema.getType('AlertEvidence');
    const kinds = isInterfaceType(evidence) ? schema.getPossibleTypes(evidence).map((type) => type.name) : [];
    expect(kinds.sort()).toEqual(evidenceTypes.map((type) => type.name).sort());
    expect(kinds.length).toBeGreaterThan(35);
  });

  it('lets joins and root fields be null, and never their items', () => {
    const alert = schema.getType('Alert') as GraphQLObjectType;
    expect(String(alert.getFields().users?.type)).toBe('[User!]');
    expect(String(alert.getFields().devices?.type)).toBe('[Device!]');
    expect(String(alert.getFields().evidence?.type)).toBe('[AlertEvidence!]!');
    expect(String(schema.getQueryType()?.getFields().alerts?.type)).toBe('AlertConnection');
  });

  it('describes every field, argument and enum value', () => {
    const undescribed = Object.values(schema.getTypeMap()).flatMap((type) => {
      if (!isObjectType(type) || !/Alert|Evidence/.test(type.name)) return [];
      return Object.values(type.getFields()).flatMap((field) => [
        ...(field.description ? [] : [`${type.name}.${field.name}`]),
        ...field.args.filter((arg) => !arg.description).map((arg) => `${type.name}.${field.name}(${arg.name})`),
      ]);
    });
    expect(undescribed).toEqual([]);
  });

  it('is filled by both dialects: no field is left undefined, no non-null field is null', () => {
    for (const { parse } of Object.values(alertDialects)) expect(gaps('Alert', parse({ id: 'a1' }))).toEqual([]);
  });

  it('has a mapper for every kind of evidence', () => {
    for (const { name } of evidenceTypes) {
      const kind = name.replace(/^./, (letter) => letter.toLowerCase());
      const mapped = mapEvidence({ '@odata.type': `#microsoft.graph.security.${kind}` });
      expect(mapped.__typename).toBe(name);
      expect(gaps(name, mapped)).toEqual([]);
    }
  });
});

/** Fields without a resolver that an object does not fill as its type promises. */
function gaps(typeName: string, value: object): string[] {
  const fields = Object.values((schema.getType(typeName) as GraphQLObjectType).getFields());
  return fields
    .filter((field) => field.resolve === undefined)
    .filter((field) => {
      const filled: unknown = Reflect.get(value, field.name);
      return filled === undefined || (filled === null && isNonNullType(field.type));
    })
    .map((field) => field.name);
}
