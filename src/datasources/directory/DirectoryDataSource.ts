import type { Connection } from '../../schema/types/connection.js';
import type { Device } from '../../schema/types/device.type.js';
import type { User } from '../../schema/types/user.type.js';
import type { CallScope } from '../../upstream/contract.js';
import type { DataSourceDeps } from '../createDataSources.js';
import type { PageRequest } from '../paging/pageArgs.js';
import { EntityListing } from './EntityListing.js';
import { EntityReader } from './EntityReader.js';
import { deviceKind, userKind } from './entityKinds.js';

/** A user is named by its object id or, without case, by its user principal name. */
export type UserKey = { readonly id: string } | { readonly userPrincipalName: string };

/** A device is named by its object id or by the `deviceId` that evidence carries. */
export type DeviceKey = { readonly id: string } | { readonly deviceId: string };

/** Our face of Microsoft Graph's directory: users and devices, one object per operation. */
export class DirectoryDataSource {
  readonly #users: EntityReader<User>;
  readonly #devices: EntityReader<Device>;
  readonly #userList: EntityListing<User>;
  readonly #deviceList: EntityListing<Device>;

  constructor(deps: Pick<DataSourceDeps, 'upstreams' | 'cache' | 'named'>, scope: CallScope) {
    const upstream = deps.upstreams.GRAPH_DIRECTORY;
    this.#users = new EntityReader(userKind, upstream, deps.cache, scope, deps.named?.users);
    this.#devices = new EntityReader(deviceKind, upstream, deps.cache, scope, deps.named?.devices);
    this.#userList = new EntityListing(userKind, upstream, deps.cache, scope);
    this.#deviceList = new EntityListing(deviceKind, upstream, deps.cache, scope);
  }

  /** The user, or null when the directory has none; text that can be no id and a name without `@` are null without a call. */
  user(key: UserKey): Promise<User | null> {
    return this.#users.find('id' in key ? key : { alternate: key.userPrincipalName });
  }

  /** The device, or null when the directory has none; text that can be no id is null without a call. */
  device(key: DeviceKey): Promise<Device | null> {
    return this.#devices.find('id' in key ? key : { alternate: key.deviceId });
  }

  /** Users in the order of their display name; `search` looks into display name, mail and user principal name. */
  users(search: string | null | undefined, page: PageRequest): Promise<Connection<User>> {
    return this.#userList.list(search, page);
  }

  /** Devices in the order of their display name; `search` looks into the display name. */
  devices(search: string | null | undefined, page: PageRequest): Promise<Connection<Device>> {
    return this.#deviceList.list(search, page);
  }
}
