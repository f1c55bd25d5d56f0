import type { EntityOf } from '../../changes/contract.js';
import type {
  SliceField,
  SliceValue,
  SourcePage,
  SourcePaging,
  SourceRead,
  SourceSlice,
  TimedRow,
  TimeOrderedSource,
  TimeOrderedTopic,
} from '../../changes/feeds/contract.js';
import { UpstreamError } from '../../errors/GatewayError.js';
import { fromTicks } from '../../time/instant.js';
import {
  type CallScope,
  NotFoundError,
  type Page,
  type Purpose,
  type Upstream,
  type UpstreamAnswer,
  type UpstreamCall,
} from '../../upstream/contract.js';
import { parsePage } from '../../upstream/odata.js';
import type { Overlay } from '../mutations/PendingWrites.js';
import { textLiteral } from './filterText.js';

/** In what one collection of Microsoft Graph differs from another that is listed by last update. */
export interface FeedSourceParts<T extends TimeOrderedTopic> {
  readonly topic: T;
  readonly upstream: Upstream;
  readonly operation: string;
  readonly path: string;
  readonly permission: string;
  readonly lastUpdateProperty: string;
  readonly paging: SourcePaging;
  /** Properties by whose words a tie can be split, and the words. */
  readonly splits: readonly {
    readonly field: SliceField;
    readonly property: string;
    readonly words: readonly string[];
  }[];
  /** Whether the upstream keeps to the filter, so that its counts and links say something about the rows asked for. */
  readonly isExact: boolean;
  readonly parse: (row: unknown) => EntityOf<T>;
  readonly getCall: (id: string) => UpstreamCall<EntityOf<T>>;
  /** Makes the scope of one read; it ends when the given signal does. */
  readonly makeScope: (signal: AbortSignal, purpose: Purpose) => CallScope;
  readonly overlay: Overlay<EntityOf<T>>;
  /** Puts right what the upstream does not keep to. Default: rows are as asked for. */
  readonly arrange?: <R extends TimedRow>(rows: readonly R[], request: SourceRead) => readonly R[];
}

/** Reads a collection by rising last update for the change feed. */
export function buildTimeOrderedSource<T extends TimeOrderedTopic>(parts: FeedSourceParts<T>): TimeOrderedSource<T> {
  const { topic, upstream, paging, overlay } = parts;
  return {
    topic,
    upstream: upstream.name,
    paging,
    splits: parts.splits.filter(({ words }) => words.length > 0),
    read: async (request) => {
      const page = await readPage(parts, request, parts.parse, undefined);
      return { ...page, rows: page.rows.map((row) => overlay.apply(row)) };
    },
    ids: (request) => {
      const select = ['id', 'createdDateTime', parts.lastUpdateProperty].join(',');
      return readPage(parts, request, (row) => toTimedRow(parts.parse(row)), select);
    },
    byId: async (id, signal) => {
      try {
        const answer = await upstream.send(parts.getCall(id), parts.makeScope(signal, 'background'));
        return overlay.apply(answer.value);
      } catch (error) {
        if (error instanceof NotFoundError) return null;
        throw error;
      }
    },
  };
}

async function readPage<T extends TimeOrderedTopic, R extends TimedRow>(
  parts: FeedSourceParts<T>,
  request: SourceRead,
  parse: (row: unknown) => R,
  select: string | undefined,
): Promise<SourcePage<R>> {
  const { operation, permission } = parts;
  const call: UpstreamCall<Page<R>> = {
    operation,
    method: 'GET',
    ...(request.next === undefined
      ? { path: parts.path, query: toQuery(parts, request, select) }
      : { path: request.next }),
    permission,
    parse: (body) => parsePage(body, parse),
  };
  const answer = await firstRows(parts.upstream, call, parts.makeScope(request.signal, request.purpose));
  // What a part of the providers leaves out is not missing; only a list of ids draws conclusions from what it lacks.
  if (select !== undefined && answer.warnings.length > 0) throw partial(parts.upstream);
  const { nextLink, count } = parts.isExact ? answer.value : {};
  const rows = parts.arrange?.(answer.value.rows, request) ?? answer.value.rows;
  const isCutShort = rows.length >= request.top || (count ?? 0) > request.skip + rows.length;
  return {
    rows,
    upstreamDate: answer.asOf,
    ...(count === undefined ? {} : { count }),
    hasMore: nextLink !== undefined || (request.next === undefined && isCutShort),
    ...(nextLink === undefined ? {} : { next: nextLink }),
  };
}

/** The upstream may send empty pages with a link before the first that has rows. */
async function firstRows<R>(
  upstream: Upstream,
  call: UpstreamCall<Page<R>>,
  scope: CallScope,
): Promise<UpstreamAnswer<Page<R>>> {
  let last: UpstreamAnswer<Page<R>> | undefined;
  for await (const answer of upstream.pages(call, scope)) {
    last = answer;
    if (answer.value.rows.length > 0) break;
  }
  return last ?? upstream.send(call, scope);
}

function toQuery(
  parts: FeedSourceParts<TimeOrderedTopic>,
  request: SourceRead,
  select: string | undefined,
): Record<string, string> {
  const property = parts.lastUpdateProperty;
  const terms = [
    `${property} ge ${fromTicks(request.from)}`,
    ...(request.to === undefined ? [] : [`${property} le ${fromTicks(request.to)}`]),
    ...sliceTerms(parts, request.slice),
  ];
  return {
    $filter: terms.join(' and '),
    $orderby: `${property} asc`,
    $top: String(request.top),
    ...(request.skip > 0 ? { $skip: String(request.skip) } : {}),
    ...(select === undefined ? {} : { $select: select }),
    $count: 'true',
  };
}

function sliceTerms(parts: FeedSourceParts<TimeOrderedTopic>, slice: SourceSlice | undefined): string[] {
  if (slice === undefined) return [];
  const { createdFrom, createdBefore } = slice;
  return [
    ...slice.values.flatMap((value) => valueTerms(parts, value)),
    ...(createdFrom === undefined ? [] : [`createdDateTime ge ${fromTicks(createdFrom)}`]),
    ...(createdBefore === undefined ? [] : [`createdDateTime lt ${fromTicks(createdBefore)}`]),
  ];
}

function valueTerms({ splits }: FeedSourceParts<TimeOrderedTopic>, value: SliceValue): string[] {
  const property = splits.find(({ field }) => field === value.field)?.property ?? value.field;
  if ('is' in value) return [`${property} eq ${textLiteral(value.is)}`];
  return value.isNoneOf.map((word) => `${property} ne ${textLiteral(word)}`);
}

function toTimedRow({ id, createdDateTime, lastUpdateDateTime }: TimedRow): TimedRow {
  return { id, createdDateTime, lastUpdateDateTime };
}

function partial({ name }: Upstream): UpstreamError {
  return new UpstreamError('UPSTREAM_BAD_RESPONSE', 'Only a part of the providers answered.', { upstream: name });
}
