import { Args, Ctx, Extensions, Query, Resolver } from 'type-graphql';
import { AlertStatsArgs } from '../schema/inputs/alertStats.args.js';
import { AlertStats } from '../schema/types/alertStats.type.js';
import type { GatewayContext } from './context.js';

@Resolver()
export class AlertStatsResolver {
  @Extensions({ permission: 'Security.Read' })
  @Query(() => AlertStats, {
    nullable: true,
    description:
      'Counts of alerts over time, without a call to the upstream. `BAD_USER_INPUT` with `coveredFrom` when it begins before the mirrored window, and where no mirror is kept (`MIRROR_DAYS=0`, on-behalf-of, legacy dialect) or a fresh read is insisted on; `UPSTREAM_UNAVAILABLE` while the mirror is filling or behind. Needs Security.Read.',
  })
  alertStats(@Ctx() ctx: GatewayContext, @Args(() => AlertStatsArgs) args: AlertStatsArgs): AlertStats {
    return ctx.dataSources.alerts.stats(args);
  }
}
