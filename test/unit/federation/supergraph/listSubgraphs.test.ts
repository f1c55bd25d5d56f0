import { describe, expect, it } from '@jest/globals';
import { listSubgraphs, toAddresses } from '../../../../src/federation/supergraph/listSubgraphs.js';

const supergraph = `
  directive @join__graph(name: String!, url: String!) on ENUM_VALUE
  enum join__Graph {
    CMDB_2 @join__graph(name: "cmdb-2", url: "http://cmdb/graphql")
    SECURITY @join__graph(name: "security", url: "")
    TICKETS @join__graph(name: "tickets", url: "http://tickets/graphql")
  }
  type Query { a: Int }
`;

describe('the subgraphs of a supergraph', () => {
  it('have the names of their owners, and URLs where it gives them', () => {
    expect(listSubgraphs(supergraph)).toEqual([
      { name: 'cmdb-2', enumValue: 'CMDB_2', url: 'http://cmdb/graphql' },
      { name: 'security', enumValue: 'SECURITY', url: '' },
      { name: 'tickets', enumValue: 'TICKETS', url: 'http://tickets/graphql' },
    ]);
  });

  it.each(['type Query { a: Int }', 'enum join__Graph { A B } type Query { a: Int }'])('are not in %p', (text) => {
    expect(() => listSubgraphs(text)).toThrow('no composed supergraph');
  });

  it('are reached as configured, else at the URL of the supergraph, and ours not at all', () => {
    const configured = [{ name: 'tickets', url: 'https://tickets.example/graphql', timeoutMs: 3 }];
    expect(toAddresses(listSubgraphs(supergraph), configured, 'security')).toEqual([
      { name: 'cmdb-2', url: 'http://cmdb/graphql' },
      configured[0],
    ]);
  });
});
