import { Arg, Args, Ctx, Extensions, FieldResolver, ID, Query, Resolver, Root } from 'type-graphql';
import { readPageArgs } from '../datasources/paging/pageArgs.js';
import { UserInputError } from '../errors/GatewayError.js';
import { PageArgs } from '../schema/inputs/page.args.js';
import type { Connection } from '../schema/types/connection.js';
import { type RiskEvent, RiskEventConnection } from '../schema/types/riskEvent.type.js';
import { RiskyUser } from '../schema/types/riskyUser.type.js';
import { User, UserConnection } from '../schema/types/user.type.js';
import type { GatewayContext } from './context.js';

@Resolver(() => User)
export class UserResolver {
  @Extensions({ permission: 'Security.Read' })
  @Query(() => User, {
    nullable: true,
    description:
      'One user of the directory, by exactly one of the arguments; null when there is none. From Microsoft Graph `users`. Needs Security.Read.',
  })
  user(
    @Ctx() ctx: GatewayContext,
    @Arg('id', () => ID, { nullable: true, description: 'Object id, a GUID.' }) id?: string | null,
    @Arg('userPrincipalName', () => String, { nullable: true, description: 'Sign-in name, compared without case.' })
    userPrincipalName?: string | null,
  ): Promise<User | null> {
    if (id && !userPrincipalName) return ctx.dataSources.directory.user({ id });
    if (userPrincipalName && !id) return ctx.dataSources.directory.user({ userPrincipalName });
    throw new UserInputError('"user" wants exactly one of "id" and "userPrincipalName".');
  }

  @Extensions({ permission: 'Security.Read' })
  @Query(() => UserConnection, {
    nullable: true,
    description:
      'Users of the directory in the order of their display name. From Microsoft Graph `users`, whose search index lags writes a little. Needs Security.Read.',
  })
  users(
    @Ctx() ctx: GatewayContext,
    @Args(() => PageArgs) page: PageArgs,
    @Arg('search', () => String, {
      nullable: true,
      description:
        'Words in display name, mail or user principal name; at most 120 characters. Absent or blank lists everybody.',
    })
    search?: string | null,
  ): Promise<Connection<User>> {
    return ctx.dataSources.directory.users(search, readPageArgs(page));
  }

  @Extensions({ join: true })
  @FieldResolver(() => RiskEventConnection, {
    nullable: true,
    description: 'Risk events of the user, latest act first. From Microsoft Graph `identityProtection/riskDetections`.',
  })
  riskEvents(
    @Root() user: User,
    @Ctx() ctx: GatewayContext,
    @Args(() => PageArgs) page: PageArgs,
  ): Promise<Connection<RiskEvent>> {
    return ctx.dataSources.identity.riskEventsOfUserPage(user, readPageArgs(page));
  }

  @Extensions({ join: true })
  @FieldResolver(() => RiskyUser, {
    nullable: true,
    description:
      'What Identity Protection holds of the user; null when the user never was at risk. From Microsoft Graph `identityProtection/riskyUsers`.',
  })
  riskyUser(@Root() user: User, @Ctx() ctx: GatewayContext): Promise<RiskyUser | null> {
    return ctx.dataSources.identity.riskyUser(user);
  }
}
