import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { z } from 'zod';
import { type FeedState, initialFeedState, type RememberedRow } from './changeStore.js';
import { type Change, type ChangeTopic, changeTopics } from './contract.js';
import { printCursor } from './cursor.js';
import type { Head } from './head.js';
import { fromStoredEntry, toJson, toStoredEntry } from './storedEntry.js';

/** The tables of the state file in the words of the journal. Nothing here begins or ends a transaction. */
export type SqliteTables = ReturnType<typeof prepareTables>;

export function prepareTables(database: DatabaseSync) {
  const prepare = (sql: string): StatementSync => {
    const statement = database.prepare(sql);
    statement.setReadBigInts(true);
    return statement;
  };
  return { ...journalTables(prepare), ...headTables(prepare), ...feedTables(prepare) };
}

type Prepare = (sql: string) => StatementSync;

const journalRow = z.object({ epoch: z.string(), newest: z.bigint() });
const sequenceRow = z.object({ sequence: z.bigint().nullable() });
const entryRow = z.object({
  sequence: z.bigint(),
  topic: z.string(),
  id: z.string().nullable(),
  kind: z.string(),
  meta: z.string(),
  entity: z.string().nullable(),
  before: z.string().nullable(),
});

function journalTables(prepare: Prepare) {
  const selectJournal = prepare('SELECT epoch, newest FROM journal');
  const updateNewest = prepare('UPDATE journal SET newest = ?');
  const insertEntry = prepare('INSERT INTO entries VALUES (?, ?, ?, ?, ?, ?, ?, ?)');
  const selectEntries = prepare('SELECT * FROM entries WHERE sequence > ? ORDER BY sequence LIMIT ?');
  const selectOldest = prepare('SELECT min(sequence) AS sequence FROM entries');
  const selectYoung = prepare('SELECT sequence FROM entries WHERE committed_at >= ? ORDER BY sequence LIMIT 1');
  const deleteEntries = prepare('DELETE FROM entries WHERE sequence < ?');
  const sequenceIn = (row: unknown): number | undefined => {
    const sequence = row === undefined ? null : sequenceRow.parse(row).sequence;
    return sequence === null ? undefined : Number(sequence);
  };
  return {
    journal: () => {
      const { epoch, newest } = journalRow.parse(selectJournal.get());
      return { epoch, newest: Number(newest) };
    },
    writeNewest: (sequence: number) => void updateNewest.run(sequence),
    writeEntry: (sequence: number, committedAt: number, change: Change) => {
      const { topic, id, kind, meta, entity, before } = toStoredEntry(change);
      insertEntry.run(sequence, committedAt, topic, id, kind, meta, entity, before);
    },
    entriesAfter: (epoch: string, after: number, limit: number): Change[] =>
      selectEntries.all(after, limit).map((row) => {
        const { sequence, ...stored } = entryRow.parse(row);
        return fromStoredEntry(stored, printCursor({ epoch, sequence: Number(sequence) }));
      }),
    /** `undefined` when no entry is kept. */
    oldestEntry: () => sequenceIn(selectOldest.get()),
    /** The first entry that is not older than an instant of our clock. */
    firstEntrySince: (committedAt: number) => sequenceIn(selectYoung.get(committedAt)),
    deleteEntriesBefore: (sequence: number) => void deleteEntries.run(sequence),
  };
}

const versionRow = z.object({ id: z.string(), version: z.bigint() });
const rowShape = z.object({ id: z.string(), version: z.bigint(), entity: z.string() });
const headShape = rowShape.extend({ observed_at: z.bigint(), trusted_until: z.bigint() });

