import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Args, Ctx, Extensions, FieldResolver, ID, Info, Int, Query, Resolver, Root } from 'type-graphql';
import { findActor } from '../datasources/mcas/findActor.js';
import { spanAround } from '../datasources/mcas/spanAround.js';
import { readPageArgs } from '../datasources/paging/pageArgs.js';
import { MCASActivityFilter } from '../schema/inputs/mcasActivityFilter.input.js';
import { PageArgs } from '../schema/inputs/page.args.js';
import { DateTime } from '../schema/scalars/dateTime.js';
import type { Connection } from '../schema/types/connection.js';
import { MCASActivity, MCASActivityConnection } from '../schema/types/mcasActivity.type.js';
import { RiskEvent } from '../schema/types/riskEvent.type.js';
import { User } from '../schema/types/user.type.js';
import type { GatewayContext } from './context.js';
import { selectsField } from './selection.js';

const defaultWindowMinutes = 60;

@Resolver(() => MCASActivity)
export class MCASActivityResolver {
  @Extensions({ permission: 'Security.Read' })
  @Query(() => MCASActivity, {
    nullable: true,
    description:
      'One Cloud Apps activity; null when there is none. From Microsoft Defender for Cloud Apps. Needs Security.Read.',
  })
  mcasActivity(
    @Ctx() ctx: GatewayContext,
    @Arg('id', () => ID, { description: "The upstream's `_id`." }) id: string,
  ): Promise<MCASActivity | null> {
    return ctx.dataSources.mcasActivities.byId(id);
  }

  @Extensions({ permission: 'Security.Read' })
  @Query(() => MCASActivityConnection, {
    nullable: true,
    description:
      'Cloud Apps activities of the tenant, latest first, of about the last 30 days. `totalCount` is approximate. From Microsoft Defender for Cloud Apps, which gives 100 rows a call and allows everybody together 30 calls a minute. Needs Security.Read.',
  })
  mcasActivities(
    @Ctx() ctx: GatewayContext,
    @Info() info: GraphQLResolveInfo,
    @Args(() => PageArgs) page: PageArgs,
    @Arg('filter', () => MCASActivityFilter, { nullable: true, description: 'Which activities; absent means all.' })
    filter?: MCASActivityFilter | null,
  ): Promise<Connection<MCASActivity>> {
    return ctx.dataSources.mcasActivities.list({
      filter: filter ?? null,
      page: readPageArgs(page),
      withTotal: selectsField(info, ['totalCount']),
    });
  }

  @Extensions({ join: true })
  @FieldResolver(() => User, {
    nullable: true,
    description:
      'The actor in the directory, by object id or else by user principal name; null when the activity names none or the directory has no such user.',
  })
  async user(@Root() activity: MCASActivity, @Ctx() ctx: GatewayContext): Promise<User | null> {
    const { directory } = ctx.dataSources;
    const { objectId, userPrincipalName } = findActor(activity);
    const byId = objectId === undefined ? null : await directory.user({ id: objectId });
    if (byId !== null || userPrincipalName === undefined) return byId;
    return directory.user({ userPrincipalName });
  }
}

@Resolver(() => User)
export class UserMcasActivitiesResolver {
  @Extensions({ join: true })
  @FieldResolver(() => MCASActivityConnection, {
    nullable: true,
    description:
      'Cloud Apps activities of the user, latest first, of about the last 30 days; null when the user has no user principal name. Users of one answer share calls; `info.truncated` says when the calls of one operation did not do. From Microsoft Defender for Cloud Apps.',
  })
  mcasActivities(
    @Root() user: User,
    @Ctx() ctx: GatewayContext,
    @Info() info: GraphQLResolveInfo,
    @Args(() => PageArgs) page: PageArgs,
    @Arg('from', () => DateTime, { nullable: true, description: 'At or after this instant.' }) from?: string | null,
    @Arg('to', () => DateTime, { nullable: true, description: 'Before this instant.' }) to?: string | null,
  ): Promise<Connection<MCASActivity>> | null {
    if (!user.userPrincipalName) return null;
    return ctx.dataSources.mcasActivities.ofUser(user.userPrincipalName, {
      page: readPageArgs(page),
      from: from ?? null,
      to: to ?? null,
      withNextPage: selectsField(info, ['pageInfo', 'hasNextPage']),
    });
  }
}

@Resolver(() => RiskEvent)
export class RiskEventMcasActivitiesResolver {
  @Extensions({ join: true })
  @FieldResolver(() => MCASActivityConnection, {
    nullable: true,
    description:
      'Cloud Apps activities of the user around the risk event, latest first; null when the event names no user or no time. From Microsoft Defender for Cloud Apps.',
  })
  mcasActivities(
    @Root() event: RiskEvent,
    @Ctx() ctx: GatewayContext,
    @Info() info: GraphQLResolveInfo,
    @Args(() => PageArgs) page: PageArgs,
    @Arg('windowMinutes', () => Int, {
      defaultValue: defaultWindowMinutes,
      description: 'How far before and after the event to look, 1 to 1440 minutes.',
    })
    windowMinutes?: number | null,
  ): Promise<Connection<MCASActivity>> | null {
    const happenedAt = event.activityDateTime ?? event.detectedDateTime;
    const span = spanAround(happenedAt, windowMinutes ?? defaultWindowMinutes);
    if (!event.userPrincipalName || span === null) return null;
    return ctx.dataSources.mcasActivities.ofUser(event.userPrincipalName, {
      page: readPageArgs(page),
      ...span,
      withNextPage: selectsField(info, ['pageInfo', 'hasNextPage']),
    });
  }
}
