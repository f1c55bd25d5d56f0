import type { Filled } from '../../cache/contract.js';
import { UpstreamError } from '../../errors/GatewayError.js';
import { toError } from '../../errors/toError.js';
import type { BatchResult, CallScope, Page, Upstream, UpstreamCall } from '../../upstream/contract.js';
import { parsePage } from '../../upstream/odata.js';
import { chunkForFilter, encodedLength, textLiteral } from '../odata/filterText.js';
import type { EntityKind } from './entityKinds.js';

/** Microsoft Graph takes this many ids in one getByIds. */
const maxIdsPerCall = 1_000;

/** Found entities by key (in lower case); what is missing was not found; what could not be asked for is an error. */
export type FoundEntities<T> = Map<string, Filled<T> | Error>;

/**
 * Reads entities by object id, 1,000 a call. Rows that arrive without their alternate property are asked for again
 * by filter, because getByIds is known to leave properties out.
 * @param ids GUIDs in lower case; anything else would make the upstream refuse the whole call.
 * @see https://learn.microsoft.com/graph/api/directoryobject-getbyids
 */
export async function readByIds<T extends { readonly id: string }>(
  kind: EntityKind<T>,
  ids: readonly string[],
  upstream: Upstream,
  scope: CallScope,
): Promise<FoundEntities<T>> {
  const chunks = Array.from({ length: Math.ceil(ids.length / maxIdsPerCall) }, (_, index) =>
    ids.slice(index * maxIdsPerCall, (index + 1) * maxIdsPerCall),
  );
  const calls = chunks.map((chunk) => getByIdsCall(kind, chunk));
  const results = await Promise.all(calls.map((call) => sendOne(call, upstream, scope)));
  const found = collect(kind, chunks, results, (entity) => entity.id);
  const incomplete = [...found].flatMap(([id, filled]) => (isIncomplete(kind, filled) ? [id] : []));
  if (incomplete.length === 0) return found;
  const again = planFilters(kind, 'id', incomplete);
  return new Map([...found, ...again.collect(await sendAll(again.calls, upstream, scope))]);
}

/** Values that entities are asked for by filter. */
export interface FilterValues {
  /** Ids that are no GUIDs, in lower case, without quotes and slashes. */
  readonly oddIds: readonly string[];
  /** Values of the alternate property, in lower case. */
  readonly alternates: readonly string[];
}

/**
 * Reads entities by filter, 15 values each, all filters in one `$batch`. An upstream that has no ids but GUIDs refuses
 * to be asked for others; then those are unknown.
 */
export async function readByFilters<T extends { readonly id: string }>(
  kind: EntityKind<T>,
  { oddIds, alternates }: FilterValues,
  upstream: Upstream,
  scope: CallScope,
): Promise<{ readonly byOddId: FoundEntities<T>; readonly byAlternate: FoundEntities<T> }> {
  const odd = planFilters(kind, 'id', oddIds);
  const named = planFilters(kind, kind.alternateProperty, alternates);
  const results = await sendAll([...odd.calls, ...named.calls], upstream, scope);
  const byOddId = odd.collect(results.slice(0, odd.calls.length));
  return {
    byOddId: new Map([...byOddId].filter(([, filled]) => !isRefusal(filled))),
    byAlternate: named.collect(results.slice(odd.calls.length)),
  };
}

function isRefusal(filled: unknown): boolean {
  return filled instanceof UpstreamError && filled.logFields.status === 400;
}

interface FilterPlan<T> {
  readonly calls: readonly UpstreamCall<Page<T>>[];
  readonly collect: (results: readonly BatchResult<Page<T>>[]) => FoundEntities<T>;
}

