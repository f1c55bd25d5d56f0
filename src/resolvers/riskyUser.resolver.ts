import { Arg, Args, Ctx, Extensions, FieldResolver, ID, Query, Resolver, Root } from 'type-graphql';
import { readPageArgs } from '../datasources/paging/pageArgs.js';
import { PageArgs } from '../schema/inputs/page.args.js';
import { RiskyUserFilter } from '../schema/inputs/riskyUserFilter.input.js';
import type { Connection } from '../schema/types/connection.js';
import { type RiskEvent, RiskEventConnection } from '../schema/types/riskEvent.type.js';
import { RiskyUser, RiskyUserConnection, RiskyUserHistoryItem } from '../schema/types/riskyUser.type.js';
import { User } from '../schema/types/user.type.js';
import type { GatewayContext } from './context.js';

@Resolver(() => RiskyUser)
export class RiskyUserResolver {
  @Extensions({ permission: 'Security.Read' })
  @Query(() => RiskyUser, {
    nullable: true,
    description:
      'One risky user; null when the user never was at risk. From Microsoft Graph `identityProtection/riskyUsers`. Needs Security.Read.',
  })
  riskyUser(
    @Ctx() ctx: GatewayContext,
    @Arg('id', () => ID, { description: 'Object id of the user in the directory.' }) id: string,
  ): Promise<RiskyUser | null> {
    return ctx.dataSources.identity.riskyUser({ id });
  }

  @Extensions({ permission: 'Security.Read' })
  @Query(() => RiskyUserConnection, {
    nullable: true,
    description:
      'Risky users of the tenant, latest changed first. From Microsoft Graph `identityProtection/riskyUsers`, which takes one call a second from everybody: `info.truncated` says when not all was read. Needs Security.Read.',
  })
  riskyUsers(
    @Ctx() ctx: GatewayContext,
    @Args(() => PageArgs) page: PageArgs,
    @Arg('filter', () => RiskyUserFilter, { nullable: true, description: 'Which risky users; absent means all.' })
    filter?: RiskyUserFilter | null,
  ): Promise<Connection<RiskyUser>> {
    return ctx.dataSources.identity.riskyUsers(filter, readPageArgs(page));
  }

  @Extensions({ join: true })
  @FieldResolver(() => User, {
    nullable: true,
    description: 'The account in the directory; null when it is deleted.',
  })
  user(@Root() riskyUser: RiskyUser, @Ctx() ctx: GatewayContext): Promise<User | null> {
    return ctx.dataSources.directory.user({ id: riskyUser.id });
  }

  @Extensions({ join: true })
  @FieldResolver(() => [RiskyUserHistoryItem], {
    nullable: true,
    description:
      'How the risk changed, latest first. Costs one upstream call per user. From Microsoft Graph `identityProtection/riskyUsers`.',
  })
  history(@Root() riskyUser: RiskyUser, @Ctx() ctx: GatewayContext): Promise<readonly RiskyUserHistoryItem[]> {
    return ctx.dataSources.identity.riskyUserHistory(riskyUser.id);
  }

  @Extensions({ join: true })
  @FieldResolver(() => RiskEventConnection, {
    nullable: true,
    description: 'Risk events of the user, latest act first. From Microsoft Graph `identityProtection/riskDetections`.',
  })
  riskEvents(
    @Root() riskyUser: RiskyUser,
    @Ctx() ctx: GatewayContext,
    @Args(() => PageArgs) page: PageArgs,
  ): Promise<Connection<RiskEvent>> {
    return ctx.dataSources.identity.riskEventsOfUserPage(riskyUser, readPageArgs(page));
  }
}
