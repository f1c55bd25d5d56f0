import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Args, Ctx, Extensions, FieldResolver, ID, Info, Query, Resolver, Root } from 'type-graphql';
import {
  activitiesOfAlert,
  devicesOfAlert,
  riskEventsOfAlert,
  usersOfAlert,
} from '../datasources/alerts/alertJoins.js';
import { readPageArgs } from '../datasources/paging/pageArgs.js';
import { AlertFilter, AlertOrder } from '../schema/inputs/alertFilter.input.js';
import { PageArgs } from '../schema/inputs/page.args.js';
import { WindowArgs } from '../schema/inputs/window.args.js';
import { DateTime } from '../schema/scalars/dateTime.js';
import { Alert, AlertConnection } from '../schema/types/alert.type.js';
import type { Connection } from '../schema/types/connection.js';
import { Device } from '../schema/types/device.type.js';
import { Incident } from '../schema/types/incident.type.js';
import { type MCASActivity, MCASActivityConnection } from '../schema/types/mcasActivity.type.js';
import { MCASAlert } from '../schema/types/mcasAlert.type.js';
import { type RiskEvent, RiskEventConnection } from '../schema/types/riskEvent.type.js';
import { User } from '../schema/types/user.type.js';
import type { GatewayContext } from './context.js';
import { selectsField } from './selection.js';

@Resolver(() => Alert)
export class AlertResolver {
  @Extensions({ permission: 'Security.Read' })
  @Query(() => Alert, {
    nullable: true,
    description:
      'One alert; null when there is none. From Microsoft Graph `security/alerts_v2`, or `security/alerts` in the legacy dialect. Needs Security.Read.',
  })
  alert(
    @Ctx() ctx: GatewayContext,
    @Arg('id', () => ID, {
      description:
        "The upstream's id, 1 to 512 characters. A Cloud Apps alert is found by its own id too, without the prefix `ca`.",
    })
    id: string,
  ): Promise<Alert | null> {
    return ctx.dataSources.alerts.byAnyId(id);
  }

  @Extensions({ permission: 'Security.Read' })
  @Query(() => [Alert], {
    nullable: true,
    description: 'Several alerts in the order of the ids, each once; unknown ids are left out. Needs Security.Read.',
  })
  alertsByIds(
    @Ctx() ctx: GatewayContext,
    @Arg('ids', () => [ID], { description: 'At most 100 ids.' }) ids: string[],
  ): Promise<Alert[]> {
    return ctx.dataSources.alerts.alertsByIds(ids);
  }

  @Extensions({ permission: 'Security.Read' })
  @Query(() => AlertConnection, {
    nullable: true,
    description:
      'Alerts of the tenant, newest created first unless `orderBy` says otherwise. From Microsoft Graph `security/alerts_v2`, or `security/alerts` in the legacy dialect. A page inside the mirrored window costs no call. `totalCount` of a list whose filter does not keep to that window costs one on pages after the first, and on pages from the mirror. Needs Security.Read.',
  })
  alerts(
    @Ctx() ctx: GatewayContext,
    @Info() info: GraphQLResolveInfo,
    @Args(() => PageArgs) page: PageArgs,
    @Arg('filter', () => AlertFilter, { nullable: true, description: 'Which alerts; absent means all.' })
    filter?: AlertFilter | null,
    @Arg('orderBy', () => AlertOrder, { defaultValue: AlertOrder.CREATED_DESC, description: 'Order of the list.' })
    orderBy?: AlertOrder | null,
  ): Promise<Connection<Alert>> {
    const withTotal = selectsField(info, ['totalCount']);
    return ctx.dataSources.alerts.list({ filter, orderBy, page: readPageArgs(page), withTotal });
  }

  @Extensions({ join: true })
  @FieldResolver(() => Incident, {
    nullable: true,
    description:
      'The incident that the alert belongs to, or, when that was merged, the one that its alerts moved to; null when it has none. At most five merges are followed. From Microsoft Graph `security/incidents`.',
  })
  incident(@Root() alert: Alert, @Ctx() ctx: GatewayContext): Promise<Incident | null> | null {
    return alert.incidentId === null ? null : ctx.dataSources.incidents.currentById(alert.incidentId);
  }

  @Extensions({ join: true })
  @FieldResolver(() => MCASAlert, {
    nullable: true,
    description:
      'The same alert as Cloud Apps has it, with its own state and entities; null when the alert is of another product. By id, without the `ca` in front. Alerts of one answer share calls. From Microsoft Defender for Cloud Apps.',
  })
  mcasAlert(@Root() alert: Alert, @Ctx() ctx: GatewayContext): Promise<MCASAlert | null> {
    return ctx.dataSources.mcasAlerts.byId(alert.id);
  }

