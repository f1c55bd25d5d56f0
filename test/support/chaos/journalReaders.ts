import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { createClient } from '@redis/client';
import type { JournalBook, StoredTexts } from './JournalBook.js';

/** Reads the journal past the gateway, into a book. */
export interface JournalReader {
  /** Takes what came since the last look. Where the journal is away, nothing. */
  look(): Promise<void>;
  close(): Promise<void>;
}

const pageSize = 500;

/** From the state file, beside the process that writes it. */
export function readStateFile(directory: string, book: JournalBook): JournalReader {
  const database = new DatabaseSync(join(directory, 'state.sqlite'), { readOnly: true });
  database.exec('PRAGMA busy_timeout = 5000');
  const entries = database.prepare('SELECT * FROM entries WHERE sequence > ? ORDER BY sequence LIMIT ?');
  let last = 0;
  return {
    async look() {
      const { epoch } = database.prepare('SELECT epoch FROM journal').get() as { epoch: string };
      for (;;) {
        const rows = entries.all(last, pageSize) as unknown as (StoredTexts & { readonly sequence: number })[];
        for (const row of rows) book.add(epoch, row.sequence, row);
        last = rows.at(-1)?.sequence ?? last;
        if (rows.length < pageSize) return;
      }
    },
    async close() {
      database.close();
    },
  };
}

type StreamReply = readonly (readonly [string, readonly string[]])[];

/** From the stream; a journal of another epoch is read from its beginning. */
export async function readStream(url: string, book: JournalBook): Promise<JournalReader> {
  const client = createClient({
    url,
    disableOfflineQueue: true,
    socket: { reconnectStrategy: () => 50, connectTimeout: 1_000 },
  });
  client.on('error', () => undefined);
  await client.connect();
  let place = { epoch: '', sequence: 0 };
  const findKeys = async () => {
    const keys = (await client.sendCommand(['KEYS', '*changes:journal'])) as unknown as string[];
    const journal = keys[0];
    return journal === undefined ? undefined : { journal, state: journal.replace(/:journal$/, '') };
  };
  const lookOnce = async (): Promise<boolean> => {
    const keys = await findKeys();
    if (keys === undefined) return false;
    const [epoch, reply] = (await client
      .multi()
      .addCommand(['HGET', keys.state, 'epoch'])
      .addCommand(['XRANGE', keys.journal, `${place.sequence + 1}-0`, '+', 'COUNT', String(pageSize)])
      .exec()) as unknown as [string, StreamReply];
    if (epoch !== place.epoch) {
      place = { epoch, sequence: 0 };
      return true;
    }
    for (const [id, [, header = '{}', , entity = '', , before = '']] of reply) {
      const sequence = Number.parseInt(id, 10);
      book.add(epoch, sequence, { ...JSON.parse(header), entity, before });
      place = { epoch, sequence };
    }
    return reply.length === pageSize;
  };
  return {
    async look() {
      try {
        while (await lookOnce());
      } catch {
        // Redis is away; the next look goes on.
      }
    },
    close: async () => client.destroy(),
  };
}
