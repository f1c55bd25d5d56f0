import { Arg, Ctx, Extensions, FieldResolver, Mutation, Resolver, Root } from 'type-graphql';
import { RiskyUserActions } from '../datasources/identity/actions/RiskyUserActions.js';
import {
  ConfirmUsersCompromisedInput,
  ConfirmUsersSafeInput,
  DismissUsersRiskInput,
} from '../schema/inputs/riskyUserActions.input.js';
import { RiskyUser } from '../schema/types/riskyUser.type.js';
import {
  ConfirmUsersCompromisedPayload,
  ConfirmUsersSafePayload,
  DismissUsersRiskPayload,
  RiskyUserActionResult,
} from '../schema/types/riskyUserAction.type.js';
import { callerOf } from './callerOf.js';
import type { GatewayContext } from './context.js';

const promise =
  'Sent once: when the answer is lost, the gateway looks for the effect and else says `OUTCOME_UNKNOWN`. Needs Security.Respond; the gateway writes with IdentityRiskyUser.ReadWrite.All.';

@Resolver()
export class RiskyUserActionsResolver {
  @Extensions({ permission: 'Security.Respond' })
  @Mutation(() => ConfirmUsersCompromisedPayload, {
    nullable: true,
    description: `Tells Identity Protection that accounts are compromised: their risk becomes high, and policies act on it. ${promise}`,
  })
  confirmUsersCompromised(
    @Ctx() ctx: GatewayContext,
    @Arg('input', () => ConfirmUsersCompromisedInput, { description: 'The users.' })
    input: ConfirmUsersCompromisedInput,
  ): Promise<ConfirmUsersCompromisedPayload> {
    return actionsOf(ctx).run('confirmUsersCompromised', input);
  }

  @Extensions({ permission: 'Security.Respond' })
  @Mutation(() => DismissUsersRiskPayload, {
    nullable: true,
    description: `Dismisses the risk of users: it becomes none. ${promise}`,
  })
  dismissUsersRisk(
    @Ctx() ctx: GatewayContext,
    @Arg('input', () => DismissUsersRiskInput, { description: 'The users.' }) input: DismissUsersRiskInput,
  ): Promise<DismissUsersRiskPayload> {
    return actionsOf(ctx).run('dismissUsersRisk', input);
  }

  @Extensions({ permission: 'Security.Respond' })
  @Mutation(() => ConfirmUsersSafePayload, {
    nullable: true,
    description: `Tells Identity Protection that accounts are safe: their risk becomes none, and it learns from that. ${promise}`,
  })
  confirmUsersSafe(
    @Ctx() ctx: GatewayContext,
    @Arg('input', () => ConfirmUsersSafeInput, { description: 'The users.' }) input: ConfirmUsersSafeInput,
  ): Promise<ConfirmUsersSafePayload> {
    return actionsOf(ctx).run('confirmUsersSafe', input);
  }
}

@Resolver(() => RiskyUserActionResult)
export class RiskyUserActionResultResolver {
  @Extensions({ join: true })
  @FieldResolver(() => RiskyUser, {
    nullable: true,
    description:
      'The user as every read answers it from now on, also while the upstream lags; null when there is no such user. 15 users of one answer are one call. From Microsoft Graph `identityProtection/riskyUsers`.',
  })
  async riskyUser(@Root() result: RiskyUserActionResult, @Ctx() ctx: GatewayContext): Promise<RiskyUser | null> {
    if (result.errors.some(({ code }) => code === 'INVALID_INPUT' || code === 'NOT_FOUND')) return null;
    const { directory, identity } = ctx.dataSources;
    const user = await directory.user({ id: result.userId }).catch(() => null);
    return identity.riskyUser({ id: result.userId, userPrincipalName: user?.userPrincipalName ?? null });
  }
}

function actionsOf(ctx: GatewayContext): RiskyUserActions {
  const { identity, directory } = ctx.dataSources;
  return new RiskyUserActions({
    identity,
    directory,
    idempotency: identity.writes.idempotency,
    onActed: (users) => identity.writes.acted.tell(users),
    principal: callerOf(ctx),
  });
}
