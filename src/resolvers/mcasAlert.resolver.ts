import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Args, Ctx, Extensions, FieldResolver, ID, Info, Query, Resolver, Root } from 'type-graphql';
import { toGraphAlertId } from '../datasources/mcas/alerts/alertId.js';
import { readPageArgs } from '../datasources/paging/pageArgs.js';
import { MCASAlertFilter } from '../schema/inputs/mcasAlertFilter.input.js';
import { PageArgs } from '../schema/inputs/page.args.js';
import { Alert } from '../schema/types/alert.type.js';
import type { Connection } from '../schema/types/connection.js';
import { MCASAccount } from '../schema/types/mcasAccount.type.js';
import { type MCASActivity, MCASActivityConnection } from '../schema/types/mcasActivity.type.js';
import { MCASAlert, MCASAlertConnection } from '../schema/types/mcasAlert.type.js';
import type { GatewayContext } from './context.js';
import { selectsField } from './selection.js';

@Resolver(() => MCASAlert)
export class MCASAlertResolver {
  @Extensions({ permission: 'Security.Read' })
  @Query(() => MCASAlert, {
    nullable: true,
    description:
      'One Cloud Apps alert; null when there is none. From Microsoft Defender for Cloud Apps. Needs Security.Read.',
  })
  mcasAlert(
    @Ctx() ctx: GatewayContext,
    @Arg('id', () => ID, {
      description: "The upstream's `_id`, 24 hexadecimal digits, or the id in Microsoft Graph, `ca` and the same.",
    })
    id: string,
  ): Promise<MCASAlert | null> {
    return ctx.dataSources.mcasAlerts.byId(id);
  }

  @Extensions({ permission: 'Security.Read' })
  @Query(() => MCASAlertConnection, {
    nullable: true,
    description:
      'Cloud Apps alerts of the tenant, latest first. From Microsoft Defender for Cloud Apps, which gives 100 rows a call and allows everybody together 30 calls a minute. Needs Security.Read.',
  })
  mcasAlerts(
    @Ctx() ctx: GatewayContext,
    @Info() info: GraphQLResolveInfo,
    @Args(() => PageArgs) page: PageArgs,
    @Arg('filter', () => MCASAlertFilter, { nullable: true, description: 'Which alerts; absent means all.' })
    filter?: MCASAlertFilter | null,
  ): Promise<Connection<MCASAlert>> {
    return ctx.dataSources.mcasAlerts.list({
      filter: filter ?? null,
      page: readPageArgs(page),
      withTotal: selectsField(info, ['totalCount']),
    });
  }

  @Extensions({ join: true })
  @FieldResolver(() => Alert, {
    nullable: true,
    description: 'The same alert as Microsoft Graph shows it, under `ca` and this id; null when it does not.',
  })
  alert(@Root() alert: MCASAlert, @Ctx() ctx: GatewayContext): Promise<Alert | null> {
    return ctx.dataSources.alerts.byId(toGraphAlertId(alert.id));
  }

  @Extensions({ join: true })
  @FieldResolver(() => MCASActivityConnection, {
    nullable: true,
    description:
      'Activities behind the alert, latest first. When the alert names them in `audits`, the alerts of one answer share calls of 100 ids, and `info.warnings` says when some are older than the about 30 days that the upstream lists; else the upstream is asked for each alert.',
  })
  activities(
    @Root() alert: MCASAlert,
    @Ctx() ctx: GatewayContext,
    @Info() info: GraphQLResolveInfo,
    @Args(() => PageArgs) page: PageArgs,
  ): Promise<Connection<MCASActivity>> {
    const { mcasAlerts, mcasActivities } = ctx.dataSources;
    if (alert.audits.length > 0) return mcasAlerts.activitiesOf(alert, readPageArgs(page));
    return mcasActivities.list({
      filter: { alertId: alert.id },
      page: readPageArgs(page),
      withTotal: selectsField(info, ['totalCount']),
    });
  }

  @Extensions({ join: true })
  @FieldResolver(() => MCASAccount, {
    nullable: true,
    description:
      'The first account that the alert names, by its id in the app; null when it names none, does not say of which app, or the upstream does not know it. Alerts of one answer share calls of 100 accounts.',
  })
  async account(@Root() alert: MCASAlert, @Ctx() ctx: GatewayContext): Promise<MCASAccount | null> {
    const id = alert.entities.find(({ accountId }) => accountId !== null)?.accountId;
    return id ? ctx.dataSources.mcasAccounts.byId(id) : null;
  }
}
