import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Args, Ctx, Extensions, ID, Info, Query, Resolver } from 'type-graphql';
import { readPageArgs } from '../datasources/paging/pageArgs.js';
import { MCASBlockScriptFormat } from '../schema/enums/mcasBlockScript.enum.js';
import { MCASDiscoveryCategoriesArgs } from '../schema/inputs/mcasDiscovery.args.js';
import { MCASFileFilter } from '../schema/inputs/mcasFileFilter.input.js';
import { MCASIPRangeFilter } from '../schema/inputs/mcasIPRange.input.js';
import { PageArgs } from '../schema/inputs/page.args.js';
import type { Connection } from '../schema/types/connection.js';
import { MCASBlockScript, MCASDiscoveryCategory, MCASDiscoveryStream } from '../schema/types/mcasDiscovery.type.js';
import { MCASFile, MCASFileConnection } from '../schema/types/mcasFile.type.js';
import { MCASIPRange } from '../schema/types/mcasIPRange.type.js';
import type { GatewayContext } from './context.js';
import { selectsField } from './selection.js';

/** What the tenant has in Cloud Apps beside alerts, activities and accounts. */
@Resolver()
export class MCASInventoryResolver {
  @Extensions({ permission: 'Security.Read' })
  @Query(() => [MCASIPRange], {
    nullable: true,
    description:
      'Named ranges of IP addresses, by name. From Microsoft Defender for Cloud Apps, one call for 100. Needs Security.Read.',
  })
  mcasIPRanges(
    @Ctx() ctx: GatewayContext,
    @Arg('filter', () => MCASIPRangeFilter, { nullable: true, description: 'Which ranges; absent means all.' })
    filter?: MCASIPRangeFilter | null,
  ): Promise<readonly MCASIPRange[]> {
    return ctx.dataSources.mcasIPRanges.list(filter ?? null);
  }

  @Extensions({ permission: 'Security.Read' })
  @Query(() => MCASFile, {
    nullable: true,
    description:
      'One file; null when there is none. From Microsoft Defender for Cloud Apps, which gives files for a legacy API token only: without `MCAS_TOKEN` it is `UPSTREAM_NOT_CONFIGURED`. Needs Security.Read.',
  })
  mcasFile(
    @Ctx() ctx: GatewayContext,
    @Arg('id', () => ID, { description: "The upstream's `_id`." }) id: string,
  ): Promise<MCASFile | null> {
    return ctx.dataSources.mcasFiles.byId(id);
  }

  @Extensions({ permission: 'Security.Read' })
  @Query(() => MCASFileConnection, {
    nullable: true,
    description:
      'Files of the tenant in cloud apps, last changed first. From Microsoft Defender for Cloud Apps, which gives files for a legacy API token only: without `MCAS_TOKEN` it is `UPSTREAM_NOT_CONFIGURED`. Needs Security.Read.',
  })
  mcasFiles(
    @Ctx() ctx: GatewayContext,
    @Info() info: GraphQLResolveInfo,
    @Args(() => PageArgs) page: PageArgs,
    @Arg('filter', () => MCASFileFilter, { nullable: true, description: 'Which files; absent means all.' })
    filter?: MCASFileFilter | null,
  ): Promise<Connection<MCASFile>> {
    return ctx.dataSources.mcasFiles.list({
      filter: filter ?? null,
      page: readPageArgs(page),
      withTotal: selectsField(info, ['totalCount']),
    });
  }

  @Extensions({ permission: 'Security.Read' })
  @Query(() => [MCASDiscoveryStream], {
    nullable: true,
    description:
      'Continuous reports on which cloud apps are in use. From Microsoft Defender for Cloud Apps, one call. Needs Security.Read.',
  })
  mcasDiscoveryStreams(@Ctx() ctx: GatewayContext): Promise<readonly MCASDiscoveryStream[]> {
    return ctx.dataSources.mcasDiscovery.streams();
  }

  @Extensions({ permission: 'Security.Read' })
  @Query(() => [MCASDiscoveryCategory], {
    nullable: true,
    description:
      'Categories of the cloud apps in one report, most apps first unless `orderBy` says otherwise; null when there is no such report. From Microsoft Defender for Cloud Apps, one call for a report and period, whatever part of the list is asked. Needs Security.Read.',
  })
  mcasDiscoveryCategories(
    @Ctx() ctx: GatewayContext,
    @Args(() => MCASDiscoveryCategoriesArgs) args: MCASDiscoveryCategoriesArgs,
  ): Promise<readonly MCASDiscoveryCategory[] | null> {
    return ctx.dataSources.mcasDiscovery.categories(args);
  }

  @Extensions({ permission: 'Security.Read' })
  @Query(() => MCASBlockScript, {
    nullable: true,
    description:
      'A script that makes a network appliance block the apps that are marked as not sanctioned. From Microsoft Defender for Cloud Apps, one call; the gateway needs Discovery.manage for it, reading as it is. Needs Security.Read.',
  })
  mcasDiscoveryBlockScript(
    @Ctx() ctx: GatewayContext,
    @Arg('format', () => MCASBlockScriptFormat, { description: 'Appliance that it is for.' })
    format: MCASBlockScriptFormat,
  ): Promise<MCASBlockScript | null> {
    return ctx.dataSources.mcasDiscovery.blockScript(format);
  }
}
