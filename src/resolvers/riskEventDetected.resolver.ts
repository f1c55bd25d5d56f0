import { Arg, Extensions, Resolver, Root, Subscription } from 'type-graphql';
import type { Change } from '../changes/contract.js';
import { compileRiskEventFilter } from '../datasources/identity/filters.js';
import { RiskEventFilter } from '../schema/inputs/riskEventFilter.input.js';
import { RiskEventDetection } from '../schema/types/riskEventDetection.type.js';
import type { GatewayContext } from './context.js';
import { afterDescription, deliveryDescription, toChangeEvent } from './subscriptions/changeEvent.js';
import { concerns, matchesAfter } from './subscriptions/concerns.js';
import { watchChanges } from './subscriptions/watchChanges.js';

@Resolver()
export class RiskEventDetectedResolver {
  @Extensions({ permission: 'Security.Read' })
  @Subscription(() => RiskEventDetection, {
    subscribe: ({ args, context }) => {
      const { matches } = compileRiskEventFilter(args.filter);
      return watchChanges('riskEvent', context as GatewayContext, args.after, (change) => concerns(change, matches));
    },
    description: `Risk events as Identity Protection finds them, and what becomes of them, found by asking the upstream at an interval. A risk event is told of when it matches the filter after the change or matched before it. ${deliveryDescription}`,
  })
  riskEventDetected(
    @Root() change: Change<'riskEvent'>,
    @Arg('filter', () => RiskEventFilter, { nullable: true, description: 'Which risk events; absent: all.' })
    filter: RiskEventFilter | null | undefined,
    @Arg('after', () => String, { nullable: true, description: afterDescription })
    _after: string | null | undefined,
  ): RiskEventDetection {
    return {
      ...toChangeEvent(change),
      riskEventId: change.id,
      riskEvent: change.entity,
      previous: change.before,
      matchesFilter: matchesAfter(change, compileRiskEventFilter(filter).matches),
    };
  }
}
