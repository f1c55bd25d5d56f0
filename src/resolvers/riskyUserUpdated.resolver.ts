import { Arg, Extensions, Resolver, Root, Subscription } from 'type-graphql';
import type { Change } from '../changes/contract.js';
import { compileRiskyUserFilter } from '../datasources/identity/filters.js';
import { RiskyUserFilter } from '../schema/inputs/riskyUserFilter.input.js';
import { RiskyUserUpdate } from '../schema/types/riskyUserUpdate.type.js';
import type { GatewayContext } from './context.js';
import { afterDescription, deliveryDescription, toChangeEvent } from './subscriptions/changeEvent.js';
import { concerns, matchesAfter } from './subscriptions/concerns.js';
import { watchChanges } from './subscriptions/watchChanges.js';

@Resolver()
export class RiskyUserUpdatedResolver {
  @Extensions({ permission: 'Security.Read' })
  @Subscription(() => RiskyUserUpdate, {
    subscribe: ({ args, context }) => {
      const { matches } = compileRiskyUserFilter(args.filter);
      return watchChanges('riskyUser', context as GatewayContext, args.after, (change) => concerns(change, matches));
    },
    description: `Changes of the risk of users, made by mutations of this gateway or found by comparing the upstream's list with what was remembered. A risky user is told of when the filter matches after the change or matched before it. ${deliveryDescription}`,
  })
  riskyUserUpdated(
    @Root() change: Change<'riskyUser'>,
    @Arg('filter', () => RiskyUserFilter, { nullable: true, description: 'Which risky users; absent: all.' })
    filter: RiskyUserFilter | null | undefined,
    @Arg('after', () => String, { nullable: true, description: afterDescription })
    _after: string | null | undefined,
  ): RiskyUserUpdate {
    return {
      ...toChangeEvent(change),
      riskyUserId: change.id,
      riskyUser: change.entity,
      previous: change.before,
      matchesFilter: matchesAfter(change, compileRiskyUserFilter(filter).matches),
    };
  }
}