  @Extensions({ join: true })
  @FieldResolver(() => [User], {
    nullable: true,
    description:
      'The accounts that the evidence names, each once: by object id, or else by user principal name without case. Accounts without a directory object are in `evidence` only. From Microsoft Graph `users`.',
  })
  users(@Root() alert: Alert, @Ctx() ctx: GatewayContext): Promise<User[]> {
    return usersOfAlert(ctx.dataSources, alert);
  }

  @Extensions({ join: true })
  @FieldResolver(() => [Device], {
    nullable: true,
    description:
      'The devices that the evidence names, each once, by `azureAdDeviceId`. Devices without a directory object are in `evidence` only. From Microsoft Graph `devices`.',
  })
  devices(@Root() alert: Alert, @Ctx() ctx: GatewayContext): Promise<Device[]> {
    return devicesOfAlert(ctx.dataSources, alert);
  }

  @Extensions({ join: true })
  @FieldResolver(() => RiskEventConnection, {
    nullable: true,
    description:
      'Risk events of the users of the alert, from `windowMinutes` before its first activity to as long after its last; latest first. From Microsoft Graph `identityProtection/riskDetections`.',
  })
  riskEvents(
    @Root() alert: Alert,
    @Ctx() ctx: GatewayContext,
    @Args(() => WindowArgs) args: WindowArgs,
  ): Promise<Connection<RiskEvent> | null> {
    const { windowMinutes } = args;
    return riskEventsOfAlert(ctx.dataSources, alert, { page: readPageArgs(args), windowMinutes });
  }

  @Extensions({ join: true })
  @FieldResolver(() => MCASActivityConnection, {
    nullable: true,
    description:
      'Cloud Apps activities of the users of the alert, from `windowMinutes` before its first activity to as long after its last; latest first. From Microsoft Defender for Cloud Apps.',
  })
  mcasActivities(
    @Root() alert: Alert,
    @Ctx() ctx: GatewayContext,
    @Args(() => WindowArgs) args: WindowArgs,
  ): Promise<Connection<MCASActivity> | null> {
    const { windowMinutes } = args;
    return activitiesOfAlert(ctx.dataSources, alert, { page: readPageArgs(args), windowMinutes });
  }
}

@Resolver(() => Incident)
export class IncidentAlertsResolver {
  @Extensions({ join: true })
  @FieldResolver(() => AlertConnection, {
    nullable: true,
    description:
      'Alerts of the incident, newest created first. From Microsoft Graph `security/incidents/{id}/alerts`, which is read whole; `info.truncated` says when that was too much. Without `totalCount`, a page inside the mirrored window costs no call.',
  })
  alerts(
    @Root() incident: Incident,
    @Ctx() ctx: GatewayContext,
    @Info() info: GraphQLResolveInfo,
    @Args(() => PageArgs) page: PageArgs,
  ): Promise<Connection<Alert>> {
    const withTotal = selectsField(info, ['totalCount']);
    return ctx.dataSources.alerts.ofIncident(incident.id, readPageArgs(page), withTotal);
  }
}

@Resolver(() => User)
export class UserAlertsResolver {
  @Extensions({ join: true })
  @FieldResolver(() => AlertConnection, {
    nullable: true,
    description:
      'Alerts that name the user in their user evidence, newest created first; null when the user has no user principal name. One call for each user, unless the page lies inside the mirrored window, as it does with a `from` inside it. From Microsoft Graph `security/alerts_v2`.',
  })
  alerts(
    @Root() user: User,
    @Ctx() ctx: GatewayContext,
    @Info() info: GraphQLResolveInfo,
    @Args(() => PageArgs) page: PageArgs,
    @Arg('from', () => DateTime, { nullable: true, description: 'Created at or after this instant.' })
    from?: string | null,
    @Arg('to', () => DateTime, { nullable: true, description: 'Created before this instant.' }) to?: string | null,
  ): Promise<Connection<Alert>> | null {
    if (!user.userPrincipalName) return null;
    const withTotal = selectsField(info, ['totalCount']);
    const created = from || to ? { ge: from ?? null, lt: to ?? null } : undefined;
    return ctx.dataSources.alerts.ofUser(user.userPrincipalName, readPageArgs(page), withTotal, created);
  }
}
