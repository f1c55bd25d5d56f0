import { afterEach, beforeEach, expect, it } from '@jest/globals';
import type { ExecutableSchema } from '../../src/execution/contract.js';
import { createRemoteSubgraph, type RemoteSubgraph } from '../../src/federation/remote/createRemoteSubgraph.js';
import { silentLogger } from '../../src/observability/logger.js';
import { systemClock } from '../../src/time/clock.js';
import { composeScripts } from '../support/subgraphs/composeScripts.js';
import { type EndlessEvents, endlessEvents } from '../support/subgraphs/endlessEvents.js';
import { type ServedSubgraph, serveSubgraph } from '../support/subgraphs/serveSubgraph.js';
import { findBy, type SubgraphScript } from '../support/subgraphs/subgraphScript.js';
import { type Ask, askSchema, errorsOf, subscribeToSchema } from './askSchema.js';
import { describeWithPlanner } from './describeWithPlanner.js';

const users = [
  { id: 'u1', name: 'Ada' },
  { id: 'u2', name: 'Ben' },
];

const said = () => endlessEvents(users.map(({ id }) => ({ said: { text: `hello ${id}`, author: { id } } })));

/** What is said is known here only; who said it, there only. */
function scripts(events: EndlessEvents<unknown>): SubgraphScript[] {
  return [
    {
      name: 'chat',
      typeDefs: `
        type Message { text: String author: User }
        type User @key(fields: "id") { id: ID! messages: Int }
        type Query { messages: [Message!] open: String }
        type Subscription { said: Message }
      `,
      resolvers: {
        Query: { messages: () => users.map(({ id }) => ({ text: `hello ${id}`, author: { id } })), open: () => 'yes' },
        User: { messages: ({ id }) => id.length },
        Subscription: { said: { subscribe: () => events } },
      },
    },
    {
      name: 'users',
      typeDefs: `
        type User @key(fields: "id") { id: ID! name: String }
        type Query { users: [User!] }
      `,
      resolvers: { Query: { users: () => users }, User: { __resolveReference: findBy(users, 'id') } },
    },
  ];
}

await describeWithPlanner('a joined schema over real HTTP', (build) => {
  let events: EndlessEvents<unknown>;
  let chat: ServedSubgraph;
  let people: ServedSubgraph;
  let opened: RemoteSubgraph[];
  beforeEach(async () => {
    events = said();
    opened = [];
    const [first, second] = scripts(events);
    chat = await serveSubgraph(required(first));
    people = await serveSubgraph(required(second));
  });
  afterEach(async () => {
    await Promise.all(opened.map((remote) => remote.stop()));
    await Promise.all([chat.stop(), people.stop()]);
  });

  const join = async (subscriptions: 'ws' | 'sse' = 'sse'): Promise<ExecutableSchema> => {
    const deps = { clock: systemClock, logger: silentLogger, random: () => 0 };
    opened = [chat, people].map(({ name, url }) =>
      createRemoteSubgraph({ name, url, timeoutMs: 2_000, subscriptions }, deps),
    );
    return build(composeScripts(scripts(events)), new Map(opened.map((remote) => [remote.name, remote])));
  };
  const ask = async (ask: Ask) => askSchema(await join(), ask);
  const summaries = () => [...chat.requests, ...people.requests].map(({ summary }) => summary);

  it('asks each subgraph once and joins what they answer', async () => {
    const answer = await ask({ query: '{ messages { text author { name } } users { name messages } }' });
    expect(answer).toEqual({
      data: {
        messages: [
          { text: 'hello u1', author: { name: 'Ada' } },
          { text: 'hello u2', author: { name: 'Ben' } },
        ],
        users: [
          { name: 'Ada', messages: 2 },
          { name: 'Ben', messages: 2 },
        ],
      },
    });
    expect(summaries()).toEqual(['chat: messages', 'chat: User*2', 'users: users', 'users: User*2']);
  });

  const faults = [
    { title: 'an answer that is no GraphQL', fault: { body: '<h1>Hello</h1>' }, code: 'UPSTREAM_BAD_RESPONSE' },
    { title: 'an answer that breaks off', fault: { hangUp: 'midway' }, code: 'UPSTREAM_UNAVAILABLE' },
    { title: 'a connection that breaks off', fault: { hangUp: 'before' }, code: 'UPSTREAM_UNAVAILABLE' },
    { title: 'an internal fault', fault: { status: 500, body: '' }, code: 'UPSTREAM_UNAVAILABLE' },
    { title: 'a refusal of our credentials', fault: { status: 403, body: '{}' }, code: 'UPSTREAM_FORBIDDEN' },
  ] as const;
  for (const { title, fault, code } of faults) {
    it(`answers what it can in spite of ${title}`, async () => {
      people.failAlways(fault);
      const answer = await ask({ query: '{ messages { text author { id name } } open }' });
      expect(answer.data).toEqual({
        messages: users.map(({ id }) => ({ text: `hello ${id}`, author: { id, name: null } })),
        open: 'yes',
      });
      expect(errorsOf(answer)).toMatchObject(
        users.map((_, index) => ({ path: ['messages', index, 'author', 'name'], code, subgraph: 'users' })),
      );
    });
  }

  it('answers what it can when nobody listens any more', async () => {
    const joined = await join();
    await people.stop();
    const answer = await askSchema(joined, { query: '{ users { name } open }' });
    expect(answer.data).toEqual({ users: null, open: 'yes' });
    expect(errorsOf(answer)).toMatchObject([{ path: ['users'], code: 'UPSTREAM_UNAVAILABLE', subgraph: 'users' }]);
  });

  it('waits for a subgraph that is slow, while others answer', async () => {
    let release = (): void => undefined;
    people.failNext({ after: new Promise<void>((resolve) => (release = resolve)) });
    const answering = ask({ query: '{ users { name } open }' });
    while (chat.requests.length === 0 || people.requests.length === 0) await turnOfTheLoop();
    release();
    expect(await answering).toEqual({ data: { users: [{ name: 'Ada' }, { name: 'Ben' }], open: 'yes' } });
  });

  for (const protocol of ['sse', 'ws'] as const) {
    it(`joins the events of a subscription over ${protocol}, and ends it`, async () => {
      const { answers } = await subscribeToSchema(await join(protocol), {
        query: 'subscription { said { text author { name } } }',
      });
      const told = [await answers?.next(), await answers?.next()];
      expect(told.map((event) => event?.value)).toEqual([
        { data: { said: { text: 'hello u1', author: { name: 'Ada' } } } },
        { data: { said: { text: 'hello u2', author: { name: 'Ben' } } } },
      ]);
      await answers?.return(undefined);
      await events.ended;
      expect(people.requests.map(({ summary }) => summary)).toEqual(['users: User*1', 'users: User*1']);
    });
  }

  it('ends a subscription with a typed error when its connection is cut', async () => {
    const { answers } = await subscribeToSchema(await join(), { query: 'subscription { said { text } }' });
    await answers?.next();
    await answers?.next();
    chat.cutConnections();
    await expect(answers?.next()).rejects.toMatchObject({ code: 'UPSTREAM_UNAVAILABLE' });
  });
});

function required<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('Wanted a script, got none.');
  return value;
}

function turnOfTheLoop(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
