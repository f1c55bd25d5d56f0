import { describe, expect, it } from '@jest/globals';
import { type GraphQLSchema, graphql, isObjectType, lexicographicSortSchema, parse, print, subscribe } from 'graphql';
import { buildFederatedSchema } from '../../../../src/federation/entities/buildFederatedSchema.js';
import { buildLibrary, federate, nobody, subscribeLent, text } from './library.js';

async function serviceSdl(schema: GraphQLSchema): Promise<unknown> {
  const { data } = await graphql({ schema, source: '{ _service { sdl } }' });
  return (data?._service as { sdl?: unknown } | undefined)?.sdl;
}

describe('the schema of a subgraph', () => {
  it('answers its SDL', async () => {
    const { schema, subgraphSdl } = federate();
    expect(await serviceSdl(schema)).toBe(subgraphSdl);
  });

  it('lets the entities with a resolvable key be asked for, and those behind interfaces', () => {
    const { schema } = federate();
    expect(schema.getType('_Entity')?.toString()).toBe('_Entity');
    const members = schema.getPossibleTypes(schema.getType('_Entity') as never).map(({ name }) => name);
    expect(members).toEqual(['Book', 'Map', 'Reader']);
    expect(String(schema.getQueryType()?.getFields()._entities?.type)).toBe('[_Entity]!');
  });

  it('keeps resolvers, defaults, event sources, field extensions and enum values', async () => {
    const { schema } = federate();
    expect(schema.getQueryType()?.getFields().book?.extensions).toEqual({ permission: 'Security.Read' });
    expect(schema.getType('Genre')).toMatchObject({ _values: [{ extensions: { kept: 'CRIME' } }, {}] });
    const { data } = await graphql({ schema, source: '{ shelf { id } }' });
    expect(JSON.parse(JSON.stringify(data))).toEqual({ shelf: [{ id: 'CRIME' }] });
    expect(schema.getSubscriptionType()?.getFields().lent?.subscribe).toBe(subscribeLent);
    const events = await subscribe({ schema, document: parse('subscription { lent { id } }') });
    const seen: unknown[] = [];
    for await (const event of events as AsyncIterable<unknown>) seen.push(JSON.parse(JSON.stringify(event)));
    expect(seen).toEqual([{ data: { lent: { id: '1' } } }]);
  });

  it('leaves the schema that it is made from as it was', () => {
    const base = buildLibrary();
    const fields = Object.keys(base.getQueryType()?.getFields() ?? {});
    buildFederatedSchema(base, nobody);
    expect(Object.keys(base.getQueryType()?.getFields() ?? {})).toEqual(fields);
    expect(base.getType('_Entity')).toBeUndefined();
  });

  it('gives the search for entities the extensions that it is told, and the SDL none', () => {
    const extensions = { permission: 'Security.Read', join: true };
    const { schema } = federate({}, { entitiesExtensions: extensions });
    expect(schema.getQueryType()?.getFields()._entities?.extensions).toEqual(extensions);
    expect(schema.getQueryType()?.getFields()._service?.extensions).toEqual({});
    expect(federate().schema.getQueryType()?.getFields()._entities?.extensions).toEqual({});
  });

  it('has only its SDL to offer when nothing in it has a key', async () => {
    const { schema, subgraphSdl } = buildFederatedSchema(buildLibrary('type Query { ok: Boolean }'), {});
    expect(Object.keys(schema.getQueryType()?.getFields() ?? {})).toEqual(['ok', '_service']);
    expect(schema.getType('_Any')).toBeUndefined();
    expect(await serviceSdl(schema)).toBe(subgraphSdl);
  });

  it('knows a query type of another name', async () => {
    const base = buildLibrary(
      'schema { query: Root } type Root { book: Book } type Book @key(fields: "id") { id: ID! }',
    );
    const { schema, subgraphSdl } = buildFederatedSchema(base, { Book: () => ({ id: '1' }) });
    expect(subgraphSdl).toContain('schema {\n  query: Root\n}');
    expect(await serviceSdl(schema)).toBe(subgraphSdl);
  });

  it('is not made while an entity cannot be found, or something is found that is no entity', () => {
    const { Map: _forgotten, ...others } = nobody;
    expect(() => buildFederatedSchema(buildLibrary(), others)).toThrow('Entities without a reference resolver: Map.');
    const needless = { ...nobody, Branch: () => null };
    expect(() => buildFederatedSchema(buildLibrary(), needless)).toThrow(
      'Reference resolvers without an entity: Branch.',
    );
  });
});

