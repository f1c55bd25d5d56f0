import { Args, Ctx, Extensions, FieldResolver, Resolver, Root } from 'type-graphql';
import { readPageArgs } from '../datasources/paging/pageArgs.js';
import { occurredAtOf, type TimelineItem } from '../datasources/timeline/timelineEntry.js';
import { timelineOfUser } from '../datasources/timeline/userTimeline.js';
import { TimelineArgs } from '../schema/inputs/timeline.args.js';
import { DateTime } from '../schema/scalars/dateTime.js';
import { Alert } from '../schema/types/alert.type.js';
import type { Connection } from '../schema/types/connection.js';
import { MCASActivity } from '../schema/types/mcasActivity.type.js';
import { RiskEvent } from '../schema/types/riskEvent.type.js';
import { TimelineConnection } from '../schema/types/timeline.type.js';
import { User } from '../schema/types/user.type.js';
import type { GatewayContext } from './context.js';

@Resolver(() => User)
export class UserTimelineResolver {
  @Extensions({ join: true })
  @FieldResolver(() => TimelineConnection, {
    nullable: true,
    description:
      'Alerts, risk events and Cloud Apps activities of the user in one list, newest first. A system that fails is left out and named in `info.warnings`; only when all fail is the field an error. A user without a user principal name has risk events only. `totalCount` is known when one page holds everything. One call for alerts for each user; the others share calls.',
  })
  timeline(
    @Root() user: User,
    @Ctx() ctx: GatewayContext,
    @Args(() => TimelineArgs) args: TimelineArgs,
  ): Promise<Connection<TimelineItem>> {
    const span = { from: args.from ?? null, to: args.to ?? null };
    const request = { page: readPageArgs(args), span, kinds: args.kinds ?? null };
    return timelineOfUser(ctx.dataSources, user, request, ctx.scope.meter);
  }
}

@Resolver(() => Alert)
export class AlertTimeResolver {
  @FieldResolver(() => DateTime, {
    nullable: true,
    description: '`createdDateTime`: the place of the alert in timelines.',
  })
  occurredAt(@Root() alert: Alert): string | null {
    return occurredAtOf(alert);
  }
}

@Resolver(() => RiskEvent)
export class RiskEventTimeResolver {
  @FieldResolver(() => DateTime, {
    nullable: true,
    description: '`activityDateTime`, or else `detectedDateTime`: the place of the event in timelines.',
  })
  occurredAt(@Root() event: RiskEvent): string | null {
    return occurredAtOf(event);
  }
}

@Resolver(() => MCASActivity)
export class MCASActivityTimeResolver {
  @FieldResolver(() => DateTime, {
    nullable: true,
    description: '`timestamp`: the place of the activity in timelines.',
  })
  occurredAt(@Root() activity: MCASActivity): string | null {
    return occurredAtOf(activity);
  }
}
