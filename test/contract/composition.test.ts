import { readFileSync } from 'node:fs';
import { composeServices as composeByApollo } from '@apollo/composition';
import { describe, expect, it } from '@jest/globals';
import { composeSchemaContract, composeServices } from '@theguild/federation-composition';
import { type FieldDefinitionNode, Kind, type ObjectTypeDefinitionNode, parse } from 'graphql';
import { ownSubgraphName } from '../../src/federation/contract.js';

const own = { name: ownSubgraphName, sdl: readFileSync('schema.subgraph.graphql', 'utf8') };

interface Service {
  readonly name: string;
  readonly sdl: string;
}

interface Composed {
  /** Codes of the errors with their messages. */
  readonly errors: readonly string[];
  /** Of our own warnings level; the composition of The Guild gives none. */
  readonly warnings: readonly string[];
  readonly supergraphSdl: string;
}

const compositions: readonly [name: string, compose: (services: readonly Service[]) => Composed][] = [
  [
    '@theguild/federation-composition',
    (services) => {
      const { errors = [], supergraphSdl = '' } = composeServices(services.map(toDefinition));
      return { errors: errors.map(toText), warnings: [], supergraphSdl };
    },
  ],
  [
    '@apollo/composition',
    (services) => {
      const { errors = [], hints = [], supergraphSdl = '' } = composeByApollo(services.map(toDefinition));
      const warnings = hints.filter(({ definition }) => definition.level.name === 'WARN').map(String);
      return { errors: errors.map(toText), warnings, supergraphSdl };
    },
  ],
];

function toDefinition({ name, sdl }: Service) {
  return { name, typeDefs: parse(sdl), url: `http://${name}.example/graphql` };
}

function toText({ message, extensions }: { message: string; extensions?: Readonly<Record<string, unknown>> }): string {
  return `${String(extensions?.code)} ${message}`;
}

function linked(name: string, imports: readonly string[], sdl: string): Service {
  const list = imports.map((directive) => `"@${directive}"`).join(', ');
  return {
    name,
    sdl: `extend schema @link(url: "https://specs.apollo.dev/federation/v2.7", import: [${list}])\n${sdl}`,
  };
}

/** Names our entities by their keys and adds fields, as an inventory does. */
const inventory = linked(
  'inventory',
  ['key'],
  `type Query { owners: [User] }
   type User @key(fields: "id") { id: ID! costCentre: String }
   type Device @key(fields: "deviceId") { deviceId: String criticality: Int owner: User }
   type Ticket @key(fields: "number") { number: ID! alert: Alert }
   type Alert @key(fields: "id") { id: ID! tickets: [Ticket!] }`,
);

/** Adds a field to every risk event without knowing their kinds. */
const assessments = linked(
  'assessments',
  ['key', 'interfaceObject'],
  'type Query { assessed: Int } type RiskEvent @key(fields: "id") @interfaceObject { id: ID! assessment: String }',
);

/** Served users before there was a supergraph; `directives` stand on what collides with ours. */
function directory(directives: string, queryDirectives = directives): Service {
  return linked(
    'directory',
    ['key', 'shareable', 'override'],
    `type Query { user(id: ID, userPrincipalName: String): User ${queryDirectives} people: [User!]! }
     type User @key(fields: "id") {
       id: ID! displayName: String ${directives} mail: String ${directives} manager: User pronouns: String
     }
     type PageInfo @shareable { hasNextPage: Boolean! hasPreviousPage: Boolean! startCursor: String endCursor: String }`,
  );
}

const override = `@override(from: "${ownSubgraphName}")`;

type Node = ObjectTypeDefinitionNode | FieldDefinitionNode;

function objectType(supergraphSdl: string, name: string): ObjectTypeDefinitionNode {
  const found = parse(supergraphSdl).definitions.find(
    (node) => node.kind === Kind.OBJECT_TYPE_DEFINITION && node.name.value === name,
  );
  if (found?.kind !== Kind.OBJECT_TYPE_DEFINITION) throw new Error(`The supergraph has no type ${name}.`);
  return found;
}

function fieldNames(supergraphSdl: string, typeName: string): string[] {
  return (objectType(supergraphSdl, typeName).fields ?? []).map(({ name }) => name.value);
}

/** Subgraphs that serve a field, as the supergraph says it; where it says nothing, all that have the type do. */
function servedBy(supergraphSdl: string, typeName: string, fieldName: string): string[] {
  const type = objectType(supergraphSdl, typeName);
  const field = type.fields?.find(({ name }) => name.value === fieldName);
  const named = field === undefined ? [] : graphsOf(field, 'join__field');
  return [...new Set(named.length > 0 ? named : graphsOf(type, 'join__type'))].sort();
}

