import { Arg, Extensions, Resolver, Root, Subscription } from 'type-graphql';
import type { Change } from '../changes/contract.js';
import { compileIncidentFilter } from '../datasources/incidents/filter.js';
import { matchesIncidentFilter } from '../datasources/incidents/matchesIncidentFilter.js';
import { IncidentFilter } from '../schema/inputs/incidentFilter.input.js';
import { IncidentUpdate } from '../schema/types/incidentUpdate.type.js';
import type { GatewayContext } from './context.js';
import { afterDescription, deliveryDescription, toChangeEvent } from './subscriptions/changeEvent.js';
import { concerns, type Matcher, matchesAfter } from './subscriptions/concerns.js';
import { watchChanges } from './subscriptions/watchChanges.js';

type MaybeFilter = IncidentFilter | null | undefined;

@Resolver()
export class IncidentUpdatedResolver {
  @Extensions({ permission: 'Security.Read' })
  @Subscription(() => IncidentUpdate, {
    subscribe: ({ args, context }) => watchIncidents(context as GatewayContext, args.filter, args.after),
    description: `Changes of incidents, made by mutations of this gateway or found by asking the upstream at an interval. An incident is told of when it matches the filter after the change or matched before it. ${deliveryDescription}`,
  })
  incidentUpdated(
    @Root() change: Change<'incident'>,
    @Arg('filter', () => IncidentFilter, { nullable: true, description: 'Which incidents; absent: all.' })
    filter: MaybeFilter,
    @Arg('after', () => String, { nullable: true, description: afterDescription })
    _after: string | null | undefined,
  ): IncidentUpdate {
    return {
      ...toChangeEvent(change),
      incidentId: change.id,
      incident: change.entity,
      previous: change.before,
      matchesFilter: matchesAfter(change, matcherOf(filter)),
    };
  }
}

/** What a list would refuse to be filtered by, a subscription refuses too. */
function watchIncidents(context: GatewayContext, filter: MaybeFilter, after: string | null | undefined) {
  compileIncidentFilter(filter);
  const matches = matcherOf(filter);
  return watchChanges('incident', context, after, (change) => concerns(change, matches));
}

function matcherOf(filter: MaybeFilter): Matcher<'incident'> {
  return (incident) => matchesIncidentFilter(filter, incident);
}
