import { EventEmitter, on } from 'node:events';
import { describe, expect, it } from '@jest/globals';
import { GraphQLList, GraphQLObjectType, GraphQLSchema, GraphQLString } from 'graphql';
import { AccessError, UpstreamError } from '../../../src/errors/GatewayError.js';
import type { OperationContext } from '../../../src/execution/contract.js';
import { buildPlainSchema } from '../../../src/execution/createPlainSchema.js';
import type { SubgraphRequest } from '../../../src/federation/contract.js';
import { buildOwnSubgraph } from '../../../src/federation/ownSubgraph.js';

const throttled = new UpstreamError('UPSTREAM_THROTTLED', 'Later.', { upstream: 'MCAS' });

function setUp() {
  const contexts = new Set<unknown>();
  const news = new EventEmitter();
  const text = { type: GraphQLString };
  const query = new GraphQLObjectType({
    name: 'Query',
    fields: {
      echo: { ...text, args: { value: text }, resolve: (_, { value }, context) => (contexts.add(context), value) },
      row: {
        type: new GraphQLList(
          new GraphQLObjectType({
            name: 'Row',
            fields: {
              fine: { ...text, resolve: () => 'yes' },
              throttled: {
                ...text,
                resolve: () => {
                  throw throttled;
                },
              },
            },
          }),
        ),
        resolve: () => [1, 2],
      },
    },
  });
  const subscription = new GraphQLObjectType({
    name: 'Subscription',
    fields: {
      news: {
        ...text,
        subscribe: async function* () {
          for await (const [value] of on(news, 'news')) yield { news: value };
        },
      },
      refused: {
        ...text,
        subscribe: () => {
          throw new AccessError('FORBIDDEN', 'Not you.');
        },
      },
    },
  });
  let prepared = 0;
  const plain = buildPlainSchema(new GraphQLSchema({ query, subscription }), '');
  const subgraph = buildOwnSubgraph({
    ...plain,
    prepare: (document, definition) => {
      prepared += 1;
      return plain.prepare(document, definition);
    },
  });
  const context = {} as OperationContext;
  const request = (operation: string, variables = {}): SubgraphRequest => ({
    kind: 'query',
    operation,
    variables,
    context,
  });
  return { subgraph, request, contexts, context, news, preparations: () => prepared };
}

describe('our own schema as a subgraph', () => {
  it('executes every request of an operation with the context of that operation', async () => {
    const { subgraph, request, contexts, context } = setUp();
    const answers = await Promise.all(
      ['a', 'b'].map((v) => subgraph.execute(request('query ($v: String) { echo(value: $v) }', { v }))),
    );
    expect(answers).toEqual([
      { data: { echo: 'a' }, faults: [] },
      { data: { echo: 'b' }, faults: [] },
    ]);
    expect([...contexts]).toEqual([context]);
    expect([...contexts][0]).toBe(context);
  });

  it('reads a text once', async () => {
    const { subgraph, request, preparations } = setUp();
    for (const v of ['a', 'b', 'c']) await subgraph.execute(request('query ($v: String) { echo(value: $v) }', { v }));
    expect(preparations()).toBe(1);
  });

  it('hands on what was thrown, at its place', async () => {
    const { subgraph, request } = setUp();
    const { data, faults } = await subgraph.execute(request('{ row { fine throttled } }'));
    expect(data).toEqual({
      row: [
        { fine: 'yes', throttled: null },
        { fine: 'yes', throttled: null },
      ],
    });
    expect(faults.map(({ path }) => path)).toEqual([
      ['row', 0, 'throttled'],
      ['row', 1, 'throttled'],
    ]);
    for (const { error } of faults) expect(error).toBe(throttled);
  });

  it('has no data and one fault without a place when the variables are wrong', async () => {
    const { subgraph, request } = setUp();
    const { data, faults } = await subgraph.execute(request('query ($v: String) { echo(value: $v) }', { v: { a: 1 } }));
    expect(data).toBeNull();
    expect(faults).toEqual([{ error: expect.objectContaining({ message: expect.stringContaining('$v') }) }]);
  });

  it('makes an answer of each event', async () => {
    const { subgraph, request, news } = setUp();
    const asked = { ...request('subscription { news }'), kind: 'subscription' as const };
    const events = (await subgraph.subscribe(asked))[Symbol.asyncIterator]();
    const first = events.next();
    news.emit('news', 'it rains');
    const answer = await subgraph.executeEvent((await first).value, asked);
    expect(answer).toEqual({ data: { news: 'it rains' }, faults: [] });
    await events.return?.();
    expect(news.listenerCount('news')).toBe(0);
  });

  it('refuses a subscription with the error that its resolver threw', async () => {
    const { subgraph, request } = setUp();
    await expect(subgraph.subscribe(request('subscription { refused }'))).rejects.toMatchObject({ code: 'FORBIDDEN' });
  });
});