function graphsOf({ directives = [] }: Node, directiveName: string): string[] {
  return directives
    .filter(({ name, arguments: args = [] }) => {
      const isForeign = args.some((arg) => arg.name.value === 'external' || arg.name.value === 'usedOverridden');
      return name.value === directiveName && !isForeign;
    })
    .flatMap(({ arguments: args = [] }) => args.filter(({ name }) => name.value === 'graph'))
    .flatMap(({ value }) => (value.kind === Kind.ENUM ? [value.value] : []));
}

describe.each(compositions)('our subgraph composed by %s', (_name, compose) => {
  it('stands alone without errors and warnings', () => {
    const { errors, warnings, supergraphSdl } = compose([own]);
    expect([errors, warnings]).toEqual([[], []]);
    expect(fieldNames(supergraphSdl, 'Alert')).toContain('evidence');
  });

  it('is extended by subgraphs that name its entities by their keys', () => {
    const { errors, warnings, supergraphSdl } = compose([own, inventory]);
    expect([errors, warnings]).toEqual([[], []]);
    expect(servedBy(supergraphSdl, 'User', 'costCentre')).toEqual(['INVENTORY']);
    expect(servedBy(supergraphSdl, 'User', 'riskEvents')).toEqual(['SECURITY']);
    expect(servedBy(supergraphSdl, 'Device', 'deviceId')).toEqual(['INVENTORY', 'SECURITY']);
  });

  it('lets another subgraph add a field to all kinds of risk events', () => {
    const { errors, supergraphSdl } = compose([own, assessments]);
    expect(errors).toEqual([]);
    expect(fieldNames(supergraphSdl, 'MalwareRiskEvent')).toContain('assessment');
  });

  it('shares plain fields of users with a directory that was there before', () => {
    const { errors, supergraphSdl } = compose([own, directory('@shareable', override)]);
    expect(errors).toEqual([]);
    expect(servedBy(supergraphSdl, 'User', 'mail')).toEqual(['DIRECTORY', 'SECURITY']);
    expect(servedBy(supergraphSdl, 'Query', 'user')).toEqual(['DIRECTORY']);
  });

  it('leaves them to a directory that takes them over', () => {
    const { errors, supergraphSdl } = compose([own, directory(override)]);
    expect(errors).toEqual([]);
    expect(servedBy(supergraphSdl, 'User', 'mail')).toEqual(['DIRECTORY']);
    expect(servedBy(supergraphSdl, 'User', 'riskEvents')).toEqual(['SECURITY']);
  });

  it('does not compose with a directory that neither shares nor takes over, and the error says which field', () => {
    const { errors } = compose([own, directory('')]);
    expect(errors).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^INVALID_FIELD_SHARING .*Query\.user/),
        expect.stringMatching(/^INVALID_FIELD_SHARING .*User\.mail/),
      ]),
    );
  });

  it('keeps its joins to itself', () => {
    const rival = linked(
      'rival',
      ['key', 'shareable'],
      'type Query { rivals: Int } type User @key(fields: "id") { id: ID! riskyUser: RiskyUser @shareable } type RiskyUser @key(fields: "id") { id: ID! }',
    );
    expect(compose([own, rival]).errors).toEqual([expect.stringMatching(/^INVALID_FIELD_SHARING .*User\.riskyUser/)]);
  });

  it('makes the same supergraph each time', () => {
    const twice = [compose([own, inventory]), compose([own, inventory])].map(({ supergraphSdl }) => supergraphSdl);
    expect(twice[0] === twice[1] && twice[0] !== '').toBe(true);
  });
});

describe('contracts of a supergraph with our subgraph', () => {
  function contractWithout(...tags: readonly string[]): string {
    const services = [own, inventory].map(toDefinition);
    const { errors, publicSdl } = composeSchemaContract(services, { include: new Set(), exclude: new Set(tags) }, true);
    expect(errors).toBeUndefined();
    return publicSdl ?? '';
  }

  it('can leave out what changes things', () => {
    const fields = fieldNames(contractWithout('security-respond'), 'Mutation');
    expect(fields).toContain('updateAlert');
    expect(fields).not.toContain('dismissUsersRisk');
    const readOnly = contractWithout('security-respond', 'security-triage');
    expect(readOnly).not.toMatch(/^type Mutation/m);
    expect(fieldNames(readOnly, 'Query')).toContain('alerts');
  });

  it('can leave out what is about persons', () => {
    const fields = fieldNames(contractWithout('personal'), 'User');
    expect(fields).toEqual(expect.arrayContaining(['id', 'userPrincipalName', 'costCentre', 'alerts']));
    expect(fields).not.toContain('mobilePhone');
  });
});
