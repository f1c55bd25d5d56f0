import { UpstreamError, UserInputError } from '../../errors/GatewayError.js';
import type { Connection } from '../../schema/types/connection.js';
import type { TimelineKind } from '../../schema/types/timeline.type.js';
import type { AnswerWarning, CallMeter } from '../../upstream/contract.js';
import type { DataSources } from '../createDataSources.js';
import { type RowsInfo, toConnection } from '../paging/connection.js';
import { decodeTimeCursor, encodeCursor, type KeysetPosition, listKeyOf } from '../paging/cursor.js';
import type { PageRequest } from '../paging/pageArgs.js';
import { mergeRowsInfo } from '../paging/rowsInfo.js';
import { comparePositions, positionOf, type TimelineItem } from './timelineEntry.js';
import {
  type SourcePage,
  sourcesOf,
  type TimelineSource,
  type TimelineSpan,
  type TimelineUser,
} from './timelineSources.js';

export interface TimelineRequest {
  readonly page: PageRequest;
  readonly span: TimelineSpan;
  /** Null: all kinds. */
  readonly kinds: readonly TimelineKind[] | null;
}

/** What one system gave for one page. */
interface Part {
  readonly source: TimelineSource;
  /** Behind the cursor, in timeline order. */
  readonly rows: readonly TimelineItem[];
  readonly more: boolean;
  readonly info: RowsInfo;
}

/** Pages of one system that are read on when rows of the first stood before the cursor. */
const maxPagesPerSource = 4;

/**
 * What happened around a user, newest first, from all systems that know of it. Each system is asked for one page; a page
 * of the timeline never goes beyond what a system with more rows has shown, so that no entry is passed over. A system
 * that fails is left out and named in a warning.
 * @throws {UserInputError} when the cursor belongs to another list, or no kind is asked for.
 * @throws {UpstreamError} when every system fails.
 */
export async function timelineOfUser(
  sources: DataSources,
  user: TimelineUser,
  { page, span, kinds }: TimelineRequest,
  meter: CallMeter,
): Promise<Connection<TimelineItem>> {
  const wanted = new Set<TimelineKind>(kinds ?? ['ALERT', 'RISK_EVENT', 'MCAS_ACTIVITY']);
  if (wanted.size === 0) throw new UserInputError('"kinds" wants at least one kind.', { argument: 'kinds' });
  const key = listKeyOf('user.timeline', { id: user.id.toLowerCase(), span, kinds: [...wanted].sort() });
  const after = page.after === undefined ? undefined : decodeTimeCursor(page.after, key);
  const asked = sourcesOf(sources, user, wanted);
  const settled = await Promise.allSettled(asked.map((source) => collect(source, span, after, page.first)));
  const parts = settled.filter((result) => result.status === 'fulfilled').map(({ value }) => value);
  const warnings = [...failureWarnings(asked, settled), ...parts.filter(isUnreadable).map(unreadableWarning)];
  for (const warning of warnings) meter.warning(warning);
  return merge(parts, { page, after, key, warnings, now: new Date(sources.alerts.clock.now()).toISOString() });
}

async function collect(
  source: TimelineSource,
  span: TimelineSpan,
  after: KeysetPosition | undefined,
  size: number,
): Promise<Part> {
  const pages: SourcePage[] = [await source.read(span, after, size)];
  const behind = () => pages.flatMap(({ rows }) => rows).filter((row) => isBehind(row, after));
  for (let last = pages[0]; last?.next !== undefined && !last.info.truncated; last = pages.at(-1)) {
    if (behind().length >= size || pages.length >= maxPagesPerSource) break;
    pages.push(await last.next());
  }
  const infos = pages.map(({ info }) => info);
  return {
    source,
    rows: behind().sort((a, b) => comparePositions(positionOf(a), positionOf(b))),
    more: pages.at(-1)?.more ?? false,
    info: mergeRowsInfo(infos, infos[0]?.asOf ?? ''),
  };
}

interface MergeFacts {
  readonly page: PageRequest;
  readonly after: KeysetPosition | undefined;
  readonly key: string;
  readonly warnings: readonly AnswerWarning[];
  readonly now: string;
}

function merge(parts: readonly Part[], { page, after, key, warnings, now }: MergeFacts): Connection<TimelineItem> {
  const all = parts.flatMap(({ rows }) => rows).sort((a, b) => comparePositions(positionOf(a), positionOf(b)));
  const edge = edgeOf(parts);
  const shown = all.filter((row) => edge === undefined || comparePositions(positionOf(row), edge) <= 0);
  const rows = shown.slice(0, page.first);
  const hasNextPage = all.length > rows.length || edge !== undefined;
  const info = mergeRowsInfo(
    parts.map((part) => part.info),
    now,
  );
  const isCut = hasNextPage && rows.length < page.first;
  const isWhole = after === undefined && !hasNextPage && warnings.length === 0 && info.truncated !== true;
  return toConnection({
    rows,
    cursorOf: (row) => encodeCursor(positionOf(row), key),
    hasNextPage,
    totalCount: isWhole ? rows.length : null,
    info: {
      ...info,
      truncated: info.truncated === true || isCut || warnings.some(({ code }) => code === 'TRUNCATED'),
      warnings: [...(info.warnings ?? []), ...warnings],
    },
  });
}

/** The first position behind which a system may have rows that it has not shown; undefined when all were shown. */
function edgeOf(parts: readonly Part[]): KeysetPosition | undefined {
  const ends = parts.filter(({ more }) => more).map(({ rows }) => rows.at(-1));
  return ends
    .filter((row) => row !== undefined)
    .map(positionOf)
    .sort(comparePositions)[0];
}

function isBehind(row: TimelineItem, after: KeysetPosition | undefined): boolean {
  return after === undefined || comparePositions(positionOf(row), after) > 0;
}

/** There are rows, but the calls of the operation did not reach them: nothing to order by. */
function isUnreadable({ rows, more }: Part): boolean {
  return more && rows.length === 0;
}

function unreadableWarning({ source }: Part): AnswerWarning {
  const message = `The calls of one operation do not reach the entries that ${source.upstream} has; they are missing.`;
  return { code: 'TRUNCATED', upstream: source.upstream, message };
}

/** @throws when every system failed, or one for another reason than its upstream. */
function failureWarnings(
  asked: readonly TimelineSource[],
  settled: readonly PromiseSettledResult<Part>[],
): AnswerWarning[] {
  const failures = settled.flatMap((result, index) =>
    result.status === 'rejected' ? [{ error: result.reason as unknown, source: asked[index] as TimelineSource }] : [],
  );
  const fault = failures.find(({ error }) => !(error instanceof UpstreamError));
  if (fault !== undefined) throw fault.error;
  const [first] = failures;
  if (first !== undefined && failures.length === asked.length) throw first.error;
  return failures.map(({ error, source }) => ({
    code: 'UPSTREAM_PARTIAL',
    upstream: source.upstream,
    message: `${source.upstream} failed (${(error as UpstreamError).code}); its entries are missing.`,
  }));
}
