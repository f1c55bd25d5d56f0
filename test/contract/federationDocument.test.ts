import { readFileSync } from 'node:fs';
import { composeServices as composeByApollo } from '@apollo/composition';
import { describe, expect, it } from '@jest/globals';
import { composeServices } from '@theguild/federation-composition';
import { buildSchema, type GraphQLSchema, isObjectType, Kind, parse, validate, valueFromASTUntyped } from 'graphql';
import { readSubgraphs } from '../../src/config/readSubgraphs.js';
import { errorCodes } from '../../src/errors/codes.js';
import { buildOwnSchema } from '../../src/federation/entities/buildOwnSchema.js';
import { blocksOf } from '../support/documentBlocks.js';

interface Part {
  readonly name: string;
  readonly sdl: string;
}

const security: Part = { name: 'security', sdl: buildOwnSchema().subgraphSdl };
const cmdb: Part = { name: 'cmdb', sdl: readFileSync('examples/federation/schema.graphql', 'utf8') };

/** The SDL that `docs/federation.md` shows under a label such as `people/share`. */
function shown(label: string): Part {
  const block = blocksOf('docs/federation.md').find((candidate) => candidate.label === label);
  if (block === undefined) throw new Error(`docs/federation.md shows no ${label}.`);
  return { name: label.split('/')[0] ?? label, sdl: block.text };
}

function servicesOf(parts: readonly Part[]) {
  return parts.map(({ name, sdl }) => ({ name, url: `http://${name}.example`, typeDefs: parse(sdl) }));
}

/** What a composition said: codes of errors, and hints that are warnings. */
interface Verdict {
  readonly errors: readonly string[];
  readonly warnings: readonly string[];
  readonly supergraph: string;
}

const compositions: readonly { by: string; compose: (parts: readonly Part[]) => Verdict }[] = [
  {
    by: '@theguild/federation-composition',
    compose(parts) {
      const result = composeServices(servicesOf(parts));
      return { errors: codesOf(result.errors), warnings: [], supergraph: result.supergraphSdl ?? '' };
    },
  },
  {
    by: '@apollo/composition',
    compose(parts) {
      const result = composeByApollo(servicesOf(parts));
      const warnings = (result.hints ?? [])
        .filter(({ definition }) => definition.level.name === 'WARN')
        .map(({ definition, message }) => `${definition.code}: ${message}`);
      return { errors: codesOf(result.errors), warnings, supergraph: result.supergraphSdl ?? '' };
    },
  },
];

function codesOf(errors: readonly { readonly extensions: Record<string, unknown> }[] | undefined): string[] {
  return [...new Set((errors ?? []).map(({ extensions }) => String(extensions.code)))];
}

/** Arguments of the `@join__field` that a subgraph has on a field of the supergraph. */
function joinOf(supergraph: string, coordinate: string, graph: string): string | undefined {
  const [typeName = '', fieldName = ''] = coordinate.split('.');
  const type = toSchema(supergraph).getType(typeName);
  const field = isObjectType(type) ? type.getFields()[fieldName] : undefined;
  const joins = field?.astNode?.directives?.filter(({ name }) => name.value === 'join__field') ?? [];
  const texts = joins.map(({ loc }) => loc?.source.body.slice(loc.start, loc.end) ?? '');
  return texts.find((text) => text.includes(`graph: ${graph}`));
}

function toSchema(supergraph: string): GraphQLSchema {
  return buildSchema(supergraph, { assumeValid: true, assumeValidSDL: true });
}

function accepts(supergraph: string, query: string): boolean {
  return validate(toSchema(supergraph), parse(query)).length === 0;
}

const fine = { errors: [], warnings: [] };