function headTables(prepare: Prepare) {
  const selectHead = prepare('SELECT * FROM heads WHERE topic = ? AND id = ?');
  const selectRows = prepare('SELECT id, version, entity FROM heads WHERE topic = ? AND id > ? ORDER BY id LIMIT ?');
  const selectRow = prepare('SELECT id, version, entity FROM heads WHERE topic = ? AND id = ?');
  const selectVersions = prepare('SELECT id, version FROM heads WHERE topic = ? AND version >= ? AND version < ?');
  const upsertHead = prepare('INSERT OR REPLACE INTO heads VALUES (?, ?, ?, ?, ?, ?)');
  const deleteHead = prepare('DELETE FROM heads WHERE topic = ? AND id = ?');
  const deleteOld = prepare('DELETE FROM heads WHERE topic = ? AND version < ?');
  return {
    head: (topic: ChangeTopic, id: string): Head | undefined => {
      const row = selectHead.get(topic, id);
      return row === undefined ? undefined : toHead(topic, headShape.parse(row));
    },
    rowsAfter: <T extends ChangeTopic>(topic: T, id: string, limit: number): RememberedRow<T>[] =>
      selectRows.all(topic, id, limit).map(toRow<T>),
    row: <T extends ChangeTopic>(topic: T, id: string): RememberedRow<T> | undefined => {
      const row = selectRow.get(topic, id);
      return row === undefined ? undefined : toRow<T>(row);
    },
    /** From the first version to before the second. */
    versionsBetween: (topic: ChangeTopic, from: bigint, to: bigint): Map<string, bigint> => {
      const rows = selectVersions.all(topic, from, to).map((row) => versionRow.parse(row));
      return new Map(rows.map(({ id, version }) => [id, version]));
    },
    writeHead: ({ topic, id, version, observedAt, trustedUntil, entity }: Head) => {
      const [observed, trusted] = [Math.trunc(observedAt), Math.trunc(trustedUntil)];
      upsertHead.run(topic, id, version, observed, trusted, toJson(entity));
    },
    deleteHead: (topic: ChangeTopic, id: string) => void deleteHead.run(topic, id),
    forgetHeads: (topic: ChangeTopic, before: bigint) => void deleteOld.run(topic, before),
  };
}

function toRow<T extends ChangeTopic>(row: unknown): RememberedRow<T> {
  const { entity, ...rest } = rowShape.parse(row);
  return { ...rest, entity: JSON.parse(entity) };
}

function toHead(topic: ChangeTopic, row: z.infer<typeof headShape>): Head {
  return {
    topic,
    id: row.id,
    version: row.version,
    observedAt: Number(row.observed_at),
    trustedUntil: Number(row.trusted_until),
    entity: JSON.parse(row.entity),
  };
}

const feedRow = z.object({
  topic: z.enum(changeTopics),
  position: z.bigint().nullable(),
  start: z.bigint().nullable(),
  is_filled: z.bigint(),
  covered_from: z.bigint().nullable(),
  forgotten_before: z.bigint(),
  swept_at: z.string().nullable(),
  is_complete: z.bigint(),
  marks: z.string(),
});
const gapRow = z.object({ row_count: z.bigint().nullable() });

function feedTables(prepare: Prepare) {
  const selectFeed = prepare('SELECT * FROM feeds WHERE topic = ?');
  const upsertFeed = prepare('INSERT OR REPLACE INTO feeds VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)');
  const selectGap = prepare('SELECT row_count FROM gaps WHERE topic = ? AND at = ?');
  const upsertGap = prepare('INSERT OR REPLACE INTO gaps VALUES (?, ?, ?)');
  const deleteGaps = prepare('DELETE FROM gaps WHERE topic = ? AND at < ?');
  return {
    feed: (topic: ChangeTopic): FeedState => {
      const row = selectFeed.get(topic);
      return row === undefined ? initialFeedState : toFeed(feedRow.parse(row));
    },
    writeFeed: (topic: ChangeTopic, feed: FeedState) => {
      const { position, start, isFilled, coveredFrom, forgottenBefore, sweptAt, isComplete, marks } = feed;
      const flags = [isFilled ? 1 : 0, isComplete ? 1 : 0] as const;
      const ends = [sweptAt, flags[1], JSON.stringify(marks)] as const;
      upsertFeed.run(topic, position, start, flags[0], coveredFrom, forgottenBefore, ...ends);
    },
    /** Null when the count was unknown, `undefined` when the gap was never told. */
    gapCount: (topic: ChangeTopic, at: bigint): number | null | undefined => {
      const row = selectGap.get(topic, at);
      if (row === undefined) return undefined;
      const count = gapRow.parse(row).row_count;
      return count === null ? null : Number(count);
    },
    writeGap: (topic: ChangeTopic, at: bigint, count: number | null) => void upsertGap.run(topic, at, count),
    forgetGaps: (topic: ChangeTopic, before: bigint) => void deleteGaps.run(topic, before),
  };
}

function toFeed(row: z.infer<typeof feedRow>): FeedState {
  return {
    position: row.position,
    start: row.start,
    isFilled: row.is_filled === 1n,
    coveredFrom: row.covered_from,
    forgottenBefore: row.forgotten_before,
    sweptAt: row.swept_at,
    isComplete: row.is_complete === 1n,
    marks: JSON.parse(row.marks),
  };
}
