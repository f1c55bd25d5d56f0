import type { TimelineKind } from '../../schema/types/timeline.type.js';
import type { User } from '../../schema/types/user.type.js';
import { compareInstants, fromTicks, toTicks } from '../../time/instant.js';
import type { UpstreamName } from '../../upstream/contract.js';
import type { DataSources } from '../createDataSources.js';
import type { RowsInfo } from '../paging/connection.js';
import type { KeysetPosition } from '../paging/cursor.js';
import { occurredAtOf, type TimelineItem } from './timelineEntry.js';

/** A span of time: `from` belongs to it, `to` does not; null is open. */
export interface TimelineSpan {
  readonly from: string | null;
  readonly to: string | null;
}

/** Some rows of one system in timeline order. */
export interface SourcePage {
  readonly rows: readonly TimelineItem[];
  readonly info: RowsInfo;
  /** Whether the system has rows behind these. */
  readonly more: boolean;
  /** Reads on behind these rows; undefined when there are no more, or none to go on from. */
  readonly next: (() => Promise<SourcePage>) | undefined;
}

/** One system that a timeline is put together from. */
export interface TimelineSource {
  readonly kind: TimelineKind;
  readonly upstream: UpstreamName;
  /**
   * Rows of the span from about a position on: what stands before it at the same instant may be among them. About
   * `size`, more where they come anyway.
   */
  readonly read: (span: TimelineSpan, after: KeysetPosition | undefined, size: number) => Promise<SourcePage>;
}

/** A user as far as timelines need to know it. */
export type TimelineUser = Pick<User, 'id' | 'userPrincipalName'>;

/** The systems that know the user, of the kinds that are wanted. Only Identity Protection knows a user without a name. */
export function sourcesOf(
  sources: DataSources,
  user: TimelineUser,
  kinds: ReadonlySet<TimelineKind>,
): readonly TimelineSource[] {
  const { id, userPrincipalName } = user;
  const all = [
    riskEventSource(sources, id),
    ...(userPrincipalName ? [alertSource(sources, userPrincipalName), activitySource(sources, userPrincipalName)] : []),
  ];
  return all.filter(({ kind }) => kinds.has(kind));
}

/** The part of a span from a position on; its neighbours of the same instant are read again. */
function spanBehind(span: TimelineSpan, position: KeysetPosition | undefined): TimelineSpan {
  const ticks = position === undefined ? undefined : toTicks(position.order);
  if (ticks === undefined) return span;
  const end = fromTicks(ticks + 1n);
  return { ...span, to: span.to !== null && compareInstants(span.to, end) < 0 ? span.to : end };
}

function alertSource(sources: DataSources, userPrincipalName: string): TimelineSource {
  const readOn = async ({ from, to }: TimelineSpan, first: number, after?: string): Promise<SourcePage> => {
    const filter = { userPrincipalName, createdDateTime: { ge: from, lt: to } };
    const page = await sources.alerts.list({ filter, page: { first, after } });
    return toSourcePage(page, (cursor) => readOn({ from, to }, first, cursor));
  };
  return {
    kind: 'ALERT',
    upstream: 'GRAPH_SECURITY',
    read: (span, after, size) => readOn(spanBehind(span, after), size),
  };
}

function activitySource(sources: DataSources, userPrincipalName: string): TimelineSource {
  const readOn = async (span: TimelineSpan, first: number, after?: string): Promise<SourcePage> => {
    const request = { page: { first, after }, ...span, withNextPage: true };
    const page = await sources.mcasActivities.ofUser(userPrincipalName, request);
    return toSourcePage(page, (cursor) => readOn(span, first, cursor));
  };
  return {
    kind: 'MCAS_ACTIVITY',
    upstream: 'MCAS',
    read: (span, after, size) => readOn(spanBehind(span, after), size),
  };
}

/** All risk events of a user are read anyway, so that there is never a next page. */
function riskEventSource(sources: DataSources, id: string): TimelineSource {
  return {
    kind: 'RISK_EVENT',
    upstream: 'GRAPH_IDENTITY_PROTECTION',
    read: async (span) => {
      const { rows, info } = await sources.identity.riskEventsOfUser({ id }, span.from);
      const within = rows.filter((event) => isWithin(occurredAtOf(event), span));
      return { rows: within, info, more: false, next: undefined };
    },
  };
}

/** What has no time is within a span that is open on both sides. */
function isWithin(instant: string | null, { from, to }: TimelineSpan): boolean {
  if (instant === null) return from === null && to === null;
  return (from === null || compareInstants(instant, from) >= 0) && (to === null || compareInstants(instant, to) < 0);
}

interface UpstreamPage {
  readonly nodes: readonly TimelineItem[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
  readonly info: unknown;
}

function toSourcePage(
  { nodes, pageInfo, info }: UpstreamPage,
  next: (cursor: string) => Promise<SourcePage>,
): SourcePage {
  const { hasNextPage, endCursor } = pageInfo;
  return {
    rows: nodes,
    info: info as RowsInfo,
    more: hasNextPage,
    next: hasNextPage && endCursor !== null ? () => next(endCursor) : undefined,
  };
}
