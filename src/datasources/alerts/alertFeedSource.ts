import type { AlertFeedPage, AlertFeedRequest, AlertFeedSource } from '../../changes/contract.js';
import type { Alert } from '../../schema/types/alert.type.js';
import { compareInstants } from '../../time/instant.js';
import type { CallScope, Upstream } from '../../upstream/contract.js';
import { listCall } from './alertCalls.js';
import { type AlertDialect, type AlertDialectName, alertDialects } from './alertDialects.js';
import { instantLiteral } from './alertFilter.js';
import { type AlertOverlay, noOverlay } from './overlay.js';

/**
 * Reads alerts by their last update for the change feed. In the legacy dialect it does what it can: `$top` counts per
 * provider and one provider ignores `$filter`, so rows outside the request are dropped and the rest is sorted here.
 * @param makeScope Makes the scope of one read; it ends when the given signal does.
 */
export function createAlertFeedSource(
  upstream: Upstream,
  dialectName: AlertDialectName,
  makeScope: (signal: AbortSignal) => CallScope,
  overlay: AlertOverlay = noOverlay,
): AlertFeedSource {
  const dialect = alertDialects[dialectName];
  return {
    read: async (request): Promise<AlertFeedPage> => {
      const answer = await upstream.send(feedCall(dialect, request), makeScope(request.signal));
      const { rows, count } = answer.value;
      const wanted = dialect.joinsProviders ? sortInside(rows, request) : rows;
      return {
        rows: wanted.map((alert) => overlay.apply(alert)),
        upstreamDate: answer.asOf,
        ...(count === undefined ? {} : { count }),
      };
    },
  };
}

function feedCall(dialect: AlertDialect, request: AlertFeedRequest) {
  const property = dialect.lastUpdateProperty;
  return listCall(dialect, {
    terms: [
      `${property} ge ${instantLiteral(request.from)}`,
      ...(request.to === undefined ? [] : [`${property} le ${instantLiteral(request.to)}`]),
    ],
    orderBy: `${property} asc`,
    top: request.top,
    skip: request.skip,
    count: true,
  });
}

function sortInside(rows: readonly Alert[], { from, to }: AlertFeedRequest): Alert[] {
  const timeOf = (alert: Alert) => alert.lastUpdateDateTime ?? '';
  return rows
    .filter((alert) => compareInstants(timeOf(alert), from) >= 0)
    .filter((alert) => to === undefined || compareInstants(timeOf(alert), to) <= 0)
    .sort((a, b) => compareInstants(timeOf(a), timeOf(b)));
}
