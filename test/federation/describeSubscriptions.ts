import { describe, expect } from '@jest/globals';
import { GraphQLError } from 'graphql';
import { findBy, type SubgraphScript } from '../support/subgraphs/subgraphScript.js';
import { errorsOf } from './askSchema.js';
import type { BuildSchema, FederationTraits } from './contract.js';
import { itPromises } from './itPromises.js';
import { JoinedWorld } from './joinedWorld.js';

const users = [
  { id: 'u1', name: 'Ada' },
  { id: 'u2', name: 'Ben' },
];

/** What the events of a chat's subscription are, and whether it still runs. */
interface Chat {
  readonly scripts: readonly SubgraphScript[];
  readonly state: { ended: boolean };
}

/** A chat tells who said something; the users are another service's. */
function chat(): Chat {
  const state = { ended: false };
  async function* said(_: unknown, { room }: { room: string }) {
    try {
      yield { said: { text: `hello ${room}`, author: { id: 'u1' } } };
      yield { said: { text: 'good bye', author: { id: 'u2' } } };
      yield { said: { text: 'and again', author: { id: 'u1' } } };
    } finally {
      state.ended = true;
    }
  }
  async function* breaking() {
    yield { breaking: { text: 'hello', author: { id: 'u1' } } };
    throw new GraphQLError('The source is dry.');
  }
  const scripts: SubgraphScript[] = [
    {
      name: 'chat',
      typeDefs: `
        type Message { text: String author: User }
        type User @key(fields: "id") { id: ID! }
        type Query { rooms: Int }
        type Subscription { said(room: String!): Message breaking: Message refused: Message }
      `,
      resolvers: {
        Subscription: {
          said: { subscribe: said },
          breaking: { subscribe: breaking },
          refused: {
            subscribe: () => {
              throw new GraphQLError('Not for you.', { extensions: { code: 'NOT_FOR_YOU' } });
            },
          },
        },
      },
    },
    {
      name: 'users',
      typeDefs: 'type User @key(fields: "id") { id: ID! name: String }',
      resolvers: { User: { __resolveReference: findBy(users, 'id') } },
    },
  ];
  return { scripts, state };
}

const joining = {
  query: 'subscription($room: String!) { said(room: $room) { text author { name } } }',
  variables: { room: 'A' },
};

/** The promises of subscriptions: events of one subgraph, each joined to what the others know. */
export function describeSubscriptions(build: BuildSchema, traits: FederationTraits): void {
  const promise = (title: string, prove: (world: JoinedWorld, state: Chat['state']) => Promise<void>) =>
    itPromises(title, traits, async () => {
      const { scripts, state } = chat();
      await prove(await JoinedWorld.open(scripts, build, traits), state);
    });

  describe('subscriptions', () => {
    promise('delivers the events of the subgraph that has the field, asking nobody else', async (world) => {
      const { answers } = await world.subscribe({ query: 'subscription { said(room: "B") { text author { id } } }' });
      await expect(collect(answers)).resolves.toEqual([
        { data: { said: { text: 'hello B', author: { id: 'u1' } } } },
        { data: { said: { text: 'good bye', author: { id: 'u2' } } } },
        { data: { said: { text: 'and again', author: { id: 'u1' } } } },
      ]);
      if (traits.isExact) expect(summaries(world)).toEqual(['chat: subscription said', ...said(3)]);
    });

    promise('joins each event to the subgraphs that know more of it', async (world) => {
      const { answers } = await world.subscribe(joining);
      await expect(collect(answers)).resolves.toEqual([
        { data: { said: { text: 'hello A', author: { name: 'Ada' } } } },
        { data: { said: { text: 'good bye', author: { name: 'Ben' } } } },
        { data: { said: { text: 'and again', author: { name: 'Ada' } } } },
      ]);
      expect(world.log.complaints).toEqual([]);
      if (!traits.isExact) return;
      expect(summaries(world)).toEqual([
        'chat: subscription said',
        ...[...said(3)].flatMap((event) => [event, 'users: User*1']),
      ]);
    });

    promise('ends the subscription at its subgraph when the client ends it', async (world, state) => {
      const { answers } = await world.subscribe(joining);
      await answers?.next();
      expect(state.ended).toBe(false);
      await answers?.return(undefined);
      expect(state.ended).toBe(true);
    });

    promise('reports why a subgraph refuses a subscription', async (world) => {
      const { refused } = await world.subscribe({ query: 'subscription { refused { text } }' });
      expect(errorsOf(refused ?? {})).toMatchObject([
        { code: 'SUBGRAPH_ERROR', subgraph: 'chat', subgraphCode: 'NOT_FOR_YOU' },
      ]);
      expect(refused?.data ?? null).toBeNull();
    });

    promise('reports that a subgraph is not there to be subscribed to', async (world) => {
      world.subgraph('chat').outage = 'UPSTREAM_UNAVAILABLE';
      const { refused } = await world.subscribe(joining);
      expect(errorsOf(refused ?? {})).toMatchObject([{ code: 'UPSTREAM_UNAVAILABLE', subgraph: 'chat' }]);
    });

    promise('ends with an error when the source of the events breaks', async (world) => {
      const { answers } = await world.subscribe({ query: 'subscription { breaking { text author { name } } }' });
      const first = await answers?.next();
      expect(first?.value).toEqual({ data: { breaking: { text: 'hello', author: { name: 'Ada' } } } });
      await expect(answers?.next()).rejects.toThrow();
    });

    promise('goes on with the events while the subgraph of a join is down', async (world) => {
      const { answers } = await world.subscribe(joining);
      world.subgraph('users').outage = 'UPSTREAM_UNAVAILABLE';
      const first = await answers?.next();
      world.subgraph('users').outage = undefined;
      const second = await answers?.next();
      expect(first?.value.data).toEqual({ said: { text: 'hello A', author: { name: null } } });
      expect(errorsOf(first?.value)).toMatchObject([
        { path: ['said', 'author', 'name'], code: 'UPSTREAM_UNAVAILABLE', subgraph: 'users' },
      ]);
      expect(second?.value).toEqual({ data: { said: { text: 'good bye', author: { name: 'Ben' } } } });
      await answers?.return(undefined);
    });

    promise('obeys conditions of a joined field in each event', async (world) => {
      const { answers } = await world.subscribe({
        query: 'subscription($who: Boolean!) { said(room: "A") { text author @include(if: $who) { name } } }',
        variables: { who: false },
      });
      const [first] = await collect(answers);
      expect(first).toEqual({ data: { said: { text: 'hello A' } } });
      if (traits.isExact) expect(summaries(world).filter((summary) => summary.startsWith('users'))).toEqual([]);
    });
  });
}

async function collect<T>(answers: AsyncIterable<T> | undefined): Promise<T[]> {
  const collected: T[] = [];
  for await (const answer of answers ?? []) collected.push(answer);
  return collected;
}

function summaries({ log }: JoinedWorld): string[] {
  return log.requests.map(({ summary }) => summary);
}

function said(count: number): string[] {
  return Array.from({ length: count }, () => 'chat: event said');
}
