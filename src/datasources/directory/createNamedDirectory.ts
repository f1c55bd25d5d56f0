import type { ChangeTopic, EntityOf } from '../../changes/contract.js';
import { KeptObjects } from '../../mirror/KeptObjects.js';
import type { Logger } from '../../observability/logger.js';
import type { Alert } from '../../schema/types/alert.type.js';
import type { Device } from '../../schema/types/device.type.js';
import type { RiskEvent } from '../../schema/types/riskEvent.type.js';
import type { RiskyUser } from '../../schema/types/riskyUser.type.js';
import type { User } from '../../schema/types/user.type.js';
import type { Clock } from '../../time/clock.js';
import type { CallScope, Purpose, Upstream } from '../../upstream/contract.js';
import { accountOf, deviceIdsOf, type NamedAccount } from '../alerts/namedInEvidence.js';
import { keyTextsOf, readByKeyTexts, toKeyText } from './entityKeys.js';
import { deviceKind, type EntityKind, userKind } from './entityKinds.js';

export interface NamedDirectoryDeps {
  readonly upstream: Upstream;
  /** Makes the scope of one read; it ends when the given signal does. */
  readonly makeScope: (signal: AbortSignal, purpose: Purpose) => CallScope;
  readonly clock: Clock;
  /** In [0, 1); spreads the readings. */
  readonly random: () => number;
  readonly logger: Logger;
  /** How long rows name somebody after their last update. */
  readonly windowMs: number;
}

/** Users and devices of the directory that mirrored rows name. */
export interface NamedDirectory {
  readonly users: KeptObjects<User>;
  readonly devices: KeptObjects<Device>;
  /** Told of every mirrored row, with its last update in 100 ns ticks. */
  notice<T extends ChangeTopic>(topic: T, entity: EntityOf<T>, updated: bigint): void;
  /** The user of this object id has changed: nobody is told of them until they are read again. */
  forgetUser(id: string): void;
  start(): void;
  /** Resolves when nothing is being read any more. */
  stop(): Promise<void>;
}

const refreshMs = 3_600_000;
const maxUsers = 50_000;
const maxDevices = 20_000;
/** One getByIds of users beside filters of names; filters of devices, 15 in each of the 20 parts of a `$batch`. */
const usersPerRound = 1_000;
const devicesPerRound = 300;
const ticksPerMs = 10_000n;

/** Keeps whoever mirrored rows name, so that joins to them cost no call; what the directory does not have, too. */
export function createNamedDirectory(deps: NamedDirectoryDeps): NamedDirectory {
  const users = keep(deps, userKind, maxUsers, usersPerRound);
  const devices = keep(deps, deviceKind, maxDevices, devicesPerRound);
  const want = <E extends { readonly id: string }>(kind: EntityKind<E>, kept: KeptObjects<E>, until: number) => {
    return (key: Parameters<typeof toKeyText<E>>[1]) => {
      const text = toKeyText(kind, key);
      if (text !== undefined) kept.want(text, until);
    };
  };
  return {
    users,
    devices,
    notice: (topic, entity, updated) => {
      const until = namedUntil(topic, updated, deps);
      for (const account of accountsIn(topic, entity)) accountKeys(account).forEach(want(userKind, users, until));
      for (const deviceId of topic === 'alert' ? deviceIdsOf(entity as Alert) : [])
        want(deviceKind, devices, until)({ alternate: deviceId });
    },
    forgetUser: (id) => {
      const text = toKeyText(userKind, { id });
      if (text !== undefined) users.invalidate(text);
    },
    start: () => {
      users.start();
      devices.start();
    },
    stop: async () => {
      await Promise.all([users.stop(), devices.stop()]);
    },
  };
}

function keep<E extends { readonly id: string }>(
  { upstream, makeScope, clock, random, logger }: NamedDirectoryDeps,
  kind: EntityKind<E>,
  maxObjects: number,
  keysPerRound: number,
): KeptObjects<E> {
  return new KeptObjects<E>({
    name: `${kind.word}s`,
    clock,
    random,
    logger,
    refreshMs,
    maxObjects,
    keysPerRound,
    read: (texts, signal) => readByKeyTexts(kind, texts, upstream, makeScope(signal, 'background')),
    keysOf: (entity) => keyTextsOf(kind, entity),
  });
}

/** A risky user is mirrored for as long as they are at risk, whatever the window. */
function namedUntil(topic: ChangeTopic, updated: bigint, { clock, windowMs }: NamedDirectoryDeps): number {
  return (topic === 'riskyUser' ? clock.now() : Number(updated / ticksPerMs)) + windowMs;
}

/** As the joins look them up: evidence one by one, because an alert may name somebody in several ways. */
function accountsIn<T extends ChangeTopic>(topic: T, entity: EntityOf<T>): readonly NamedAccount[] {
  switch (topic) {
    case 'alert':
      return (entity as Alert).evidence.map(accountOf).filter((account) => account !== null);
    case 'riskEvent': {
      const { userId, userPrincipalName } = entity as RiskEvent;
      return [{ azureAdUserId: userId, userPrincipalName }];
    }
    case 'riskyUser':
      return [{ azureAdUserId: (entity as RiskyUser).id, userPrincipalName: null }];
    default:
      return [];
  }
}

/** By id, or else by name. */
function accountKeys({ azureAdUserId, userPrincipalName }: NamedAccount) {
  if (azureAdUserId) return [{ id: azureAdUserId }];
  return userPrincipalName ? [{ alternate: userPrincipalName }] : [];
}
