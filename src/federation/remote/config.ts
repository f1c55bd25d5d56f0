/** One subgraph of others, as the operator configured it; every value is checked before it comes here. */
export interface RemoteSubgraphConfig {
  /** Its name in the supergraph. */
  readonly name: string;
  /** Where it takes GraphQL over HTTP. */
  readonly url: string;
  /** Sent with every request; they win over headers of the caller that travel on. Secret. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Longest that one HTTP attempt, or the start of a subscription, may take, in milliseconds; default 10,000. */
  readonly timeoutMs?: number;
  /** Clients read the messages of errors that it reports; default: a neutral one. */
  readonly exposeErrors?: boolean;
  /** How it takes subscriptions; default `sse`. */
  readonly subscriptions?: 'ws' | 'sse';
  /** Where it takes them; default: `url`, with `ws` instead of `http` for WebSockets. */
  readonly subscriptionsUrl?: string;
}

/** What applies where the configuration says nothing, and what it cannot change. */
export const remoteDefaults = {
  timeoutMs: 10_000,
  /** Largest answer, or event of a subscription, that is read, after decoding. */
  maxBodyBytes: 8 * 1024 * 1024,
  /** Most events of a subscription that wait to be read. */
  maxWaitingEvents: 1_000,
} as const;

/** Where subscriptions of a subgraph go. */
export function subscriptionsUrlOf({ url, subscriptions, subscriptionsUrl }: RemoteSubgraphConfig): string {
  const target = subscriptionsUrl ?? url;
  return subscriptions === 'ws' ? target.replace(/^http/i, 'ws') : target;
}
