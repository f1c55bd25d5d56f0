import { describe, expect, it } from '@jest/globals';
import { getOperationAST, parse } from 'graphql';
import { buildSubscriptionKey } from '../../../src/server/subscriptionKey.js';

interface Given {
  readonly query?: string;
  readonly operationName?: string;
  readonly variables?: Record<string, unknown>;
  readonly accessScope?: string;
  readonly withCost?: boolean;
  readonly schemaVersion?: number;
  readonly audience?: readonly unknown[];
}

const usual = `subscription A($filter: AlertFilter, $from: String) {
  alertUpdated(filter: $filter, after: $from) { cursor alert { id riskEvents(first: 5) { nodes { id } } } } }`;

function keyOf({ query = usual, operationName, variables = {}, ...rest }: Given): string {
  const document = parse(query);
  const definition = getOperationAST(document, operationName);
  if (definition === null || definition === undefined) throw new Error('No such operation.');
  return buildSubscriptionKey({
    document,
    definition,
    variables,
    schemaVersion: 1,
    accessScope: 'scope',
    withCost: false,
    ...rest,
  });
}

describe('two subscriptions are the same', () => {
  it.each<[string, Given, Given]>([
    ['wherever they begin', { variables: { from: 'e.1' } }, { variables: { from: 'e.2' } }],
    ['whether or not they name a place', { variables: { from: 'e.1' } }, {}],
    ['however the document is laid out', {}, { query: usual.replaceAll(/\s+/g, '  ') }],
    [
      'in whatever order the variables come',
      { variables: { filter: { status: { in: ['NEW'] }, severity: { in: ['HIGH'] } }, from: null } },
      { variables: { from: null, filter: { severity: { in: ['HIGH'] }, status: { in: ['NEW'] } } } },
    ],
    ['whatever undeclared variables are beside', {}, { variables: { stranger: 7 } }],
  ])('%s', (_name, one, other) => expect(keyOf(one)).toBe(keyOf(other)));
});

describe('two subscriptions differ', () => {
  const two = `subscription A { alertUpdated { cursor } } subscription B { alertUpdated { cursor } }`;
  const nested = `subscription A($from: String) { alertUpdated(after: $from) {
    alert { riskEvents(after: $from) { nodes { id } } } } }`;
  it.each<[string, Given, Given]>([
    ['in their filter', { variables: { filter: { status: { in: ['NEW'] } } } }, { variables: { filter: null } }],
    ['in a variable that is null and one that is absent', { variables: { filter: null } }, {}],
    ['in their selection', {}, { query: usual.replace('cursor', 'cursor change') }],
    ['in the operation of a document', { query: two, operationName: 'A' }, { query: two, operationName: 'B' }],
    ['in their access scope', {}, { accessScope: 'other' }],
    ['in the schema with which they began', {}, { schemaVersion: 2 }],
    ['in the caller, where subgraphs take part', { audience: ['t/jane', {}] }, { audience: ['t/joe', {}] }],
    [
      'in a header that travels on to subgraphs',
      { audience: ['t/jane', { 'x-team': 'red' }] },
      { audience: ['t/jane', { 'x-team': 'blue' }] },
    ],
    ['in whether answers tell their cost', {}, { withCost: true }],
    [
      'in a place that answers depend on too',
      { query: nested, variables: { from: 'a' } },
      { query: nested, variables: { from: 'b' } },
    ],
    [
      'in a place that is written into the document',
      { query: 'subscription { alertUpdated(after: "e.1") { cursor } }' },
      { query: 'subscription { alertUpdated(after: "e.2") { cursor } }' },
    ],
  ])('%s', (_name, one, other) => expect(keyOf(one)).not.toBe(keyOf(other)));
});
