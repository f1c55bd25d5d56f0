import { Arg, Args, Ctx, Extensions, ID, Query, Resolver } from 'type-graphql';
import { readPageArgs } from '../datasources/paging/pageArgs.js';
import { UserInputError } from '../errors/GatewayError.js';
import { PageArgs } from '../schema/inputs/page.args.js';
import type { Connection } from '../schema/types/connection.js';
import { Device, DeviceConnection } from '../schema/types/device.type.js';
import type { GatewayContext } from './context.js';

@Resolver(() => Device)
export class DeviceResolver {
  @Extensions({ permission: 'Security.Read' })
  @Query(() => Device, {
    nullable: true,
    description:
      'One device of the directory, by exactly one of the arguments; null when there is none. From Microsoft Graph `devices`. Needs Security.Read.',
  })
  device(
    @Ctx() ctx: GatewayContext,
    @Arg('id', () => ID, { nullable: true, description: 'Object id, a GUID.' }) id?: string | null,
    @Arg('deviceId', () => String, {
      nullable: true,
      description: 'Id given at registration, as evidence carries it; a GUID.',
    })
    deviceId?: string | null,
  ): Promise<Device | null> {
    if (id && !deviceId) return ctx.dataSources.directory.device({ id });
    if (deviceId && !id) return ctx.dataSources.directory.device({ deviceId });
    throw new UserInputError('"device" wants exactly one of "id" and "deviceId".');
  }

  @Extensions({ permission: 'Security.Read' })
  @Query(() => DeviceConnection, {
    nullable: true,
    description:
      'Devices of the directory in the order of their display name. From Microsoft Graph `devices`, whose search index lags writes a little. Needs Security.Read.',
  })
  devices(
    @Ctx() ctx: GatewayContext,
    @Args(() => PageArgs) page: PageArgs,
    @Arg('search', () => String, {
      nullable: true,
      description: 'Words in the display name; at most 120 characters. Absent or blank lists all.',
    })
    search?: string | null,
  ): Promise<Connection<Device>> {
    return ctx.dataSources.directory.devices(search, readPageArgs(page));
  }
}
