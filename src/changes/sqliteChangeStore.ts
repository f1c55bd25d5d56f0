import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { z } from 'zod';
import { applyStep, type ChangeTables } from './applyStep.js';
import type { ChangeStore, FeedState } from './changeStore.js';
import type { Head } from './head.js';

const schemaVersion = 1;
const busyTimeoutMs = 5_000;

/** Instants are integers of 100 ns ticks; they pass 2^53, so every integer is read as a bigint. */
const schema = `
  CREATE TABLE cursor (
    only INTEGER PRIMARY KEY CHECK (only = 1),
    epoch TEXT NOT NULL,
    sequence INTEGER NOT NULL,
    position INTEGER,
    start INTEGER,
    is_filled INTEGER NOT NULL,
    forgotten_before INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE heads (
    id TEXT PRIMARY KEY,
    version INTEGER NOT NULL,
    observed_at INTEGER NOT NULL,
    trusted_until INTEGER NOT NULL,
    fingerprint TEXT NOT NULL,
    snapshot TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX heads_by_version ON heads (version);
  CREATE TABLE gaps (at INTEGER PRIMARY KEY, row_count INTEGER) STRICT;
`;

export interface SqliteChangeStoreOptions {
  /** Directory of the state file; made when absent. */
  readonly directory: string;
}

/**
 * The feed's memory in `state.sqlite`, through Node's own SQLite. Write-ahead log, synced at each commit: after a crash
 * position, heads and sequence are those of one committed step.
 * @throws when the file is not a database, or was written by a newer gateway.
 */
export function createSqliteChangeStore({ directory }: SqliteChangeStoreOptions): ChangeStore {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const database = open(join(directory, 'state.sqlite'));
  const tables = prepareTables(database);
  return {
    state: () => tables.readState(),
    commit: async (step) => inTransaction(database, () => applyStep(tables, step)),
    close: () => database.close(),
  };
}

function open(file: string): DatabaseSync {
  const database = new DatabaseSync(file);
  try {
    database.exec(`PRAGMA busy_timeout = ${busyTimeoutMs}; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;`);
    inTransaction(database, () => migrate(database, file));
  } catch (error) {
    database.close();
    throw error;
  }
  return database;
}

function migrate(database: DatabaseSync, file: string): void {
  const version = Number(database.prepare('PRAGMA user_version').get()?.user_version ?? 0);
  if (version === schemaVersion) return;
  if (version !== 0) {
    throw new Error(
      `${file} has schema version ${version}; this gateway knows ${schemaVersion}. Use a newer gateway or another STATE_DIR.`,
    );
  }
  database.exec(schema);
  const epoch = randomBytes(6).toString('base64url');
  database.prepare('INSERT INTO cursor VALUES (1, ?, 0, NULL, NULL, 0, 0)').run(epoch);
  database.exec(`PRAGMA user_version = ${schemaVersion}`);
}

function inTransaction<T>(database: DatabaseSync, work: () => T): T {
  database.exec('BEGIN IMMEDIATE');
  try {
    const result = work();
    database.exec('COMMIT');
    return result;
  } catch (error) {
    if (database.isTransaction) database.exec('ROLLBACK');
    throw error;
  }
}

const stateRow = z.object({
  epoch: z.string(),
  sequence: z.bigint(),
  position: z.bigint().nullable(),
  start: z.bigint().nullable(),
  is_filled: z.bigint(),
  forgotten_before: z.bigint(),
});
const headRow = z.object({
  id: z.string(),
  version: z.bigint(),
  observed_at: z.bigint(),
  trusted_until: z.bigint(),
  fingerprint: z.string(),
  snapshot: z.string(),
});
const gapRow = z.object({ row_count: z.bigint().nullable() });

function prepareTables(database: DatabaseSync): ChangeTables {
  const prepare = (sql: string): StatementSync => {
    const statement = database.prepare(sql);
    statement.setReadBigInts(true);
    return statement;
  };
  const selectState = prepare('SELECT * FROM cursor');
  const updateState = prepare(
    'UPDATE cursor SET sequence = ?, position = ?, start = ?, is_filled = ?, forgotten_before = ?',
  );
  const selectHead = prepare('SELECT * FROM heads WHERE id = ?');
  const upsertHead = prepare('INSERT OR REPLACE INTO heads VALUES (?, ?, ?, ?, ?, ?)');
  const selectGap = prepare('SELECT row_count FROM gaps WHERE at = ?');
  const upsertGap = prepare('INSERT OR REPLACE INTO gaps VALUES (?, ?)');
  const deleteHeads = prepare('DELETE FROM heads WHERE version < ?');
  const deleteGaps = prepare('DELETE FROM gaps WHERE at < ?');
  return {
    readState: () => toState(selectState.get()),
    writeState: (state) => {
      updateState.run(state.sequence, state.position, state.start, state.isFilled ? 1 : 0, state.forgottenBefore);
    },
    readHead: (id) => toHead(selectHead.get(id)),
    writeHead: (head) => {
      const [observedAt, trustedUntil] = [Math.trunc(head.observedAt), Math.trunc(head.trustedUntil)];
      const texts = [JSON.stringify(head.fingerprint), JSON.stringify(head.snapshot)];
      upsertHead.run(head.id, head.version, observedAt, trustedUntil, ...texts);
    },
    readGap: (at) => toGapCount(selectGap.get(at)),
    writeGap: (at, count) => {
      upsertGap.run(at, count);
    },
    forgetBefore: (version) => {
      deleteHeads.run(version);
      deleteGaps.run(version);
    },
  };
}

function toState(row: unknown): FeedState {
  const { epoch, sequence, position, start, is_filled, forgotten_before } = stateRow.parse(row);
  return {
    epoch,
    sequence: Number(sequence),
    position,
    start,
    isFilled: is_filled === 1n,
    forgottenBefore: forgotten_before,
  };
}

function toHead(row: unknown): Head | undefined {
  if (row === undefined) return undefined;
  const { id, version, observed_at, trusted_until, fingerprint, snapshot } = headRow.parse(row);
  return {
    id,
    version,
    observedAt: Number(observed_at),
    trustedUntil: Number(trusted_until),
    fingerprint: JSON.parse(fingerprint),
    snapshot: JSON.parse(snapshot),
  };
}

function toGapCount(row: unknown): number | null | undefined {
  if (row === undefined) return undefined;
  const { row_count } = gapRow.parse(row);
  return row_count === null ? null : Number(row_count);
}
