import type { CachePolicy } from '../../cache/contract.js';
import type { Device } from '../../schema/types/device.type.js';
import type { User } from '../../schema/types/user.type.js';
import { anyOf, textLiteral } from '../odata/filterText.js';
import { toDevice, toUser } from './map.js';
import { deviceRow, userRow } from './wire.js';

/** A kind of directory object that is found by its object id and by one other unique property. */
export interface EntityKind<T extends { readonly id: string }> {
  /** In operation names, cache tags and as the type word of getByIds. */
  readonly word: 'user' | 'device';
  readonly path: string;
  readonly permission: string;
  /** Everything that is asked for, as one `$select`. */
  readonly select: string;
  readonly alternateProperty: 'userPrincipalName' | 'deviceId';
  readonly alternateOf: (entity: T) => string | null;
  /** Whether a text can be a value of the alternate property. One impossible value makes the upstream refuse a whole filter. */
  readonly isAlternate: (text: string) => boolean;
  /** Filter for any of the values of the alternate property. */
  readonly alternateFilter: (values: readonly string[]) => string;
  /** Properties that `$search` looks into. */
  readonly searchProperties: readonly string[];
  readonly parseRow: (row: unknown) => T;
  readonly policy: CachePolicy;
  readonly pagePolicy: CachePolicy;
}

const guid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
/** `$filter` compares texts of at most 120 characters; the longest possible name has 113. */
const maxUserPrincipalNameCharacters = 120;
const minuteMs = 60_000;

export function isGuid(text: string): boolean {
  return guid.test(text);
}

/** Text that an id of another form could be. Object ids are GUIDs; captured answers are known to carry other words. */
export function isOddId(text: string): boolean {
  return !isGuid(text) && /^[A-Za-z0-9][\w ()-]{0,119}$/.test(text);
}

/** Everything that could be a user principal name; sign-in names always hold one `@` and no space. */
function isUserPrincipalName(text: string): boolean {
  return text.length <= maxUserPrincipalNameCharacters && /^[^\s@\p{Cc}\p{Cs}]+@[^\s@\p{Cc}\p{Cs}]+$/u.test(text);
}

/** People and devices change rarely and nothing tells us when; ten minutes old is fresh, a day old beats nothing. */
const entityPolicy = {
  upstream: 'GRAPH_DIRECTORY',
  ttlMs: 10 * minuteMs,
  staleWhileRevalidateMs: 20 * minuteMs,
  staleIfErrorMs: 24 * 60 * minuteMs,
  negativeTtlMs: 2 * minuteMs,
} as const;
const pagePolicy = { ...entityPolicy, ttlMs: 2 * minuteMs, staleWhileRevalidateMs: 0 } as const;

export const userKind: EntityKind<User> = {
  word: 'user',
  path: '/v1.0/users',
  permission: 'User.Read.All',
  select: Object.keys(userRow.shape).join(','),
  alternateProperty: 'userPrincipalName',
  alternateOf: (user) => user.userPrincipalName,
  isAlternate: isUserPrincipalName,
  alternateFilter: (values) => `userPrincipalName in (${values.map(textLiteral).join(',')})`,
  searchProperties: ['displayName', 'mail', 'userPrincipalName'],
  parseRow: (row) => toUser(userRow.parse(row)),
  policy: { ...entityPolicy, resource: 'user' },
  pagePolicy: { ...pagePolicy, resource: 'user.page' },
};

/** `deviceId` is not documented to take `in`, so its values are joined by `or`. */
export const deviceKind: EntityKind<Device> = {
  word: 'device',
  path: '/v1.0/devices',
  permission: 'Device.Read.All',
  select: Object.keys(deviceRow.shape).join(','),
  alternateProperty: 'deviceId',
  alternateOf: (device) => device.deviceId,
  isAlternate: isGuid,
  alternateFilter: (values) => anyOf('deviceId', values),
  searchProperties: ['displayName'],
  parseRow: (row) => toDevice(deviceRow.parse(row)),
  policy: { ...entityPolicy, resource: 'device' },
  pagePolicy: { ...pagePolicy, resource: 'device.page' },
};
