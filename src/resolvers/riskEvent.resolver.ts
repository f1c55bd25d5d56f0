import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Args, Ctx, Extensions, FieldResolver, ID, Info, Query, Resolver, Root } from 'type-graphql';
import { alertsOfRiskEvent, userOfRiskEvent } from '../datasources/identity/riskEventJoins.js';
import { readPageArgs } from '../datasources/paging/pageArgs.js';
import { PageArgs } from '../schema/inputs/page.args.js';
import { RiskEventFilter } from '../schema/inputs/riskEventFilter.input.js';
import { WindowArgs } from '../schema/inputs/window.args.js';
import { type Alert, AlertConnection } from '../schema/types/alert.type.js';
import type { Connection } from '../schema/types/connection.js';
import { RiskEvent, RiskEventConnection } from '../schema/types/riskEvent.type.js';
import { User } from '../schema/types/user.type.js';
import type { GatewayContext } from './context.js';
import { selectsField } from './selection.js';

@Resolver(() => RiskEvent)
export class RiskEventResolver {
  @Extensions({ permission: 'Security.Read' })
  @Query(() => RiskEvent, {
    nullable: true,
    description:
      'One risk event; null when there is none. From Microsoft Graph `identityProtection/riskDetections`. Needs Security.Read.',
  })
  riskEvent(
    @Ctx() ctx: GatewayContext,
    @Arg('id', () => ID, { description: "The upstream's id." }) id: string,
  ): Promise<RiskEvent | null> {
    return ctx.dataSources.identity.riskEvent(id);
  }

  @Extensions({ permission: 'Security.Read' })
  @Query(() => RiskEventConnection, {
    nullable: true,
    description:
      'Risk events of the tenant, latest detected first. From Microsoft Graph `identityProtection/riskDetections`, which takes one call a second from everybody: `info.truncated` says when not all was read. Needs Security.Read.',
  })
  riskEvents(
    @Ctx() ctx: GatewayContext,
    @Args(() => PageArgs) page: PageArgs,
    @Info() info: GraphQLResolveInfo,
    @Arg('filter', () => RiskEventFilter, { nullable: true, description: 'Which risk events; absent means all.' })
    filter?: RiskEventFilter | null,
  ): Promise<Connection<RiskEvent>> {
    const withTotal = selectsField(info, ['totalCount']);
    return ctx.dataSources.identity.riskEvents(filter, readPageArgs(page), withTotal);
  }

  @Extensions({ join: true })
  @FieldResolver(() => User, {
    nullable: true,
    description: 'The user at risk, by object id or else by name; null when the directory has no such user any more.',
  })
  user(@Root() event: RiskEvent, @Ctx() ctx: GatewayContext): Promise<User | null> {
    return userOfRiskEvent(ctx.dataSources, event);
  }

  @Extensions({ join: true })
  @FieldResolver(() => AlertConnection, {
    nullable: true,
    description:
      'Alerts that name the user in their user evidence and whose activity, widened by `windowMinutes` on both sides, holds the event; newest created first. Null when the event names no user or no time. One call for each user. From Microsoft Graph `security/alerts_v2`.',
  })
  alerts(
    @Root() event: RiskEvent,
    @Ctx() ctx: GatewayContext,
    @Args(() => WindowArgs) args: WindowArgs,
  ): Promise<Connection<Alert> | null> {
    const { windowMinutes } = args;
    return alertsOfRiskEvent(ctx.dataSources, event, { page: readPageArgs(args), windowMinutes });
  }
}
