import type { FaultInput, FaultKind } from './faultSchema.js';
import { repeatRows } from './repeatRows.js';

/** A changed answer. Absent members stay as they were. */
export interface ChangedAnswer {
  readonly body: string;
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What a body fault gets to see. */
export interface AnswerFacts {
  readonly body: string;
  /** Full URL of the call, for links that lead back to it. */
  readonly url: string;
}

type BodyFault = (facts: AnswerFacts, fault: FaultInput) => ChangedAnswer;
type Json = Record<string, unknown>;

const html =
  "<!DOCTYPE html><html><head><title>Service Unavailable</title></head><body><h2>Our services aren't available right now</h2></body></html>";

/** How each fault changes an answer that the service has already made. */
export const bodyFaults: Partial<Record<FaultKind, BodyFault>> = {
  html: (_facts, fault) => ({
    body: html,
    status: fault.status ?? 200,
    headers: { 'content-type': 'text/html; charset=utf-8' },
  }),
  truncated: ({ body }) => ({ body: body.slice(0, Math.max(1, Math.floor(body.length / 2))) }),
  empty: (_facts, fault) => ({ body: '', ...(fault.status === undefined ? {} : { status: fault.status }) }),
  wrongContentType: ({ body }) => ({ body, headers: { 'content-type': 'text/plain; charset=utf-8' } }),
  huge: ({ body }, fault) => ({ body: pad(body, fault.bytes ?? 10 * 1024 * 1024) }),
  wrongType: ({ body }) => ({ body: changeJson(body, mistype) }),
  partial206: ({ body }, fault) => ({
    body: changeJson(body, (json) => withoutProvider(json, fault.provider ?? 'WDATP')),
    status: 206,
    headers: { warning: `199 - "Microsoft/${fault.provider ?? 'WDATP'}/${fault.status ?? 504}/10071"` },
  }),
  nonAdvancingNextLink: ({ body, url }) => ({
    body: changeJson(body, (json) => ({ ...json, '@odata.nextLink': url })),
  }),
  emptyPage: ({ body, url }) => ({
    body: changeJson(body, (json) => ({ ...json, ...emptyRows(json), '@odata.nextLink': url })),
  }),
  duplicateRows: ({ body, url }, fault) => ({
    body: changeJson(body, (json) => mapRows(json, (rows) => repeatRows(rows, url, fault))),
  }),
  unknownEvidence: ({ body }) => ({ body: changeJson(body, (json) => mapEntities(json, addUnknownEvidence)) }),
  unknownEnum: ({ body }) => ({ body: changeJson(body, (json) => mapEntities(json, setUnknownWord)) }),
};

function changeJson(body: string, change: (json: Json) => Json): string {
  try {
    const json: unknown = JSON.parse(body);
    return json !== null && typeof json === 'object' && !Array.isArray(json)
      ? JSON.stringify(change(json as Json))
      : body;
  } catch {
    return body;
  }
}

/** Lists are called `value` at Graph and `data` at Cloud Apps. */
function listKey(json: Json): 'value' | 'data' | undefined {
  if (Array.isArray(json.value)) return 'value';
  return Array.isArray(json.data) ? 'data' : undefined;
}

function mapRows(json: Json, change: (rows: unknown[]) => unknown[]): Json {
  const key = listKey(json);
  return key === undefined ? json : { ...json, [key]: change(json[key] as unknown[]) };
}

function mapEntities(json: Json, change: (row: Json) => Json): Json {
  if (listKey(json) === undefined) return change(json);
  return mapRows(json, (rows) =>
    rows.map((row) => (row !== null && typeof row === 'object' ? change(row as Json) : row)),
  );
}

function emptyRows(json: Json): Json {
  return mapRows(json, () => []);
}

function mistype(json: Json): Json {
  const key = listKey(json);
  if (key !== undefined) return { ...json, [key]: { unexpected: 'object' } };
  return Object.fromEntries(
    Object.entries(json).map(([name, value]) => [name, typeof value === 'string' ? { text: 1 } : String(value)]),
  );
}

function pad(body: string, bytes: number): string {
  const padding = 'x'.repeat(Math.max(0, bytes - body.length));
  // Bodies that are no object end in blanks, which neither JSON nor text minds.
  return changeJson(body, (json) => ({ ...json, padding })).padEnd(bytes);
}

function withoutProvider(json: Json, provider: string): Json {
  return mapRows(json, (rows) => rows.filter((row) => providerOf(row) !== provider));
}

function providerOf(row: unknown): unknown {
  return (row as { vendorInformation?: { provider?: unknown } } | null)?.vendorInformation?.provider;
}

function addUnknownEvidence(row: Json): Json {
  if (!Array.isArray(row.evidence)) return row;
  const unknown = {
    '@odata.type': '#microsoft.graph.security.quantumSensorEvidence',
    createdDateTime: row.createdDateTime,
    verdict: 'suspicious',
    remediationStatus: 'none',
    roles: [],
    detailedRoles: [],
    tags: [],
    sensorId: 'q-17',
    readings: [{ qubit: 3, value: 0.25 }],
  };
  return { ...row, evidence: [...row.evidence, unknown] };
}

/** Words that no published enumeration holds, in the members that clients read as enumerations. */
function setUnknownWord(row: Json): Json {
  const changed = { ...row };
  for (const name of [
    'serviceSource',
    'detectionSource',
    'riskEventType',
    'riskDetail',
    'controlCategory',
    'determination',
  ]) {
    if (name in changed) changed[name] = `${name}OfTomorrow`;
  }
  return changed;
}
