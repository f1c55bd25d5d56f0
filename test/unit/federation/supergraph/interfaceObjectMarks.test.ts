import { composeServices as composeByApollo } from '@apollo/composition';
import { describe, expect, it } from '@jest/globals';
import { composeServices } from '@theguild/federation-composition';
import { type DirectiveNode, Kind, parse, print } from 'graphql';
import { compose, type Part } from '../../../../src/federation/supergraph/compose.js';

type Compose = (parts: readonly Part[]) => string;

const byLibrary: Compose = (parts) => composeServices(parts.map(toService)).supergraphSdl ?? '';
const byApollo: Compose = (parts) => composeByApollo(parts.map(toService)).supergraphSdl ?? '';
const byGateway: Compose = (parts) => {
  const composition = compose(parts);
  return composition.ok ? composition.supergraphSdl : '';
};

function toService({ name, sdl }: Part) {
  return { name, typeDefs: parse(sdl) };
}

const imports = '["@key", "@external", "@requires", "@provides", "@shareable", "@interfaceObject"]';

function part(name: string, types: string, imported = imports): Part {
  return {
    name,
    sdl: `extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ${imported}) ${types}`,
  };
}

const library = part(
  'the-library',
  `type Query { media: [Medium] }
   interface Medium @key(fields: "id") { id: ID! title: String }
   type Book implements Medium @key(fields: "id") { id: ID! title: String }`,
);
const papers = part(
  'papers',
  `type Query { top: Medium }
   type Medium @key(fields: "id") @interfaceObject {
     id: ID! title: String @external headline: String @requires(fields: "title")
   }`,
);

/** By field of the interface, its `@join__field` without regard to order and spelling. */
function joinsOfMedium(supergraphSdl: string): Record<string, string[]> {
  const medium = parse(supergraphSdl).definitions.find(
    (node) => node.kind === Kind.INTERFACE_TYPE_DEFINITION && node.name.value === 'Medium',
  );
  if (medium?.kind !== Kind.INTERFACE_TYPE_DEFINITION) throw new Error('Wanted an interface Medium.');
  return Object.fromEntries(
    (medium.fields ?? []).map(({ name, directives = [] }) => [name.value, directives.flatMap(textsOfJoin).sort()]),
  );
}

function textsOfJoin(directive: DirectiveNode): string[] {
  if (directive.name.value !== 'join__field') return [];
  const args = (directive.arguments ?? []).filter(({ value }) => print(value) !== 'false');
  return [
    args
      .map((argument) => print(argument))
      .sort()
      .join(' '),
  ];
}

describe('fields of an interface that every subgraph of it has', () => {
  it('lose the marks of interface objects in the library, which is why the gateway restores them', () => {
    expect(joinsOfMedium(byLibrary([library, papers]))).toEqual({
      id: [],
      title: [],
      headline: ['graph: PAPERS requires: "title"'],
    });
  });

  it('keep that an interface object has them only to refer to', () => {
    expect(joinsOfMedium(byGateway([library, papers]))).toEqual({
      id: [],
      title: ['external: true graph: PAPERS', 'graph: THE_LIBRARY'],
      headline: ['graph: PAPERS requires: "title"'],
    });
  });

  const sharing = part(
    'the-library',
    `type Query { media: [Medium] }
     type Person @key(fields: "id") { id: ID! name: String @shareable }
     interface Medium @key(fields: "id") { id: ID! title: String headline: String author: Person }
     type Book implements Medium @key(fields: "id") {
       id: ID! title: String headline: String @shareable author: Person @shareable
     }`,
  );
  const shared = part(
    'papers',
    `type Query { top: Medium }
     type Person @key(fields: "id") { id: ID! name: String @external }
     type Medium @key(fields: "id") @interfaceObject {
       id: ID! title: String @external
       headline: String @shareable @requires(fields: "title")
       author: Person @shareable @provides(fields: "name")
     }`,
  );
  const renamed = part(
    'papers',
    `type Query { top: Medium }
     type Medium @key(fields: "id") @interfaceObject { id: ID! title: String @foreign }
     extend type Medium { headline: String @federation__requires(fields: "title") }`,
    '["@key", "@interfaceObject", { name: "@external", as: "@foreign" }]',
  );
  const ratings = part('ratings', 'type Medium @key(fields: "id") @interfaceObject { id: ID! rating: Int }');
  const twoKeys = part(
    'papers',
    `type Query { top: Medium }
     type Medium @key(fields: "id") @key(fields: "title") @interfaceObject { id: ID! title: String page: Int }`,
  );

  it.each([
    ['one that requires them', [library, papers]],
    ['one that shares what it computes and provides', [sharing, shared]],
    ['one that has other names for directives, and an extension', [library, renamed]],
    ['two, of which one has them not', [library, papers, ratings]],
    ['one that marks nothing', [sharing, ratings]],
  ])('have the joins that Apollo’s composition gives them, with %s', (_what, parts) => {
    const joins = joinsOfMedium(byGateway(parts));
    expect(Object.values(joins).flat()).not.toEqual([]);
    expect(joins).toEqual(joinsOfMedium(byApollo(parts)));
  });

  it('may be called external where they are keys, and are taken all the same', () => {
    const external = { ...papers, sdl: papers.sdl.replace('id: ID!', 'id: ID! @external') };
    expect(joinsOfMedium(byGateway([library, external]))).toEqual(joinsOfMedium(byGateway([library, papers])));
  });

  it.each([
    ['no interface objects', [library]],
    ['interface objects that mark nothing', [library, ratings]],
    ['interface objects with fields that they resolve', [library, twoKeys]],
  ])('leave the text of the supergraph as it is, with %s', (_what, parts) => {
    expect(byGateway(parts)).not.toBe('');
    expect(byGateway(parts)).toBe(byLibrary(parts));
  });
});
