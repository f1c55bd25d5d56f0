import { Ctx, Extensions, Query, Resolver } from 'type-graphql';
import { Viewer } from '../schema/types/viewer.type.js';
import type { GatewayContext } from './context.js';

@Resolver(() => Viewer)
export class ViewerResolver {
  @Extensions({ permission: 'Security.Read' })
  @Query(() => Viewer, {
    nullable: true,
    description: 'The caller, as the gateway verified it. Needs Security.Read.',
  })
  viewer(@Ctx() ctx: GatewayContext): Viewer {
    const { id, name, permissions } = ctx.principal;
    return { __typename: 'Viewer', id, name, permissions: [...permissions].sort() };
  }
}
