import { readFileSync } from 'node:fs';
import { ApolloClient, ApolloLink, gql, InMemoryCache } from '@apollo/client';
import { GraphQLWsLink } from '@apollo/client/link/subscriptions';
import { afterEach, describe, expect, it } from '@jest/globals';
import { subscriptionExchange, Client as UrqlClient } from '@urql/core';
import { createClient as createSseClient } from 'graphql-sse';
import { createClient as createWsClient, type Client as WsClient } from 'graphql-ws';
import WebSocket from 'ws';
import { createOpenAuthenticator } from '../../src/auth/createAuthenticator.js';
import { type LiveServer, type LiveServerOptions, startLiveServer } from '../support/liveServer.js';
import { resuming } from '../support/resuming.js';

const query = 'subscription Watch($after: String) { alertUpdated(after: $after) { cursor alertId } }';

interface Watched {
  readonly alertUpdated: { readonly cursor: string; readonly alertId: string };
}

let live: LiveServer;
let wsClient: WsClient;
const closing: (() => unknown)[] = [];

async function start(options: LiveServerOptions = {}): Promise<void> {
  live = await startLiveServer(options);
  wsClient = createWsClient({ url: live.wsUrl, webSocketImpl: WebSocket, retryWait: async () => undefined });
  closing.push(() => wsClient.dispose());
}
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
  await live.stop();
});

/** Keeps the alerts that a client is told of. */
function collect() {
  const seen: string[] = [];
  let wake: () => void = () => undefined;
  return {
    seen,
    take: (data: unknown) => {
      seen.push((data as Watched).alertUpdated.alertId);
      wake();
    },
    until: async (id: string) => {
      while (!seen.includes(id)) await new Promise<void>((resolve) => (wake = resolve));
    },
  };
}

async function untilFollowed(count: number): Promise<void> {
  while (live.journal.changes.followerCount() !== count) await new Promise((resolve) => setImmediate(resolve));
}

type Take = (data: unknown) => void;

const sinkOf = (take: Take) => ({
  next: ({ data }: { readonly data?: unknown }) => take(data),
  error: () => undefined,
  complete: () => undefined,
});

describe('a client whose connection breaks goes on behind the last event', () => {
  it.each<[string, (after: string, take: Take) => void]>([
    [
      'graphql-ws',
      (after, take) =>
        void closing.unshift(resuming(wsClient).subscribe({ query, variables: { after } }, sinkOf(take))),
    ],
    [
      'Apollo Client',
      (after, take) => {
        const link = new GraphQLWsLink(resuming(wsClient) as WsClient) as ApolloLink;
        const client = new ApolloClient({ link, cache: new InMemoryCache() });
        const running = client
          .subscribe<Watched>({ query: gql(query), variables: { after } })
          .subscribe({ next: ({ data }) => take(data) });
        closing.unshift(
          () => running.unsubscribe(),
          () => client.stop(),
        );
      },
    ],
    [
      'urql',
      (after, take) => {
        const exchange = subscriptionExchange({
          forwardSubscription: (operation) => ({
            subscribe: (sink) => ({
              unsubscribe: resuming(wsClient).subscribe({ ...operation, query: operation.query ?? '' }, sink as never),
            }),
          }),
        });
        const client = new UrqlClient({ url: live.url, preferGetMethod: false, exchanges: [exchange] });
        const { unsubscribe } = client.subscription<Watched>(query, { after }).subscribe(({ data }) => take(data));
        closing.unshift(unsubscribe);
      },
    ],
  ])('%s over a WebSocket', async (_name, subscribe) => {
    await start();
    const after = await live.journal.tell('alert', 'before');
    const { seen, take, until } = collect();
    subscribe(after, take);
    await live.journal.tell('alert', 'one');
    await until('one');
    wsClient.terminate();
    await live.journal.tell('alert', 'missed');
    await until('missed');
    await live.journal.tell('alert', 'live');
    await until('live');
    expect(seen).toEqual(['one', 'missed', 'live']);
  });

  it('graphql-sse', async () => {
    const principal = await createOpenAuthenticator('local').authenticate(undefined);
    const authenticate = async () => ({ ...principal, expiresAt: Date.now() + 250 });
    await start({ server: { authenticator: { authenticate } } });
    const client = createSseClient({ url: `${live.url}/stream`, retry: async () => undefined });
    closing.unshift(() => client.dispose());
    const after = await live.journal.tell('alert', 'before');
    const { seen, take, until } = collect();
    closing.unshift(resuming(client).subscribe({ query, variables: { after } }, sinkOf(take)));
    await live.journal.tell('alert', 'one');
    await until('one');
    await untilFollowed(0);
    await live.journal.tell('alert', 'missed');
    await until('missed');
    expect(seen).toEqual(['one', 'missed']);
  });
});

it('the guide shows the code that is tested here', () => {
  expect(readFileSync('docs/integrating.md', 'utf8')).toContain(
    readFileSync('test/support/resuming.ts', 'utf8').trim(),
  );
});
