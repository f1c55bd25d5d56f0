import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Args, Ctx, Extensions, FieldResolver, ID, Info, Query, Resolver, Root } from 'type-graphql';
import { readPageArgs } from '../datasources/paging/pageArgs.js';
import { IncidentFilter, IncidentOrder } from '../schema/inputs/incidentFilter.input.js';
import { PageArgs } from '../schema/inputs/page.args.js';
import type { Connection } from '../schema/types/connection.js';
import { Incident, IncidentConnection } from '../schema/types/incident.type.js';
import type { GatewayContext } from './context.js';
import { selectsField } from './selection.js';

@Resolver(() => Incident)
export class IncidentResolver {
  @Extensions({ permission: 'Security.Read' })
  @Query(() => Incident, {
    nullable: true,
    description:
      'One incident; null when there is none. An incident that was merged into another is answered itself, with `redirectIncident`. From Microsoft Graph `security/incidents`. Needs Security.Read.',
  })
  incident(
    @Ctx() ctx: GatewayContext,
    @Arg('id', () => ID, { description: "The upstream's id." }) id: string,
  ): Promise<Incident | null> {
    return ctx.dataSources.incidents.byId(id);
  }

  @Extensions({ permission: 'Security.Read' })
  @Query(() => IncidentConnection, {
    nullable: true,
    description:
      'Incidents of the tenant, newest created first unless `orderBy` says otherwise. From Microsoft Graph `security/incidents`, which gives 50 rows a call: a page of more costs more calls. Needs Security.Read.',
  })
  incidents(
    @Ctx() ctx: GatewayContext,
    @Info() info: GraphQLResolveInfo,
    @Args(() => PageArgs) page: PageArgs,
    @Arg('filter', () => IncidentFilter, { nullable: true, description: 'Which incidents; absent means all.' })
    filter?: IncidentFilter | null,
    @Arg('orderBy', () => IncidentOrder, {
      defaultValue: IncidentOrder.CREATED_DESC,
      description: 'Order of the list.',
    })
    orderBy?: IncidentOrder | null,
  ): Promise<Connection<Incident>> {
    return ctx.dataSources.incidents.list({
      filter: filter ?? null,
      orderBy: orderBy ?? IncidentOrder.CREATED_DESC,
      page: readPageArgs(page),
      withTotal: selectsField(info, ['totalCount']),
    });
  }

  @Extensions({ join: true })
  @FieldResolver(() => Incident, {
    nullable: true,
    description:
      'The incident that this one was merged into; null unless `status` is `REDIRECTED`. Follow it step by step.',
  })
  redirectIncident(@Root() incident: Incident, @Ctx() ctx: GatewayContext): Promise<Incident | null> | null {
    return incident.redirectIncidentId === null ? null : ctx.dataSources.incidents.byId(incident.redirectIncidentId);
  }
}
