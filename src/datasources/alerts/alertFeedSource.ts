import type { SliceField, SourceRead, TimedRow, TimeOrderedSource } from '../../changes/feeds/contract.js';

import { compareInstants, fromTicks } from '../../time/instant.js';
import type { CallScope, Purpose, Upstream } from '../../upstream/contract.js';
import { buildTimeOrderedSource } from '../odata/timeOrderedFeedSource.js';
import { getCall } from './alertCalls.js';
import { type AlertDialect, type AlertDialectName, alertDialects, alertEnums } from './alertDialects.js';
import { type AlertOverlay, noOverlay } from './overlay.js';

export interface AlertFeedSourceDeps {
  readonly upstream: Upstream;
  readonly dialect: AlertDialectName;
  /** Makes the scope of one read; it ends when the given signal does. */
  readonly makeScope: (signal: AbortSignal, purpose: Purpose) => CallScope;
  readonly overlay?: AlertOverlay;
}

/** More rows than 1,000 are clamped, more than 500 skipped are refused. */
const paging = { pageSize: 1_000, maxSkip: 500 };

const fieldOfSlice = { severity: 'severity', source: 'serviceSource', status: 'status' } as const;

/**
 * Reads alerts by their last update. In the legacy dialect it does what it can: `$top` counts per provider and one
 * provider ignores `$filter`, so rows outside the request are dropped, the rest is sorted here; counts and links mean nothing.
 * @see https://learn.microsoft.com/en-us/graph/api/security-list-alerts_v2
 */
export function createAlertFeedSource(deps: AlertFeedSourceDeps): TimeOrderedSource<'alert'> {
  const dialect = alertDialects[deps.dialect];
  return buildTimeOrderedSource<'alert'>({
    topic: 'alert',
    upstream: deps.upstream,
    operation: 'alerts.feed',
    path: dialect.path,
    permission: dialect.readPermission,
    lastUpdateProperty: dialect.lastUpdateProperty,
    paging,
    splits: (['severity', 'source', 'status'] as const).map((field) => splitOf(dialect, field)),
    isExact: !dialect.joinsProviders,
    parse: dialect.parse,
    getCall: (id) => getCall(dialect, id),
    makeScope: deps.makeScope,
    overlay: deps.overlay ?? noOverlay,
    ...(dialect.joinsProviders ? { arrange: sortInside } : {}),
  });
}

function splitOf(dialect: AlertDialect, field: SliceField) {
  const name = fieldOfSlice[field];
  const words = dialect.fields[name];
  const members = Object.keys(alertEnums[name].type);
  return { field, property: words?.property ?? name, words: words === undefined ? [] : members.flatMap(words.words) };
}

function sortInside<R extends TimedRow>(rows: readonly R[], request: SourceRead): R[] {
  const from = fromTicks(request.from);
  const to = request.to === undefined ? undefined : fromTicks(request.to);
  const timeOf = (row: R) => row.lastUpdateDateTime ?? '';
  return rows
    .filter((row) => compareInstants(timeOf(row), from) >= 0)
    .filter((row) => to === undefined || compareInstants(timeOf(row), to) <= 0)
    .sort((a, b) => compareInstants(timeOf(a), timeOf(b)));
}
