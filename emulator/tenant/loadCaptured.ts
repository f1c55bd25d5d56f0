import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { buildEmptyTenant } from './emptyTenant.js';
import type { Row, Tenant } from './Tenant.js';

type Collection = Exclude<
  { [Key in keyof Tenant]: Tenant[Key] extends Map<string, Row> ? Key : never }[keyof Tenant],
  undefined
>;

/** Folder of each collection, below the data folder, and the member that identifies its rows. */
const folders: readonly (readonly [folder: string, collection: Collection, key: 'id' | '_id'])[] = [
  ['graph/security/alerts_v2', 'alerts', 'id'],
  ['graph/security/alerts', 'legacyAlerts', 'id'],
  ['graph/security/incidents', 'incidents', 'id'],
  ['graph/identityProtection/riskDetections', 'riskDetections', 'id'],
  ['graph/identityProtection/riskyUsers', 'riskyUsers', 'id'],
  ['graph/security/secureScores', 'secureScores', 'id'],
  ['graph/security/secureScoreControlProfiles', 'secureScoreControlProfiles', 'id'],
  ['graph/users', 'users', 'id'],
  ['graph/devices', 'devices', 'id'],
  ['mcas/activities', 'activities', '_id'],
  ['mcas/alerts', 'mcasAlerts', '_id'],
  ['mcas/entities', 'mcasEntities', '_id'],
  ['mcas/subnet', 'subnets', '_id'],
  ['mcas/files', 'files', '_id'],
];

/** Tenant id of a captured tenant none of whose rows names one. */
const unnamedTenantId = '7c0de5a7-0000-4000-8000-000000000001';

/**
 * Reads a folder of captured answers. Each `.json` file is one response body as the API returned it: a collection
 * (`value`, or `data` for Cloud Apps), a bare list, or one entity. Collections without a file stay empty.
 * @throws {Error} naming the file whose body does not parse, is an error answer, or holds a row without an id.
 */
export function loadCaptured(dataDir: string): Tenant {
  if (statSync(dataDir, { throwIfNoEntry: false })?.isDirectory() !== true) {
    throw new Error(`${dataDir}: no such folder of captured answers`);
  }
  const loaded = folders.map(([folder, collection, key]) => ({
    collection,
    rows: readFolder(join(dataDir, folder), key),
  }));
  const tenant = buildEmptyTenant(tenantIdOf(loaded.flatMap(({ rows }) => [...rows.values()])), true);
  for (const { collection, rows } of loaded) {
    for (const [id, row] of rows) tenant[collection].set(id, row);
  }
  return tenant;
}

function readFolder(folder: string, key: 'id' | '_id'): Map<string, Row> {
  const rows = new Map<string, Row>();
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true) return rows;
  for (const name of readdirSync(folder)
    .filter((file) => file.endsWith('.json'))
    .sort()) {
    for (const row of readBody(join(folder, name), key)) rows.set(String(row[key]), row);
  }
  return rows;
}

function readBody(file: string, key: 'id' | '_id'): Row[] {
  const body = parseFile(file);
  const rows = rowsOf(body, key);
  if (rows === undefined) throw new Error(`${file}: neither a collection nor an entity with ${key}`);
  return rows.map((row, index) => {
    if (!isRow(row) || !isId(row[key])) throw new Error(`${file}: row ${index + 1} has no ${key}`);
    return row;
  });
}

/** @returns `undefined` for a body that is neither a collection nor an entity. */
function rowsOf(body: unknown, key: 'id' | '_id'): unknown[] | undefined {
  if (Array.isArray(body)) return body;
  if (!isRow(body)) return undefined;
  if (isId(body[key])) return [body];
  const rows = [body.value, body.data].find(Array.isArray);
  if (rows !== undefined) return rows;
  return isRow(body.value) ? [body.value] : undefined;
}

function parseFile(file: string): unknown {
  try {
    return JSON.parse(decode(readFileSync(file)));
  } catch (cause) {
    throw new Error(`${file}: not JSON (${(cause as Error).message})`, { cause });
  }
}

/** Shells write captured text in either encoding, with or without a byte order mark; bad bytes become U+FFFD. */
function decode(bytes: Buffer): string {
  const encoding = bytes[0] === 0xff && bytes[1] === 0xfe ? 'utf-16le' : 'utf-8';
  return new TextDecoder(encoding).decode(bytes);
}

function isRow(value: unknown): value is Row {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isId(value: unknown): boolean {
  return (typeof value === 'string' && value !== '') || typeof value === 'number';
}

/** The tenant that the rows belong to, as the first of them that says so has it. */
function tenantIdOf(rows: readonly Row[]): string {
  const named = rows
    .flatMap((row) => [row.tenantId, row.azureTenantId, row.aadTenantId, row.contextId])
    .find((id) => typeof id === 'string' && /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(id));
  return typeof named === 'string' ? named : unnamedTenantId;
}
