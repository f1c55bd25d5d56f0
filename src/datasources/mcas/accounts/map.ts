import { toRawCode } from '../../../schema/enums/defineCodedEnum.js';
import { mcasAccountStatus, mcasAccountType } from '../../../schema/enums/mcasInventory.enums.js';
import type { MCASAccount } from '../../../schema/types/mcasAccount.type.js';
import { toInt } from '../map.js';
import { fromWireTime } from '../time.js';
import { type AccountKey, toAccountId } from './accountKey.js';
import type { AccountWire, ShortAccountWire } from './wire.js';

/** A user or account as ours; undefined when the record does not say what names it. */
export function toMcasAccount(wire: AccountWire): MCASAccount | undefined {
  const key = keyOf(wire);
  if (key === undefined) return undefined;
  return {
    ...base(key, wire.type, wire.status),
    appName: wire.appData?.name ?? null,
    idType: toInt(wire.idType),
    displayName: wire.displayName ?? null,
    email: wire.email ?? null,
    role: wire.role ?? null,
    organization: wire.organization ?? null,
    domain: wire.domain ?? null,
    sid: wire.sid ?? null,
    isAdmin: wire.isAdmin ?? null,
    isExternal: wire.isExternal ?? null,
    isFake: wire.isFake ?? null,
    lastSeen: fromWireTime(wire.lastSeen),
    userGroups: wire.userGroups.map(toGroup),
    identifiers: wire.identifiers ?? null,
    subApps: wire.subApps ?? null,
    actions: wire.actions ?? null,
    threatScore: wire.threatScore,
    threatScoreHistory: wire.threatScoreHistory ?? null,
    scoreTrends: wire.scoreTrends ?? null,
    knownAccounts: toAccounts(wire.accounts),
  };
}

/** The accounts inside the record of a user; those without a key are left out. */
export function toAccounts(accounts: readonly ShortAccountWire[]): MCASAccount[] {
  return accounts.flatMap((wire) => {
    const saas = toInt(wire.saas ?? wire.appData?.saas ?? wire.appData?.appId);
    if (!wire.i || saas === null) return [];
    const key = { id: wire.i, saas, inst: toInt(wire.inst) ?? 0 };
    return [
      {
        ...base(key, wire.t, wire.s),
        appName: wire.appData?.name ?? null,
        displayName: wire.dn ?? null,
        email: wire.em ?? null,
        principalName: wire.pa ?? null,
        aliases: wire.aliases,
        isExternal: wire.ext ?? null,
        isFake: wire.isFake ?? null,
        actions: wire.actions ?? null,
      },
    ];
  });
}

/** What names a record: `ii` when it is whole, else its id and app. */
function keyOf({ id, ii, appData }: AccountWire): AccountKey | undefined {
  const [, saas, inst, own] = /^(\d+)\|(\d+)\|(.+)$/s.exec(ii ?? '') ?? [];
  if (own !== undefined) return { id: own, saas: Number(saas), inst: Number(inst) };
  const app = toInt(appData?.saas ?? appData?.appId);
  return id && app !== null ? { id, saas: app, inst: toInt(appData?.instance) ?? 0 } : undefined;
}

/** A record of which only the key and the codes are known. */
function base(key: AccountKey, type: number | null, status: number | null): MCASAccount {
  return {
    __typename: 'MCASAccount',
    id: toAccountId(key),
    idInApp: key.id,
    saasId: key.saas,
    instanceId: key.inst,
    appName: null,
    type: mcasAccountType.fromCode(type),
    rawType: toRawCode(type),
    status: mcasAccountStatus.fromCode(status),
    rawStatus: toRawCode(status),
    idType: null,
    displayName: null,
    email: null,
    principalName: null,
    aliases: [],
    role: null,
    organization: null,
    domain: null,
    sid: null,
    isAdmin: null,
    isExternal: null,
    isFake: null,
    lastSeen: null,
    userGroups: [],
    identifiers: null,
    subApps: null,
    actions: null,
    threatScore: null,
    threatScoreHistory: null,
    scoreTrends: null,
    knownAccounts: [],
  };
}

function toGroup(group: AccountWire['userGroups'][number]): MCASAccount['userGroups'][number] {
  return {
    id: group.id ?? null,
    name: group.name ?? null,
    description: group.description ?? null,
    usersCount: toInt(group.usersCount),
  };
}
