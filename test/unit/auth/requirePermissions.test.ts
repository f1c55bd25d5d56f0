import { describe, expect, it } from '@jest/globals';
import { buildSchema, type GraphQLSchema, getOperationAST, parse } from 'graphql';
import { type Permission, type Principal } from '../../../src/auth/principal.js';
import { requirePermissions } from '../../../src/auth/requirePermissions.js';

function schemaWith(permissionOf: Record<string, unknown>): GraphQLSchema {
  const schema = buildSchema(
    'type Query { open: Int read: Query audit: Int } type Mutation { triage: Int } type Subscription { live: Int }',
  );
  for (const type of [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()]) {
    for (const field of Object.values(type?.getFields() ?? {}))
      field.extensions = { permission: permissionOf[field.name] };
  }
  return schema;
}

const schema = schemaWith({
  read: 'Security.Read',
  audit: 'Security.Audit',
  triage: 'Security.Triage',
  live: 'Security.Read',
});

function check(source: string, granted: Permission[], operationName?: string): () => void {
  const document = parse(source);
  const operation = getOperationAST(document, operationName);
  const principal: Principal = { id: 'p', tenantId: null, name: null, permissions: new Set(granted) };
  if (operation === null || operation === undefined) throw new Error('The test names an operation of its document.');
  return () => requirePermissions(schema, document, operation, principal);
}

describe('requirePermissions', () => {
  it.each([
    ['{ read { open } }', 'Security.Read'],
    ['mutation { triage }', 'Security.Triage'],
    ['subscription { live }', 'Security.Read'],
    ['{ ...f } fragment f on Query { ... on Query { alias: audit } }', 'Security.Audit'],
    ['{ audit @skip(if: true) }', 'Security.Audit'],
  ])('asks of %s the permission of its root field', (source, permission) => {
    expect(check(source, [])).toThrow(expect.objectContaining({ code: 'FORBIDDEN', permission }));
    expect(check(source, [permission as Permission])).not.toThrow();
  });

  it('names the first permission that is missing among several', () => {
    expect(check('{ read { open } audit }', ['Security.Read'])).toThrow(
      'This operation needs the permission Security.Audit.',
    );
  });

  it('looks at the chosen operation only', () => {
    expect(check('query A { open } query B { audit }', [], 'A')).not.toThrow();
  });

  it('asks nothing for introspection, and survives fragments that name each other', () => {
    expect(
      check(
        '{ __schema { queryType { name } } __typename ...a } fragment a on Query { ...b } fragment b on Query { ...a }',
        [],
      ),
    ).not.toThrow();
  });
});
