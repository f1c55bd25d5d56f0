import { describe, expect, it } from '@jest/globals';
import { parse } from 'graphql';
import { readOwnership } from '../../../../src/federation/stitched/ownership.js';
import { composeScripts } from '../../../support/subgraphs/composeScripts.js';

const supergraph = parse(
  composeScripts([
    {
      name: 'security',
      typeDefs: `
        type Query { users: [User] moved: Int both: Int @shareable things: [Thing] }
        type User @key(fields: "id") { id: ID! name: String site: Site @external risk: Int @requires(fields: "site { id }") }
        type Site @key(fields: "id", resolvable: false) { id: ID! }
        type Badge @key(fields: "code") { code: ID! color: String }
        interface Thing @key(fields: "id") { id: ID! size: Int }
        type Rock implements Thing @key(fields: "id") { id: ID! size: Int }
      `,
    },
    {
      name: 'cmdb',
      typeDefs: `
        type Query { assets: Int moved: Int @override(from: "security") both: Int @shareable }
        type User @key(fields: "id") { id: ID! site: Site }
        type Site @key(fields: "id") { id: ID! city: String }
        type Badge @key(fields: "code") { code: ID! @override(from: "security") }
        type Thing @key(fields: "id") @interfaceObject { id: ID! weight: Int }
      `,
    },
  ]),
);

describe('what a subgraph resolves', () => {
  const ownership = readOwnership(supergraph, 'SECURITY');

  it.each([
    ['Query', 'users', 'alone'],
    ['Query', 'both', 'with others'],
    ['Query', 'moved', 'no'],
    ['Query', 'assets', 'no'],
    ['User', 'id', 'with others'],
    ['User', 'name', 'alone'],
    ['User', 'risk', 'alone'],
    ['User', 'site', 'no'],
    ['Site', 'city', 'no'],
    ['Badge', 'color', 'alone'],
    ['Badge', 'code', 'no'],
    ['Thing', 'size', 'alone'],
    ['Thing', 'weight', 'no'],
    ['Rock', 'size', 'alone'],
    ['Rock', 'weight', 'no'],
    ['Nothing', 'here', 'no'],
  ])('of %s.%s: %s', (type, field, expected) => {
    const alone = ownership.resolvesAlone(type, field) ? 'alone' : 'with others';
    expect(ownership.resolves(type, field) ? alone : 'no').toBe(expected);
  });
});
