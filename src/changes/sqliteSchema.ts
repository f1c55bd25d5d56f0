import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { makeEpoch } from './epoch.js';

const schemaVersion = 2;
const busyTimeoutMs = 5_000;

/**
 * Instants are integers of 100 ns ticks; they pass 2^53, so every integer is read as a bigint. Small columns stand before
 * wide ones, because what comes late in a long row costs further pages to reach.
 */
const schema = `
  CREATE TABLE journal (
    only INTEGER PRIMARY KEY CHECK (only = 1),
    epoch TEXT NOT NULL,
    newest INTEGER NOT NULL,
    owner TEXT NOT NULL
  ) STRICT;
  CREATE TABLE entries (
    sequence INTEGER PRIMARY KEY,
    committed_at INTEGER NOT NULL,
    topic TEXT NOT NULL,
    id TEXT,
    kind TEXT NOT NULL,
    meta TEXT NOT NULL,
    entity TEXT,
    before TEXT
  ) STRICT;
  CREATE TABLE heads (
    topic TEXT NOT NULL,
    id TEXT NOT NULL,
    version INTEGER NOT NULL,
    observed_at INTEGER NOT NULL,
    trusted_until INTEGER NOT NULL,
    entity TEXT NOT NULL,
    PRIMARY KEY (topic, id)
  ) STRICT;
  CREATE INDEX heads_by_version ON heads (topic, version, id);
  CREATE TABLE feeds (
    topic TEXT PRIMARY KEY,
    position INTEGER,
    start INTEGER,
    is_filled INTEGER NOT NULL,
    covered_from INTEGER,
    forgotten_before INTEGER NOT NULL,
    swept_at TEXT,
    is_complete INTEGER NOT NULL,
    marks TEXT NOT NULL
  ) STRICT;
  CREATE TABLE gaps (topic TEXT NOT NULL, at INTEGER NOT NULL, row_count INTEGER, PRIMARY KEY (topic, at)) STRICT;
`;

/**
 * Opens the state file of a directory, and makes both when absent. Write-ahead log, synced at each commit. A file of an
 * older schema, or of another owner, begins anew in another epoch, so that every cursor given out before is answered with
 * a `RESYNC` and nobody is shown what somebody else could see.
 * @param owner Whose data the file holds: tenant, credential, dialect.
 * @param nowMs Dates the journal, should it begin.
 * @throws when the file is not a database, or was written by a newer gateway.
 */
export function openStateFile(directory: string, owner: string, nowMs: number): DatabaseSync {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const file = join(directory, 'state.sqlite');
  const database = new DatabaseSync(file);
  try {
    database.exec(`PRAGMA busy_timeout = ${busyTimeoutMs}; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;`);
    inTransaction(database, () => migrate(database, file, owner, nowMs));
  } catch (error) {
    database.close();
    throw error;
  }
  return database;
}

/** All of the work or nothing of it. */
export function inTransaction<T>(
  database: DatabaseSync,
  work: () => T,
  kind: 'DEFERRED' | 'IMMEDIATE' = 'IMMEDIATE',
): T {
  database.exec(`BEGIN ${kind}`);
  try {
    const result = work();
    database.exec('COMMIT');
    return result;
  } catch (error) {
    if (database.isTransaction) database.exec('ROLLBACK');
    throw error;
  }
}

function migrate(database: DatabaseSync, file: string, owner: string, nowMs: number): void {
  const version = Number(database.prepare('PRAGMA user_version').get()?.user_version ?? 0);
  if (version > schemaVersion) {
    throw new Error(
      `${file} has schema version ${version}; this gateway knows ${schemaVersion}. Use a newer gateway or another STATE_DIR.`,
    );
  }
  if (version === schemaVersion && database.prepare('SELECT owner FROM journal').get()?.owner === owner) return;
  for (const name of tableNames(database)) database.exec(`DROP TABLE "${name}"`);
  database.exec(schema);
  database.prepare('INSERT INTO journal VALUES (1, ?, 0, ?)').run(makeEpoch(nowMs), owner);
  database.exec(`PRAGMA user_version = ${schemaVersion}`);
}

function tableNames(database: DatabaseSync): string[] {
  const rows = database.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'");
  return rows.all().map(({ name }) => String(name));
}
