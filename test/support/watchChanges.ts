import { createClient } from 'graphql-sse';

/** What every event of a subscription says. */
export interface ChangeSeen {
  readonly cursor: string;
  readonly change: string;
  readonly detectedBy: string;
  readonly changedFields: readonly string[];
  readonly [field: string]: any;
}

/**
 * Follows a subscription over server-sent events from a cursor until an event passes; everything up to it is handed out.
 * @param selection Fields beside those of every event.
 */
export async function readChanges(
  url: string,
  field: string,
  selection: string,
  after: string,
  passes: (event: ChangeSeen) => boolean,
): Promise<ChangeSeen[]> {
  const client = createClient({ url: `${url}/stream`, retryAttempts: 0 });
  const query = `subscription ($after: String) { ${field}(after: $after) {
    cursor change detectedBy changedFields ${selection} } }`;
  const seen: ChangeSeen[] = [];
  try {
    for await (const { data, errors } of client.iterate<Record<string, ChangeSeen>>({ query, variables: { after } })) {
      const event = data?.[field];
      if (!event || errors !== undefined) throw new Error(JSON.stringify(errors));
      seen.push(event);
      if (passes(event)) return seen;
    }
    throw new Error('The subscription ended.');
  } finally {
    client.dispose();
  }
}
