import { Arg, Args, Ctx, Extensions, FieldResolver, ID, Query, Resolver, Root } from 'type-graphql';
import { alertsOfDevice } from '../datasources/alerts/deviceAlerts.js';
import { readPageArgs } from '../datasources/paging/pageArgs.js';
import { UserInputError } from '../errors/GatewayError.js';
import { PageArgs } from '../schema/inputs/page.args.js';
import { type Alert, AlertConnection } from '../schema/types/alert.type.js';
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

  @Extensions({ join: true })
  @FieldResolver(() => AlertConnection, {
    nullable: true,
    description:
      'Alerts that name the device by `deviceId` in their device evidence, newest created first. The upstream filters by DNS name only, so the device is asked for by `displayName`, bare and with the DNS domains of devices in the newest 200 alerts: an alert that knows the device under another name is not found. Null when the device has no `deviceId` or `displayName`; empty in the legacy dialect, whose evidence has no device ids. `totalCount` is null. One call for each device, and one for all, unless the page lies inside the mirrored window, where alerts are found by `deviceId`. From Microsoft Graph `security/alerts_v2`.',
  })
  alerts(
    @Root() device: Device,
    @Ctx() ctx: GatewayContext,
    @Args(() => PageArgs) page: PageArgs,
  ): Promise<Connection<Alert> | null> {
    return alertsOfDevice(ctx.dataSources.alerts, device, readPageArgs(page));
  }
}
