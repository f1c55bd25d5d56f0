import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { GraphQLObjectType, GraphQLSchema, GraphQLString, printSchema } from 'graphql';
import type { ExecutableSchema, SchemaSource } from '../../../src/execution/contract.js';
import { buildPlainSchema } from '../../../src/execution/createPlainSchema.js';
import { SocketClient } from './socketClient.js';
import { buildTestSchema, post, type Running, start, World } from './support.js';

/** Serves whatever the test says. */
class SwitchedSource implements SchemaSource {
  readonly #listeners = new Set<(next: ExecutableSchema) => void>();
  /** Operations that were prepared, for whichever schema. */
  prepared = 0;
  #current: ExecutableSchema;

  constructor(first: GraphQLSchema) {
    this.#current = this.#counted(first);
  }

  get listeners(): number {
    return this.#listeners.size;
  }

  current(): ExecutableSchema {
    return this.#current;
  }

  onChange(listener: (next: ExecutableSchema) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  serve(schema: GraphQLSchema): void {
    this.#current = this.#counted(schema);
    for (const listener of this.#listeners) listener(this.#current);
  }

  #counted(schema: GraphQLSchema): ExecutableSchema {
    const plain = buildPlainSchema(schema, printSchema(schema));
    return {
      ...plain,
      prepare: (document, definition) => {
        this.prepared += 1;
        return plain.prepare(document, definition);
      },
    };
  }
}

/** Shares nothing with the schema before but `hello`, which says something else. */
function laterSchema(): GraphQLSchema {
  const query = new GraphQLObjectType({
    name: 'Query',
    fields: {
      hello: { type: GraphQLString, resolve: () => 'later' },
      added: { type: GraphQLString, resolve: () => 'yes' },
    },
  });
  const subscription = new GraphQLObjectType({ name: 'Subscription', fields: { tocks: { type: GraphQLString } } });
  return new GraphQLSchema({ query, subscription });
}

let world: World;
let source: SwitchedSource;
let running: Running;

beforeEach(async () => {
  world = new World();
  source = new SwitchedSource(buildTestSchema(world));
  running = await start({ schemas: source });
});

afterEach(() => running.server.stop());

const ask = (query: string) => post(running.url, { query });
const codeOf = (answer: { body: { errors?: { extensions: { code: string } }[] } }) =>
  answer.body.errors?.[0]?.extensions.code;

describe('another schema takes the place of the one that is served', () => {
  it('and a request that runs is answered with the schema with which it came', async () => {
    const reached = once(world.events, 'slow');
    const answer = ask('{ slow hello }');
    await reached;
    source.serve(laterSchema());
    world.release?.();
    expect((await answer).body).toEqual({ data: { slow: 'done', hello: 'world' } });
  });

  it('and documents that are known are judged and executed anew', async () => {
    expect((await ask('{ hello }')).body.data).toEqual({ hello: 'world' });
    expect((await ask('{ hello at }')).body.errors).toBeUndefined();
    source.serve(laterSchema());
    expect((await ask('{ hello }')).body.data).toEqual({ hello: 'later' });
    expect(codeOf(await ask('{ hello at }'))).toBe('GRAPHQL_VALIDATION_FAILED');
    expect((await ask('{ added }')).body.data).toEqual({ added: 'yes' });
  });

  it('and its text is at /schema.graphql', async () => {
    const text = async () => (await fetch(`${running.server.url}/schema.graphql`)).text();
    expect(await text()).toContain('ticks');
    source.serve(laterSchema());
    expect(await text()).toBe(printSchema(laterSchema()));
  });

  it('and sockets that are open use it for what they ask then', async () => {
    const client = await new SocketClient(running.wsUrl).acknowledged();
    source.serve(laterSchema());
    client.subscribe('1', '{ added }');
    expect(await client.next()).toMatchObject({ id: '1', type: 'next', payload: { data: { added: 'yes' } } });
    client.close();
  });

  it('and a subscription goes on with the schema with which it began, until it ends', async () => {
    const client = await new SocketClient(running.wsUrl).acknowledged();
    const listening = once(world.events, 'listening');
    client.subscribe('1', 'subscription { ticks }');
    await listening;
    source.serve(laterSchema());
    world.tick('one');
    expect(await client.next()).toMatchObject({ id: '1', payload: { data: { ticks: 'one' } } });
    client.subscribe('2', 'subscription { ticks }');
    expect(await client.next()).toMatchObject({
      id: '2',
      type: 'error',
      payload: [{ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }],
    });
    client.close();
  });
});

describe('what is prepared for a document', () => {
  it('serves all requests with it', async () => {
    for (let n = 0; n < 3; n++) await ask('query A { hello } query B { at }').catch(() => undefined);
    const twoNames = async (operationName: string) =>
      post(running.url, { query: 'query A { hello } query B { at }', operationName });
    for (const name of ['A', 'B', 'A', 'B', 'A']) await twoNames(name);
    expect(source.prepared).toBe(2);
  });

  it('is nothing where the request names no operation of it', async () => {
    const answer = await post(running.url, { query: 'query A { hello }', operationName: 'C' });
    expect(answer.body).toEqual({
      errors: [{ message: 'Unknown operation named "C".', extensions: { code: 'OPERATION_RESOLUTION_FAILURE' } }],
    });
    expect(source.prepared).toBe(0);
  });
});

describe('the end', () => {
  it('stops listening for schemas', async () => {
    expect(source.listeners).toBe(1);
    await running.server.stop();
    expect(source.listeners).toBe(0);
  });
});
