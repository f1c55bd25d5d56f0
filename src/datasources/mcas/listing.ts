import type { MCASActivity } from '../../schema/types/mcasActivity.type.js';
import type { CallScope, Upstream, UpstreamCall } from '../../upstream/contract.js';
import type { WalkableList, WalkRead } from '../paging/keysetWalk.js';
import { type CallAllowance, earlier, listActivitiesCall, maxSkip, pageLimit } from './calls.js';
import { toMcasActivity } from './map.js';
import type { CompiledFilter, EpochSpan, McasFilters } from './operators.js';
import { ceilToEpochMs } from './time.js';
import type { McasPage } from './wireParts.js';

export interface ListingDeps {
  readonly upstream: Upstream;
  readonly allowance: CallAllowance;
}

/** One of the upstream's lists that are ordered by a time, newest first. */
export interface Listing<W, T> {
  /** Filters without the time, the span of time, and the offset. */
  readonly call: (filters: McasFilters, span: EpochSpan, skip: number) => UpstreamCall<McasPage<W>>;
  readonly map: (wire: W) => T;
  readonly timeOf: (row: T) => string | null;
  readonly idOf: (row: T) => string;
}

/**
 * The list in the form that a keyset walk pages through. The first call is always made, so that a list never comes back
 * unread; the others come out of the allowance of the operation.
 * @param onPage Sees every page that is read.
 */
export function walkable<W, T>(
  { upstream, allowance }: ListingDeps,
  scope: CallScope,
  filter: CompiledFilter,
  { call, map, timeOf, idOf }: Listing<W, T>,
  onPage: (page: McasPage<W>) => void = () => undefined,
): WalkableList<T> {
  let isFirst = true;
  return {
    direction: 'desc',
    orderOf: (row) => timeOf(row) ?? '',
    idOf,
    limit: pageLimit,
    maxSkip,
    mayCall: () => {
      const allowed = allowance.take(scope) || isFirst;
      isFirst = false;
      return allowed;
    },
    read: async (request) => {
      const span = boundedSpan(filter.date, request);
      const { value, asOf, warnings } = await upstream.send(call(filter.filters, span, request.skip), scope);
      onPage(value);
      return { rows: value.rows.map(map), hasMore: value.hasNext, asOf, warnings, total: value.total };
    },
  };
}

/** The list of activities. */
export function walkableActivities(
  deps: ListingDeps,
  scope: CallScope,
  filter: CompiledFilter,
): WalkableList<MCASActivity> {
  return walkable(deps, scope, filter, {
    call: listActivitiesCall,
    map: toMcasActivity,
    timeOf: (activity) => activity.timestamp,
    idOf: (activity) => activity.id,
  });
}

/** A field may stand in a filter once only, so the boundary of the walk and the end that the caller wants become one. */
function boundedSpan(wanted: EpochSpan, { bound, exclusive }: WalkRead): EpochSpan {
  const boundMs = bound === undefined ? undefined : ceilToEpochMs(bound) - (exclusive ? 1 : 0);
  const lte = earlier(wanted.lte, boundMs);
  return lte === undefined ? wanted : { ...wanted, lte };
}
