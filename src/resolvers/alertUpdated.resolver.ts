import { Arg, Ctx, Extensions, Query, Resolver, Root, Subscription } from 'type-graphql';
import type { AlertChange } from '../changes/contract.js';
import { filterChanges } from '../changes/filterChanges.js';
import { concernsFilter, matchesAfter } from '../changes/matchAlertChange.js';
import { alertDialects } from '../datasources/alerts/alertDialects.js';
import { toOData } from '../datasources/alerts/alertFilter.js';
import { AccessError, UpstreamError } from '../errors/GatewayError.js';
import { AlertFilter } from '../schema/inputs/alertFilter.input.js';
import { AlertUpdate } from '../schema/types/alertUpdate.type.js';
import type { GatewayContext } from './context.js';

@Resolver()
export class AlertUpdatedResolver {
  @Extensions({ permission: 'Security.Read' })
  @Query(() => String, {
    description:
      'Cursor of the newest change that the gateway knows; opaque. Select it beside a list to know which changes the list may already show. Needs Security.Read.',
  })
  changeCursor(@Ctx() context: GatewayContext): string {
    return context.alertChanges.cursor();
  }

  @Extensions({ permission: 'Security.Read' })
  @Subscription(() => AlertUpdate, {
    subscribe: ({ args, context }) => watchAlerts(context as GatewayContext, args.filter),
    description:
      'Changes of alerts from now on, each once and in order, made by mutations of this gateway or found by asking the upstream at an interval. An alert is told of when it matches the filter after the change or matched before it. Needs Security.Read.',
  })
  alertUpdated(
    @Root() change: AlertChange,
    @Arg('filter', () => AlertFilter, { nullable: true, description: 'Which alerts; absent: all.' })
    filter: AlertFilter | null,
  ): AlertUpdate {
    return { ...change, matchesFilter: matchesAfter(filter, change) };
  }
}

/** The changes are those that the application sees, so a gateway that acts for its callers may not show them. */
function watchAlerts(context: GatewayContext, filter: AlertFilter | null): AsyncIterable<AlertChange> {
  if (context.scope.callerAssertion !== undefined) {
    throw new AccessError('FORBIDDEN', 'Subscriptions are off while the gateway asks on behalf of its callers.');
  }
  if (context.upstreams.GRAPH_SECURITY.status().state === 'NOT_CONFIGURED') {
    const message = 'GRAPH_SECURITY is not configured, so there is nothing to watch.';
    throw new UpstreamError('UPSTREAM_NOT_CONFIGURED', message, { upstream: 'GRAPH_SECURITY' });
  }
  toOData(filter, alertDialects.v2);
  return filterChanges(context.alertChanges.listen(context.scope.signal), (change) => concernsFilter(filter, change));
}