describe.each(compositions)('composed by $by', ({ compose }) => {
  it('the CMDB fits to our schema without a warning', () => {
    const verdict = compose([security, cmdb]);
    expect(verdict).toMatchObject(fine);
    expect(
      accepts(verdict.supergraph, '{ alerts { nodes { devices { tickets { url } owner { mail costCentre } } } } }'),
    ).toBe(true);
  });

  it('an organisation that resolves the same fields of User without a word does not fit', () => {
    expect(compose([security, shown('people/as-it-is')]).errors).toEqual(['INVALID_FIELD_SHARING']);
  });

  it('sharing lets both subgraphs answer', () => {
    const verdict = compose([security, cmdb, shown('people/share')]);
    expect(verdict).toMatchObject(fine);
    expect(joinOf(verdict.supergraph, 'User.displayName', 'PEOPLE')).toBe('@join__field(graph: PEOPLE)');
    expect(joinOf(verdict.supergraph, 'User.displayName', 'SECURITY')).toBe('@join__field(graph: SECURITY)');
    expect(accepts(verdict.supergraph, '{ alerts { nodes { users { displayName manager { number } } } } }')).toBe(true);
  });

  it('overriding leaves the field to the organisation alone, also where a third subgraph requires it', () => {
    const verdict = compose([security, cmdb, shown('people/override')]);
    expect(verdict).toMatchObject(fine);
    expect(joinOf(verdict.supergraph, 'User.department', 'PEOPLE')).toContain('override: "security"');
    expect(joinOf(verdict.supergraph, 'User.department', 'SECURITY') ?? 'usedOverridden: true').toContain(
      'usedOverridden: true',
    );
    expect(joinOf(verdict.supergraph, 'User.costCentre', 'CMDB')).toContain('requires: "department"');
  });

  it('a type that means something else composes all the same, when its key looks like ours', () => {
    const verdict = compose([security, shown('logins/as-it-is')]);
    expect(verdict.errors).toEqual([]);
    expect(accepts(verdict.supergraph, '{ alerts { nodes { users { mail isLocked } } } }')).toBe(true);
  });

  it('renamed and linked, both meanings stand side by side', () => {
    const verdict = compose([security, cmdb, shown('logins/rename')]);
    expect(verdict).toMatchObject(fine);
    const both = '{ alerts { nodes { users { mail appLogins { isLocked account { department } } } } } }';
    expect(accepts(verdict.supergraph, both)).toBe(true);
    expect(accepts(verdict.supergraph, '{ alerts { nodes { users { isLocked } } } }')).toBe(false);
  });
});

/** The cells of the table whose head begins with the given cell. */
function tableUnder(head: string): string[][] {
  const lines = readFileSync('docs/federation.md', 'utf8').split('\n');
  const begin = lines.findIndex((line) => line.startsWith(`| ${head} |`)) + 2;
  const end = lines.findIndex((line, index) => index > begin && !line.startsWith('|'));
  return lines.slice(begin, end).map((line) => line.slice(2).split(' | '));
}

/** What a cell names in code. */
function namesIn(cell: string | undefined): string[] {
  return [...(cell ?? '').matchAll(/`([^`]+)`/g)].map(([, name = '']) => name);
}

/** `Type by fields` of every resolvable key; types behind the interface are left to its row. */
function keysOf(sdl: string): string[] {
  return parse(sdl).definitions.flatMap((node) => {
    if (node.kind !== Kind.OBJECT_TYPE_DEFINITION && node.kind !== Kind.INTERFACE_TYPE_DEFINITION) return [];
    if (node.interfaces?.some(({ name }) => name.value === 'RiskEvent')) return [];
    const keys = node.directives?.filter(({ name }) => name.value === 'key') ?? [];
    const fields = keys.flatMap((key) => key.arguments?.find(({ name }) => name.value === 'fields') ?? []);
    return fields.map(({ value }) => `${node.name.value} by ${valueFromASTUntyped(value)}`);
  });
}

describe('docs/federation.md', () => {
  it('lists every entity with each of its keys, and no other', () => {
    const listed = tableUnder('entity').flatMap(([types, key]) =>
      namesIn(types).flatMap((type) => namesIn(key).map((fields) => `${type} by ${fields}`)),
    );
    expect(listed.sort()).toEqual(keysOf(security.sdl).sort());
  });

  it('names codes that exist', () => {
    const codes = tableUnder('`extensions.code`').flatMap(([code]) => namesIn(code));
    expect(codes.length).toBeGreaterThan(4);
    for (const code of codes) expect(errorCodes).toHaveProperty(code);
  });

  it('describes members that SUBGRAPHS may have, and not one more', () => {
    const members = tableUnder('member').flatMap(([member]) => namesIn(member));
    const accepted: Record<string, unknown> = {
      name: 'cmdb',
      url: 'https://cmdb.example/graphql',
      headers: { 'x-api-key': 'secret' },
      timeoutMs: 5_000,
      exposeErrors: true,
      subscriptions: 'ws',
      subscriptionsUrl: 'wss://cmdb.example/graphql',
    };
    expect(members.sort()).toEqual(Object.keys(accepted).sort());
    expect(readSubgraphs(JSON.stringify([accepted]), { reserved: [], anyName: false }).problems).toEqual([]);
  });
});
