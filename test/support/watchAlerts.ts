import { createClient as createSseClient } from 'graphql-sse';
import { createClient as createWsClient } from 'graphql-ws';
import WebSocket from 'ws';

/** An event of `alertUpdated`, as far as the subscription of these tests selects it. */
export interface AlertEvent {
  readonly cursor: string;
  readonly change: string;
  readonly detectedBy: string;
  readonly changedFields: readonly string[];
  readonly matchesFilter: boolean;
  readonly reason: string | null;
  readonly previous: Record<string, string | null> | null;
  readonly alert: (Record<string, any> & { readonly id: string }) | null;
}

export interface WatchOptions {
  readonly filter?: Record<string, unknown>;
  /** Further fields of `Alert`. */
  readonly fields?: string;
  /** Cursor of the last change that was handled. */
  readonly after?: string;
  /** Sent with the request; only over server-sent events. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Whether events may hold fields that are null with an error; otherwise the subscription fails with the first. */
  readonly mayLackFields?: boolean;
}

/** A running subscription to `alertUpdated`, which keeps what it has seen. */
export interface AlertWatch {
  readonly seen: readonly AlertEvent[];
  /** The first event that passes, seen already or still to come. Rejects when the subscription ends before. */
  first(passes: (event: AlertEvent) => boolean): Promise<AlertEvent>;
  /** Resolves when this many events have been seen that pass. */
  count(wanted: number, passes?: (event: AlertEvent) => boolean): Promise<void>;
  ofAlert(id: string): AlertEvent[];
  stop(): Promise<void>;
}

export type Transport = 'WebSocket' | 'SSE';

/** Subscribes over the real transport. The subscription may still be on its way when this returns. */
export function watchAlerts(transport: Transport, url: string, options: WatchOptions = {}): AlertWatch {
  const { events, close } = open(transport, url, options, {
    query: `subscription Watch($filter: AlertFilter, $after: String) { alertUpdated(filter: $filter, after: $after) {
      cursor change detectedBy changedFields matchesFilter reason
      previous { status severity assignedTo classification determination lastUpdateDateTime }
      alert { id status assignedTo lastUpdateDateTime ${options.fields ?? ''} } } }`,
    variables: { filter: options.filter ?? null, after: options.after ?? null },
  });
  const seen: AlertEvent[] = [];
  const looks = new Set<() => void>();
  let failure: Error | undefined;
  const look = () => {
    for (const each of [...looks]) each();
  };
  const reading = (async () => {
    try {
      for await (const { data, errors } of events) {
        const isWhole = errors === undefined || (options.mayLackFields === true && data);
        if (!isWhole) throw new Error(JSON.stringify(errors));
        if (data) seen.push(data.alertUpdated);
        look();
      }
      failure = new Error('The subscription ended.');
    } catch (error) {
      failure = error as Error;
    }
    look();
  })();

  const until = <T>(read: () => T | undefined): Promise<T> =>
    new Promise((resolve, reject) => {
      const check = () => {
        const found = read();
        if (found === undefined && failure === undefined) return;
        looks.delete(check);
        if (found === undefined) reject(failure);
        else resolve(found);
      };
      looks.add(check);
      check();
    });

  return {
    seen,
    first: (passes) => until(() => seen.find(passes)),
    count: (wanted, passes = () => true) =>
      until(() => (seen.filter(passes).length >= wanted ? null : undefined)).then(() => undefined),
    ofAlert: (id) => seen.filter((event) => event.alert?.id === id),
    stop: async () => {
      await close();
      await reading;
    },
  };
}

interface Answer {
  readonly data?: { readonly alertUpdated: AlertEvent } | null;
  readonly errors?: readonly unknown[];
}

function open(
  transport: Transport,
  url: string,
  { headers }: WatchOptions,
  payload: { query: string; variables: Record<string, unknown> },
) {
  const client =
    transport === 'WebSocket'
      ? createWsClient({ url: url.replace('http', 'ws'), webSocketImpl: WebSocket, retryAttempts: 0 })
      : createSseClient({ url: `${url}/stream`, retryAttempts: 0, ...(headers === undefined ? {} : { headers }) });
  const events = client.iterate(payload) as AsyncIterableIterator<Answer>;
  const close = async () => {
    await events.return?.();
    await client.dispose();
  };
  return { events, close };
}

const assign =
  'mutation ($id: ID!, $to: String!) { updateAlert(input: { id: $id, assignedTo: $to }) { errors { code } } }';

/**
 * Resolves when the subscription is known to run, and everything that this caused has been seen: no protocol announces
 * the start, so an alert of its list is assigned anew until an event says so.
 */
export async function untilWatching(watch: AlertWatch, url: string, probeId: string): Promise<void> {
  let isWatching = false;
  const watching = watch
    .first((event) => event.alert?.id === probeId)
    .finally(() => {
      isWatching = true;
    });
  let owner = '';
  for (let turn = 1; !isWatching; turn += 1) {
    owner = `probe${turn}@contoso.example`;
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: assign, variables: { id: probeId, to: owner } }),
    });
    await response.json();
  }
  await watching;
  await watch.first(({ alert }) => alert?.id === probeId && alert.assignedTo === owner);
}
