interface Payload {
  readonly variables?: Record<string, unknown> | null | undefined;
}
interface Result {
  readonly data?: unknown;
}
interface Sink<R extends Result> {
  next(result: R): void;
  error(error: unknown): void;
  complete(): void;
}
interface Subscribing<P extends Payload, R extends Result> {
  subscribe(payload: P, sink: Sink<R>): () => void;
}

/**
 * A client whose subscriptions go on behind the last event after every reconnect. Works for `graphql-ws` and
 * `graphql-sse`, which send the variables anew each time; the document declares `$after` and selects `cursor`.
 */
export function resuming<P extends Payload, R extends Result>(client: Subscribing<P, R>): Subscribing<P, R> {
  return {
    subscribe(payload, sink) {
      const variables = { ...payload.variables };
      const next = (result: R) => {
        for (const event of Object.values(result.data ?? {})) variables.after = event?.cursor ?? variables.after;
        sink.next(result);
      };
      const { error, complete } = sink;
      return client.subscribe(
        { ...payload, variables },
        { next, error: error.bind(sink), complete: complete.bind(sink) },
      );
    },
  };
}
