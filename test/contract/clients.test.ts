import { ApolloClient, gql, HttpLink, InMemoryCache } from '@apollo/client';
import { GraphQLWsLink } from '@apollo/client/link/subscriptions';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { fetchExchange, subscriptionExchange, Client as UrqlClient } from '@urql/core';
import { request } from 'graphql-request';
import { createClient as createSseClient } from 'graphql-sse';
import { createClient as createWsClient, type Client as WsClient } from 'graphql-ws';
import WebSocket from 'ws';
import { type Stack, startStack } from '../support/startStack.js';

const listQuery = 'query Newest { alerts(first: 2) { nodes { __typename id title status } } }';
const updates = 'subscription Updates { alertUpdated { change alert { __typename id assignedTo } } }';
const assign = 'mutation ($input: UpdateAlertInput!) { updateAlert(input: $input) { alert { id } errors { code } } }';

interface NewestAlerts {
  alerts: { nodes: { id: string; title: string; status: string }[] };
}

interface AlertEvent {
  alertUpdated: { change: string; alert: { id: string; assignedTo: string } };
}

describe('widely used GraphQL clients', () => {
  let stack: Stack;
  let wsClient: WsClient;
  let alertId: string;

  beforeAll(async () => {
    stack = await startStack();
    wsClient = createWsClient({ url: stack.url.replace('http', 'ws'), webSocketImpl: WebSocket });
    const newest = await stack.ask<NewestAlerts>(listQuery);
    alertId = newest.data?.alerts.nodes[0]?.id ?? '';
  });

  afterAll(async () => {
    await wsClient.dispose();
    await stack.stop();
  });

  /** Keeps assigning the alert anew until the subscriber, whose start no client announces, has seen one of the updates. */
  async function updateUntil(seen: Promise<AlertEvent>): Promise<AlertEvent> {
    let isSeen = false;
    const settled = seen.finally(() => {
      isSeen = true;
    });
    for (let turn = 1; !isSeen; turn += 1) {
      await stack.ask(assign, { variables: { input: { id: alertId, assignedTo: `analyst${turn}@contoso.example` } } });
    }
    return settled;
  }

  it('Apollo Client queries over HTTP and subscribes over WebSocket', async () => {
    const http = new ApolloClient({ link: new HttpLink({ uri: stack.url }), cache: new InMemoryCache() });
    const ws = new ApolloClient({ link: new GraphQLWsLink(wsClient), cache: new InMemoryCache() });
    const answer = await http.query<NewestAlerts>({ query: gql(listQuery) });
    expect(answer.data?.alerts.nodes).toHaveLength(2);
    const seen = new Promise<AlertEvent>((resolve, reject) => {
      const subscription = ws.subscribe<AlertEvent>({ query: gql(updates) }).subscribe({
        next: ({ data }) => {
          subscription.unsubscribe();
          resolve(data as AlertEvent);
        },
        error: reject,
      });
    });
    expect((await updateUntil(seen)).alertUpdated.alert.id).toBe(alertId);
    http.stop();
    ws.stop();
  });

  it('urql queries over HTTP and subscribes over WebSocket', async () => {
    const client = new UrqlClient({
      url: stack.url,
      preferGetMethod: false,
      exchanges: [
        fetchExchange,
        subscriptionExchange({
          forwardSubscription: (operation) => ({
            subscribe: (sink) => ({
              unsubscribe: wsClient.subscribe({ ...operation, query: operation.query ?? '' }, sink as never),
            }),
          }),
        }),
      ],
    });
    const answer = await client.query<NewestAlerts>(listQuery, {}).toPromise();
    expect(answer.error).toBeUndefined();
    expect(answer.data?.alerts.nodes).toHaveLength(2);
    const seen = new Promise<AlertEvent>((resolve) => {
      const { unsubscribe } = client.subscription<AlertEvent>(updates, {}).subscribe(({ data }) => {
        if (data === undefined) return;
        unsubscribe();
        resolve(data);
      });
    });
    expect((await updateUntil(seen)).alertUpdated.alert.id).toBe(alertId);
  });

  it('graphql-request queries over HTTP', async () => {
    const answer = await request<NewestAlerts>(stack.url, listQuery);
    expect(answer.alerts.nodes).toHaveLength(2);
  });

  it('graphql-sse subscribes in distinct connections mode', async () => {
    const client = createSseClient({ url: `${stack.url}/stream`, retryAttempts: 0 });
    const events = client.iterate<AlertEvent>({ query: updates });
    const seen = events.next().then(({ value }) => value.data as AlertEvent);
    expect((await updateUntil(seen)).alertUpdated.alert.id).toBe(alertId);
    await events.return?.();
    client.dispose();
  });
});
