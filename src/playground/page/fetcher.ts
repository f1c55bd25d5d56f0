import type { GraphiQLProps } from 'graphiql';
import { getOperationAST, OperationTypeNode } from 'graphql';
import { type Client, createClient } from 'graphql-ws';

type Fetcher = GraphiQLProps['fetcher'];

const sockets = new Map<string, Client>();

/** Queries and mutations over HTTP, subscriptions over a WebSocket of the same origin; both carry the headers editor's headers. */
export const fetcher: Fetcher = (params, options) => {
  const headers = options?.headers ?? {};
  const document = options?.documentAST;
  const kind = document === undefined ? undefined : getOperationAST(document, params.operationName)?.operation;
  return kind === OperationTypeNode.SUBSCRIPTION
    ? withEarlierEvents(socketFor(headers).iterate(params) as Answers)
    : overHttp(params, headers);
};

async function overHttp(params: object, headers: Record<string, string>) {
  const response = await fetch('/graphql', {
    method: 'POST',
    headers: { accept: 'application/json', ...headers, 'content-type': 'application/json' },
    body: JSON.stringify(params),
  });
  return response.json();
}

type Answers = AsyncIterableIterator<{ readonly data?: unknown }>;

const keptEvents = 5;

/**
 * GraphiQL shows the last answer only, and a busy tenant replaces it within seconds; so each answer of a subscription
 * shows the data of the ones before as `earlierEvents`. Not a generator: its `return()` would wait for the next event.
 */
function withEarlierEvents(answers: Answers): AsyncIterable<never> {
  const earlier: unknown[] = [];
  const shown = {
    async next() {
      const step = await answers.next();
      if (step.done === true) return step;
      const value = earlier.length === 0 ? step.value : { ...step.value, earlierEvents: [...earlier] };
      earlier.unshift(step.value.data);
      earlier.length = Math.min(earlier.length, keptEvents);
      return { done: false, value };
    },
    return: () => answers.return?.() ?? Promise.resolve({ done: true, value: undefined }),
    [Symbol.asyncIterator]: () => shown,
  };
  // GraphiQL types what it shows as its own results; it prints whatever comes.
  return shown as unknown as AsyncIterable<never>;
}

/** Headers travel in the first message of a socket, so each set of headers has a socket of its own. */
function socketFor(headers: Record<string, string>): Client {
  const key = JSON.stringify(headers);
  const known = sockets.get(key);
  if (known !== undefined) return known;
  const address = new URL('/graphql', location.href);
  address.protocol = address.protocol.replace('http', 'ws');
  const client = createClient({ url: address.href, connectionParams: lowerCased(headers), lazy: true });
  sockets.set(key, client);
  return client;
}

function lowerCased(headers: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}