describe('the SDL of a subgraph', () => {
  const { subgraphSdl } = federate();

  it('begins with a link to the specification that imports what is used, and nothing else', () => {
    expect(subgraphSdl.split('\n')[0]).toBe(
      'extend schema @link(url: "https://specs.apollo.dev/federation/v2.7", import: ["@external", "@key", "@requires", "@shareable", "@tag"])',
    );
    const plain = buildFederatedSchema(buildLibrary('type Query { ok: Boolean }'), {});
    expect(plain.subgraphSdl.split('\n')[0]).toBe(
      'extend schema @link(url: "https://specs.apollo.dev/federation/v2.7", import: [])',
    );
  });

  it('has every directive where it was, with its arguments, and the descriptions', () => {
    expect(subgraphSdl).toContain(
      'type Book implements Printed @key(fields: "id") @key(fields: "isbn printing { year }") @shelved(row: 3) {',
    );
    expect(subgraphSdl).toContain('"""Something with pages."""\ninterface Printed @key(fields: "id") {');
    expect(subgraphSdl).toContain('pages: Int @tag(name: "paper")');
    expect(subgraphSdl).toContain('type Branch @key(fields: "code", resolvable: false) {');
    expect(subgraphSdl).toContain('directive @shelved(row: Int) on OBJECT');
  });

  it('says nothing of how entities are asked for', () => {
    expect(subgraphSdl).not.toMatch(/_service|_entities|_Service|_Any|_Entity/);
    expect(federate().schema.getType('_Service')).toBeDefined();
  });

  it('composes directives of other specifications when it is told to', () => {
    const composed = [{ url: 'https://specs.example.com/shelves/v1.0', directives: ['@shelved'] }];
    expect(federate({}, { composed }).subgraphSdl.split('\n')[0]).toBe(
      'extend schema @link(url: "https://specs.apollo.dev/federation/v2.7", import: ["@composeDirective", "@external", "@key", "@requires", "@shareable", "@tag"]) @link(url: "https://specs.example.com/shelves/v1.0", import: ["@shelved"]) @composeDirective(name: "@shelved")',
    );
  });

  it('prints directives that stand in the extensions of a field', () => {
    const base = buildLibrary('type Query { ok: Boolean }');
    const ok = base.getQueryType()?.getFields().ok;
    if (ok) ok.extensions = { directives: { tag: { name: 'internal' } } };
    expect(buildFederatedSchema(base, {}).subgraphSdl).toContain('ok: Boolean @tag(name: "internal")');
  });

  it('is the same text each time, in whatever order things are declared', () => {
    expect(federate().subgraphSdl).toBe(subgraphSdl);
    const { definitions } = parse(text);
    const shuffled = print({ kind: parse(text).kind, definitions: [...definitions].reverse() });
    expect(buildFederatedSchema(buildLibrary(shuffled), nobody).subgraphSdl).toBe(subgraphSdl);
    const sorted = lexicographicSortSchema(buildLibrary());
    expect(isObjectType(sorted.getType('Book'))).toBe(true);
    expect(buildFederatedSchema(sorted, nobody).subgraphSdl).toBe(subgraphSdl);
  });

  it('is the same when it is printed from what was read of it', () => {
    expect(`${print(parse(subgraphSdl))}\n`).toBe(subgraphSdl);
  });
});
