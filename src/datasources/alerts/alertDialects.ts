import {
  alertClassification,
  alertDetermination,
  alertSeverity,
  alertStatus,
  serviceSource,
} from '../../schema/enums/alert.enums.js';
import type { WireEnum } from '../../schema/enums/defineEnum.js';
import type { Alert } from '../../schema/types/alert.type.js';
import { legacyWords } from './legacyWords.js';
import { mapLegacyAlert } from './mapLegacy.js';
import { mapAlertV2 } from './mapV2.js';
import { parseAlertV2, parseLegacyAlert } from './wire.js';

export type AlertDialectName = 'v2' | 'legacy';

/** The fields of a filter that compare values. */
export type ValueField = 'assignedTo' | 'classification' | 'determination' | 'serviceSource' | 'severity' | 'status';

/** How a dialect asks about one field. */
export interface FieldWords {
  readonly property: string;
  /** The upstream's words that read as this value; none when the dialect cannot have it. */
  readonly words: (value: string) => readonly string[];
  /** Text that stands for "nothing", beside null. */
  readonly blank?: string;
}

/** Everything in which `alerts_v2` and the legacy `alerts` differ, in one place. */
export interface AlertDialect {
  readonly name: AlertDialectName;
  readonly path: string;
  readonly readPermission: string;
  readonly writePermission: string;
  readonly lastUpdateProperty: string;
  /** `undefined` for fields that the dialect does not have. */
  readonly fields: Readonly<Record<ValueField, FieldWords | undefined>>;
  /** OData condition that an account of this name is among the users of the alert; takes a quoted literal. */
  readonly userCondition: (upnLiteral: string) => string;
  /** OData condition that a device of this DNS name is in the evidence; absent where evidence has no device ids. */
  readonly deviceCondition?: (dnsNameLiteral: string) => string;
  /** `$top` is per provider, and the providers' rows are joined. */
  readonly joinsProviders: boolean;
  /** @throws when the body is no alert of this dialect. */
  readonly parse: (body: unknown) => Alert;
}

export const alertEnums: Readonly<Record<Exclude<ValueField, 'assignedTo'>, WireEnum>> = {
  classification: alertClassification,
  determination: alertDetermination,
  serviceSource,
  severity: alertSeverity,
  status: alertStatus,
};

const asItself = (value: string): readonly string[] => [value];

/** @see https://learn.microsoft.com/en-us/graph/api/security-list-alerts_v2 */
const v2: AlertDialect = {
  name: 'v2',
  path: '/v1.0/security/alerts_v2',
  readPermission: 'SecurityAlert.Read.All',
  writePermission: 'SecurityAlert.ReadWrite.All',
  lastUpdateProperty: 'lastUpdateDateTime',
  fields: {
    assignedTo: { property: 'assignedTo', words: asItself },
    classification: enumField('classification'),
    determination: enumField('determination'),
    serviceSource: enumField('serviceSource'),
    severity: enumField('severity'),
    status: enumField('status'),
  },
  userCondition: (upn) =>
    `evidence/any(e: e/microsoft.graph.security.userEvidence/userAccount/userPrincipalName eq ${upn})`,
  deviceCondition: (name) => `evidence/any(e: e/microsoft.graph.security.deviceEvidence/deviceDnsName eq ${name})`,
  joinsProviders: false,
  parse: (body) => mapAlertV2(parseAlertV2(body)),
};

/** @see https://learn.microsoft.com/en-us/graph/api/alert-list */
const legacy: AlertDialect = {
  name: 'legacy',
  path: '/v1.0/security/alerts',
  readPermission: 'SecurityEvents.Read.All',
  writePermission: 'SecurityEvents.ReadWrite.All',
  lastUpdateProperty: 'lastModifiedDateTime',
  fields: {
    assignedTo: { property: 'assignedTo', words: asItself, blank: '' },
    classification: { property: 'feedback', words: legacyWords.classification },
    determination: undefined,
    serviceSource: { property: 'vendorInformation/provider', words: legacyWords.serviceSource },
    severity: { property: 'severity', words: legacyWords.severity },
    status: { property: 'status', words: legacyWords.status },
  },
  userCondition: (upn) => `userStates/any(u: u/userPrincipalName eq ${upn})`,
  joinsProviders: true,
  parse: (body) => mapLegacyAlert(parseLegacyAlert(body)),
};

export const alertDialects: Readonly<Record<AlertDialectName, AlertDialect>> = { v2, legacy };

function enumField(field: keyof typeof alertEnums): FieldWords {
  const words = (member: string): readonly string[] => {
    const word = alertEnums[field].toWire(member);
    return word === undefined ? [] : [word];
  };
  return { property: field, words };
}
