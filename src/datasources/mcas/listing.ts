import type { MCASActivity } from '../../schema/types/mcasActivity.type.js';
import type { CallScope, Upstream } from '../../upstream/contract.js';
import type { WalkableList, WalkRead } from '../paging/keysetWalk.js';
import { type CallAllowance, earlier, listActivitiesCall, maxSkip, pageLimit } from './calls.js';
import type { CompiledActivityFilter, EpochSpan } from './filter.js';
import { toMcasActivity } from './map.js';
import { ceilToEpochMs } from './time.js';

export interface ActivityListing {
  readonly upstream: Upstream;
  readonly allowance: CallAllowance;
}

/**
 * The upstream's list in the form that a keyset walk pages through, newest first. The first call is always made, so that
 * a list never comes back unread; the others come out of the allowance of the operation.
 */
export function walkableActivities(
  { upstream, allowance }: ActivityListing,
  scope: CallScope,
  filter: CompiledActivityFilter,
): WalkableList<MCASActivity> {
  let isFirst = true;
  return {
    direction: 'desc',
    orderOf: (activity) => activity.timestamp ?? '',
    idOf: (activity) => activity.id,
    limit: pageLimit,
    maxSkip,
    mayCall: () => {
      const allowed = allowance.take(scope) || isFirst;
      isFirst = false;
      return allowed;
    },
    read: async (request) => {
      const date = spanOf(filter.date, request);
      const answer = await upstream.send(listActivitiesCall(filter.filters, date, request.skip), scope);
      const { rows, hasNext, total } = answer.value;
      return { rows: rows.map(toMcasActivity), hasMore: hasNext, asOf: answer.asOf, warnings: answer.warnings, total };
    },
  };
}

/** A field may stand in a filter once only, so the boundary of the walk and the end that the caller wants become one. */
function spanOf(wanted: EpochSpan, { bound, exclusive }: WalkRead): EpochSpan {
  const boundMs = bound === undefined ? undefined : ceilToEpochMs(bound) - (exclusive ? 1 : 0);
  const lte = earlier(wanted.lte, boundMs);
  return lte === undefined ? wanted : { ...wanted, lte };
}