function planFilters<T extends { readonly id: string }>(
  kind: EntityKind<T>,
  property: 'id' | EntityKind<T>['alternateProperty'],
  values: readonly string[],
): FilterPlan<T> {
  const filterOf = property === 'id' ? idFilter : kind.alternateFilter;
  const keyOf = property === 'id' ? (entity: T) => entity.id : kind.alternateOf;
  const fixed = kind.path.length + encodedLength(kind.select) + '?$filter=&$select='.length + 40;
  const chunks = chunkForFilter(values, fixed, (value) => encodedLength(` or ${property} eq ${textLiteral(value)}`));
  return {
    calls: chunks.map((chunk) => filterCall(kind, filterOf(chunk))),
    collect: (results) => collect(kind, chunks, results, keyOf),
  };
}

function idFilter(ids: readonly string[]): string {
  return `id in (${ids.map(textLiteral).join(',')})`;
}

/** One getByIds costs 2 resource units with `$select`. It reads, so that repeating it does no harm. */
function getByIdsCall<T extends { readonly id: string }>(
  kind: EntityKind<T>,
  ids: readonly string[],
): UpstreamCall<Page<T>> {
  return {
    operation: `directory.${kind.word}s.byIds`,
    method: 'POST',
    path: '/v1.0/directoryObjects/getByIds',
    query: { $select: kind.select },
    body: { ids, types: [kind.word] },
    safeToRepeat: true,
    permission: 'Directory.Read.All',
    parse: (body) => parsePage(body, kind.parseRow),
    units: 2,
  };
}

/** A list costs 2 resource units, less 1 for `$select`. */
function filterCall<T extends { readonly id: string }>(kind: EntityKind<T>, filter: string): UpstreamCall<Page<T>> {
  return {
    operation: `directory.${kind.word}s.byFilter`,
    method: 'GET',
    path: kind.path,
    query: { $filter: filter, $select: kind.select },
    permission: kind.permission,
    parse: (body) => parsePage(body, kind.parseRow),
    units: 1,
  };
}

/** A single call goes alone, several in one `$batch`; every call gets a result, whatever happens. */
async function sendAll<T>(
  calls: readonly UpstreamCall<T>[],
  upstream: Upstream,
  scope: CallScope,
): Promise<BatchResult<T>[]> {
  const [only, ...others] = calls;
  if (only === undefined) return [];
  if (others.length === 0) return [await sendOne(only, upstream, scope)];
  try {
    return await upstream.sendBatch(calls, scope);
  } catch (error) {
    return calls.map(() => ({ ok: false, error: toError(error) }));
  }
}

async function sendOne<T>(call: UpstreamCall<T>, upstream: Upstream, scope: CallScope): Promise<BatchResult<T>> {
  try {
    return { ok: true, answer: await upstream.send(call, scope) };
  } catch (error) {
    return { ok: false, error: toError(error) };
  }
}

/** Matches rows to the keys that were asked for, never by position; a failed chunk is an error for its own keys only. */
function collect<T extends { readonly id: string }>(
  kind: EntityKind<T>,
  chunks: readonly (readonly string[])[],
  results: readonly BatchResult<Page<T>>[],
  keyOf: (entity: T) => string | null,
): FoundEntities<T> {
  const found: FoundEntities<T> = new Map();
  results.forEach((result, index) => {
    const wanted = new Set(chunks[index]);
    if (!result.ok) {
      for (const key of wanted) found.set(key, result.error);
      return;
    }
    for (const entity of result.answer.value.rows) {
      const key = keyOf(entity)?.toLowerCase();
      if (key !== undefined && wanted.has(key)) found.set(key, toFilled(kind, entity, result.answer.asOf));
    }
  });
  return found;
}

function toFilled<T extends { readonly id: string }>(kind: EntityKind<T>, entity: T, asOf: string): Filled<T> {
  return { value: entity, asOf, tags: [`${kind.word}:${entity.id.toLowerCase()}`] };
}

function isIncomplete<T extends { readonly id: string }>(kind: EntityKind<T>, filled: Filled<T> | Error): boolean {
  return !(filled instanceof Error) && filled.value !== null && kind.alternateOf(filled.value) === null;
}
