import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { buildSchema, type GraphQLSchema, isInterfaceType, isObjectType } from 'graphql';
import { buildOwnSchema } from '../../../../src/federation/entities/buildOwnSchema.js';
import { orphanedTypes, resolvers } from '../../../../src/resolvers/index.js';
import { references } from '../../../../src/resolvers/references.js';
import { buildGatewaySchema } from '../../../../src/schema/buildSchema.js';
import { keysOf } from './keysOf.js';

const own = buildOwnSchema();
const machinery = new Set(['_service', '_entities', '_Service', '_Any', '_Entity']);

/** Extensions of every field by `Type.field`; the tags of root fields, which only the SDL needs, left out. */
function extensionsOf(schema: GraphQLSchema): Record<string, object> {
  const types = Object.values(schema.getTypeMap()).filter((type) => isObjectType(type) || isInterfaceType(type));
  const fields = types
    .filter(({ name }) => !name.startsWith('__') && !machinery.has(name))
    .flatMap((type) => Object.values(type.getFields()).map((field) => ({ type: type.name, field })))
    .filter(({ field }) => !machinery.has(field.name));
  return Object.fromEntries(
    fields.map(({ type, field: { name, extensions } }) => {
      const { directives: _tags, ...rest } = extensions;
      return [`${type}.${name}`, rest];
    }),
  );
}

describe('our own schema', () => {
  it('is for clients what schema.graphql says, and for a supergraph what schema.subgraph.graphql says', () => {
    expect(own.sdl).toBe(readFileSync('schema.graphql', 'utf8'));
    expect(own.subgraphSdl).toBe(readFileSync('schema.subgraph.graphql', 'utf8'));
  });

  it('shows clients nothing of federation', () => {
    const shown = buildSchema(own.sdl);
    const names = [...Object.keys(shown.getTypeMap()), ...Object.keys(shown.getQueryType()?.getFields() ?? {})];
    expect(names.filter((name) => /^_(?!_)/.test(name))).toEqual([]);
    expect(own.sdl).not.toMatch(/@(?:key|shareable|tag|link|inaccessible)\b/);
  });

  it('is made the same each time', () => {
    expect(buildOwnSchema().subgraphSdl).toBe(own.subgraphSdl);
  });

  it('has the permissions and joins of its fields when it is a subgraph too', () => {
    const extensions = extensionsOf(own.schema);
    expect(extensions).toEqual(extensionsOf(buildGatewaySchema(resolvers, orphanedTypes)));
    expect(extensions['Query.alert']).toMatchObject({ permission: 'Security.Read' });
    expect(extensions['User.riskEvents']).toMatchObject({ join: true });
  });

  it('finds entities for those who may read, in the time of a join', () => {
    const fields = own.schema.getQueryType()?.getFields();
    expect(fields?._entities?.extensions).toEqual({ permission: 'Security.Read', join: true });
    expect(fields?._service?.extensions).toEqual({});
  });

  it('has a reference resolver for every key that a router reads', () => {
    const keys = keysOf(own.subgraphSdl);
    expect(new Set(keys.map(({ type }) => type))).toEqual(new Set(Object.keys(references)));
    expect(keys.filter(({ type }) => type === 'User' || type === 'Device')).toEqual([
      { type: 'Device', fields: 'id' },
      { type: 'Device', fields: 'deviceId' },
      { type: 'User', fields: 'id' },
      { type: 'User', fields: 'userPrincipalName' },
    ]);
  });

  it('has a key for every type whose objects can be asked for one by one', () => {
    const keyed = new Set(keysOf(own.subgraphSdl).map(({ type }) => type));
    const singles = Object.values(own.schema.getQueryType()?.getFields() ?? {})
      .filter(({ args }) => args.some(({ name }) => name === 'id'))
      .map(({ type }) => String(type));
    expect(singles.length).toBeGreaterThan(8);
    expect(singles.filter((name) => !keyed.has(name))).toEqual([]);
  });

  it('tags each root field with the permission that it takes', () => {
    expect(own.subgraphSdl).toMatch(/\n {2}updateAlert\([^@]*@tag\(name: "security-triage"\)/);
    expect(own.subgraphSdl).toMatch(/\n {2}dismissUsersRisk\([^@]*@tag\(name: "security-respond"\)/);
    expect(own.subgraphSdl).toMatch(/\n {2}viewer: Viewer @tag\(name: "security-read"\)/);
  });

  it('lets others serve the plain fields of users and devices, and none of its joins', () => {
    const user = /type User [^{]*\{(.*?)\n\}/s.exec(own.subgraphSdl)?.[1] ?? '';
    const shared = [...user.matchAll(/^ {2}(\w+)[^\n]*@shareable/gm)].map(([, name]) => name);
    expect(shared).toContain('displayName');
    const joins = ['alerts', 'mcasActivities', 'riskEvents', 'riskyUser', 'timeline'];
    const plain = Object.keys((own.schema.getType('User') as any).getFields());
    expect(plain.filter((name) => !shared.includes(name)).sort()).toEqual([...joins, 'id', 'userPrincipalName'].sort());
  });
});
