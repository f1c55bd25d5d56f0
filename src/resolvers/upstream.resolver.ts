import { Ctx, Extensions, Query, Resolver } from 'type-graphql';
import { Upstream } from '../schema/types/upstream.type.js';
import { upstreamNames } from '../upstream/contract.js';
import type { GatewayContext } from './context.js';

@Resolver(() => Upstream)
export class UpstreamResolver {
  @Extensions({ permission: 'Security.Read' })
  @Query(() => [Upstream], {
    nullable: true,
    description:
      'How the services behind the gateway are doing and what is left of their limits. Costs no upstream call. Needs Security.Read.',
  })
  upstreams(@Ctx() ctx: GatewayContext): Upstream[] {
    return upstreamNames.map((name) => ({ __typename: 'Upstream', ...ctx.upstreams[name].status() }));
  }
}
