import { Arg, Args, Ctx, Extensions, FieldResolver, ID, Query, Resolver, Root } from 'type-graphql';
import { toAccountId } from '../datasources/mcas/accounts/accountKey.js';
import { readPageArgs } from '../datasources/paging/pageArgs.js';
import { MCASAccountFilter } from '../schema/inputs/mcasAccountFilter.input.js';
import { PageArgs } from '../schema/inputs/page.args.js';
import type { Connection } from '../schema/types/connection.js';
import { MCASAccount, MCASAccountConnection } from '../schema/types/mcasAccount.type.js';
import { MCASActivity } from '../schema/types/mcasActivity.type.js';
import type { GatewayContext } from './context.js';

@Resolver(() => MCASAccount)
export class MCASAccountResolver {
  @Extensions({ permission: 'Security.Read' })
  @Query(() => MCASAccount, {
    nullable: true,
    description:
      'One user or account of Cloud Apps; null when there is none. From Microsoft Defender for Cloud Apps. Needs Security.Read.',
  })
  mcasAccount(
    @Ctx() ctx: GatewayContext,
    @Arg('id', () => ID, {
      description: 'Unpadded base64url of the JSON `{"id":…,"saas":…,"inst":…}`, members in this order.',
    })
    id: string,
  ): Promise<MCASAccount | null> {
    return ctx.dataSources.mcasAccounts.byId(id);
  }

  @Extensions({ permission: 'Security.Read' })
  @Query(() => MCASAccountConnection, {
    nullable: true,
    description:
      'Users and accounts of Cloud Apps, by name. `totalCount` is approximate. The upstream pages by place only: rows that come or go while a client pages may be seen twice. From Microsoft Defender for Cloud Apps. Needs Security.Read.',
  })
  mcasAccounts(
    @Ctx() ctx: GatewayContext,
    @Args(() => PageArgs) page: PageArgs,
    @Arg('filter', () => MCASAccountFilter, { nullable: true, description: 'Which of them; absent means all.' })
    filter?: MCASAccountFilter | null,
  ): Promise<Connection<MCASAccount>> {
    return ctx.dataSources.mcasAccounts.list({ filter: filter ?? null, page: readPageArgs(page) });
  }

  @Extensions({ join: true })
  @FieldResolver(() => [MCASAccount], {
    nullable: true,
    description:
      'Accounts of a user in the apps; of an account, all accounts of the user that it belongs to. Costs no call when the record brought them along.',
  })
  accounts(@Root() account: MCASAccount, @Ctx() ctx: GatewayContext): Promise<readonly MCASAccount[]> {
    return ctx.dataSources.mcasAccounts.accountsOf(account);
  }
}

@Resolver(() => MCASActivity)
export class MCASActivityAccountResolver {
  @Extensions({ join: true })
  @FieldResolver(() => MCASAccount, {
    nullable: true,
    description:
      'The account that did it: the actor that the upstream found, else the first account that the activity names; null when there is none, or the upstream does not know it. Activities of one answer share calls of 100 accounts.',
  })
  async account(@Root() activity: MCASActivity, @Ctx() ctx: GatewayContext): Promise<MCASAccount | null> {
    const key = [activity.resolvedActor, ...activity.entityData].find((entity) => entity?.id && entity.saasId !== null);
    if (!key?.id || key.saasId === null) return null;
    return ctx.dataSources.mcasAccounts.byId(toAccountId({ id: key.id, saas: key.saasId, inst: key.instanceId ?? 0 }));
  }
}
