import { Arg, Ctx, Extensions, Query, Resolver, Root, Subscription } from 'type-graphql';
import type { Change } from '../changes/contract.js';
import { alertDialects } from '../datasources/alerts/alertDialects.js';
import { toOData } from '../datasources/alerts/alertFilter.js';
import { matchesAlertFilter } from '../datasources/alerts/matchesAlertFilter.js';
import { AlertFilter } from '../schema/inputs/alertFilter.input.js';
import { AlertUpdate } from '../schema/types/alertUpdate.type.js';
import type { GatewayContext } from './context.js';
import { afterDescription, deliveryDescription, toChangeEvent } from './subscriptions/changeEvent.js';
import { concerns, type Matcher, matchesAfter } from './subscriptions/concerns.js';
import { watchChanges } from './subscriptions/watchChanges.js';

type MaybeFilter = AlertFilter | null | undefined;

@Resolver()
export class AlertUpdatedResolver {
  @Extensions({ permission: 'Security.Read' })
  @Query(() => String, {
    description:
      'Cursor of the newest change that the gateway knows; opaque. Select it beside a list, and subscribe with it as `after`: nothing is missed between the two. Needs Security.Read.',
  })
  changeCursor(@Ctx() context: GatewayContext): string {
    return context.changes.cursor();
  }

  @Extensions({ permission: 'Security.Read' })
  @Subscription(() => AlertUpdate, {
    subscribe: ({ args, context }) => watchAlerts(context as GatewayContext, args.filter, args.after),
    description: `Changes of alerts, made by mutations of this gateway or found by asking the upstream at an interval. An alert is told of when it matches the filter after the change or matched before it. ${deliveryDescription}`,
  })
  alertUpdated(
    @Root() change: Change<'alert'>,
    @Arg('filter', () => AlertFilter, { nullable: true, description: 'Which alerts; absent: all.' })
    filter: MaybeFilter,
    @Arg('after', () => String, { nullable: true, description: afterDescription })
    _after: string | null | undefined,
  ): AlertUpdate {
    return {
      ...toChangeEvent(change),
      alertId: change.id,
      alert: change.entity,
      previous: change.before,
      matchesFilter: matchesAfter(change, matcherOf(filter)),
    };
  }
}

/** What a list would refuse to be filtered by, a subscription refuses too. */
function watchAlerts(context: GatewayContext, filter: MaybeFilter, after: string | null | undefined) {
  toOData(filter, alertDialects.v2);
  const matches = matcherOf(filter);
  return watchChanges('alert', context, after, (change) => concerns(change, matches));
}

function matcherOf(filter: MaybeFilter): Matcher<'alert'> {
  return (alert) => matchesAlertFilter(filter, alert);
}
