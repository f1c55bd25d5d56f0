import { describe, expect, it } from '@jest/globals';
import { type ExecutionResult, getOperationAST, parse } from 'graphql';
import { formatError } from '../../../../src/errors/formatError.js';
import { buildStitchedSchema } from '../../../../src/federation/stitched/buildStitchedSchema.js';
import { composeScripts } from '../../../support/subgraphs/composeScripts.js';
import { anyonesContext } from '../../../support/subgraphs/operationContext.js';
import { RequestLog } from '../../../support/subgraphs/requestLog.js';
import { type Outage, ScriptedSubgraph } from '../../../support/subgraphs/scriptedSubgraph.js';
import { findBy, type SubgraphScript } from '../../../support/subgraphs/subgraphScript.js';
import { representationsOf } from '../../../support/subgraphs/summarise.js';

const goods = [
  { id: 'g1', weight: 2, size: { width: 3 } },
  { id: 'g2', weight: null, size: null },
];

function refuse(): never {
  throw new Error('Nobody knows.');
}

/** The stock lists goods, of which the catalog knows more; the post computes from that. */
const scripts: readonly SubgraphScript[] = [
  {
    name: 'stock',
    typeDefs: 'type Query { goods: [Good!]! } type Good @key(fields: "id") { id: ID! }',
    resolvers: { Query: { goods: () => goods.map(({ id }) => ({ id })) } },
  },
  {
    name: 'catalog',
    typeDefs: `
      type Good @key(fields: "id") { id: ID! weight: Int size: Size parts(first: Int!): [Part!] broken: Int }
      type Size @shareable { width: Int } type Part @shareable { name: String }
    `,
    resolvers: {
      Good: {
        __resolveReference: findBy(goods, 'id'),
        parts: () => [{ name: 'leg' }],
        broken: ({ id }) => (id === 'g1' ? refuse() : 5),
      },
    },
  },
  {
    name: 'post',
    typeDefs: `
      type Good @key(fields: "id") {
        id: ID!
        weight: Int @external
        size: Size @external
        parts(first: Int!): [Part!] @external
        broken: Int @external
        postage: String @requires(fields: "weight")
        area: String @requires(fields: "size { width }")
        packets: String @requires(fields: "parts(first: 2) { name }")
        repair: String @requires(fields: "broken")
        complaint: String @requires(fields: "broken")
        stamp: String
      }
      type Size @shareable { width: Int } type Part @shareable { name: String }
    `,
    resolvers: {
      Good: {
        postage: ({ weight }) => JSON.stringify(weight),
        area: ({ size }) => JSON.stringify(size),
        packets: ({ parts }) => JSON.stringify(parts),
        repair: ({ broken }) => JSON.stringify(broken),
        complaint: refuse,
        stamp: () => 'blue',
      },
    },
  },
];

async function ask(query: string, down: Readonly<Record<string, Outage>> = {}) {
  const log = new RequestLog();
  const subgraphs = new Map(scripts.map((script) => [script.name, new ScriptedSubgraph(script, log)]));
  for (const [name, outage] of Object.entries(down)) {
    const subgraph = subgraphs.get(name);
    if (subgraph !== undefined) subgraph.outage = outage;
  }
  const document = parse(query);
  const definition = getOperationAST(document);
  if (!definition) throw new Error('Wanted one operation.');
  const prepared = await buildStitchedSchema(composeScripts(scripts), subgraphs).prepare(document, definition);
  const answer = await prepared.execute({ variables: {}, context: anyonesContext() });
  expect(log.complaints).toEqual([]);
  const representations = (name: string) =>
    log.requests.filter(({ subgraph }) => subgraph === name).flatMap((request) => representationsOf(request));
  return { answer, asked: log.requests.map(({ subgraph }) => subgraph), representations };
}

function errorsOf({ errors = [] }: ExecutionResult): string[] {
  return errors
    .map(formatError)
    .map(({ path = [], extensions }) => `${path.join('.')} ${extensions?.code} ${extensions?.subgraph}`)
    .sort();
}

const down = { catalog: 'UPSTREAM_UNAVAILABLE' } as const;

describe('a field that requires what another subgraph failed to answer', () => {
  it.each([
    ['postage', 'a value'],
    ['area', 'an object'],
    ['packets', 'a list with arguments'],
  ])('is null with the error of that: %s, which requires %s', async (field) => {
    const { answer, asked } = await ask(`{ goods { id ${field} } }`, down);
    expect(answer.data).toEqual({
      goods: [
        { id: 'g1', [field]: null },
        { id: 'g2', [field]: null },
      ],
    });
    expect(errorsOf(answer)).toEqual([
      `goods.0.${field} UPSTREAM_UNAVAILABLE catalog`,
      `goods.1.${field} UPSTREAM_UNAVAILABLE catalog`,
    ]);
    expect(asked).toEqual(['stock', 'catalog']);
  });

  it('leaves the entities alone for which it was answered, and null is an answer', async () => {
    const { answer, asked } = await ask('{ goods { repair postage } }');
    expect(answer.data).toEqual({
      goods: [
        { repair: null, postage: null },
        { repair: '5', postage: 'null' },
      ],
    });
    expect(errorsOf(answer)).toEqual([
      'goods.0.postage SUBGRAPH_ERROR catalog',
      'goods.0.repair SUBGRAPH_ERROR catalog',
    ]);
    expect(asked).toEqual(['stock', 'catalog', 'post']);
  });

  it('leaves the fields alone that do not require it, and their subgraph hears of no error', async () => {
    const { answer, representations } = await ask('{ goods { broken area stamp } }');
    expect(answer.data).toEqual({
      goods: [
        { broken: null, area: '{"width":3}', stamp: 'blue' },
        { broken: 5, area: 'null', stamp: 'blue' },
      ],
    });
    expect(errorsOf(answer)).toEqual(['goods.0.broken SUBGRAPH_ERROR catalog']);
    expect(representations('post').filter(({ size }) => size !== undefined)).toMatchObject([
      { id: 'g1', broken: null },
      { id: 'g2', broken: 5 },
    ]);
  });

  it('keeps errors of the subgraph that was asked at the entities that they are about', async () => {
    const { answer } = await ask('{ goods { complaint } }');
    expect(answer.data).toEqual({ goods: [{ complaint: null }, { complaint: null }] });
    expect(errorsOf(answer)).toEqual([
      'goods.0.complaint SUBGRAPH_ERROR catalog',
      'goods.1.complaint SUBGRAPH_ERROR post',
    ]);
  });
});
