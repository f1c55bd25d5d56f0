import { mcasDeviceType, mcasTakenAction } from '../../schema/enums/mcas.enums.js';
import type { MCASActivityFilter } from '../../schema/inputs/mcasActivityFilter.input.js';
import { accountOperators } from './accounts/filter.js';
import {
  type CompiledFilter,
  enumOperators,
  hasEmptyList,
  nothingAsked,
  toEpochSpan,
  valueOperators,
} from './operators.js';

/** Upstream field of each text condition, and whether the upstream can ask for its absence. */
const textFields = {
  userName: { field: 'user.username', canBeUnset: true },
  userDomain: { field: 'user.domain', canBeUnset: true },
  userOrgUnit: { field: 'user.orgUnit', canBeUnset: true },
  userGroupId: { field: 'user.tags', canBeUnset: true },
  eventTypeName: { field: 'activity.eventActionType', canBeUnset: false },
  actionType: { field: 'actionType', canBeUnset: true },
  ipAddress: { field: 'ip.address', canBeUnset: true },
  ipTag: { field: 'ip.tags', canBeUnset: false },
  countryCode: { field: 'location.country', canBeUnset: true },
  organization: { field: 'location.organizations', canBeUnset: true },
  userAgentTag: { field: 'userAgent.tags', canBeUnset: false },
  objectId: { field: 'activityObject', canBeUnset: false },
  policyId: { field: 'policy', canBeUnset: true },
} as const;

const numberFields = {
  appId: 'service',
  instanceId: 'instance',
  ipCategory: 'ip.category',
  source: 'source',
} as const;
const flagFields = { isAdminEvent: 'activity.type', isImpersonated: 'activity.impersonated' } as const;

/**
 * @throws {UserInputError} when the upstream cannot ask for a condition.
 * @see https://learn.microsoft.com/en-us/defender-cloud-apps/api-activities
 */
export function compileActivityFilter(filter: MCASActivityFilter | null | undefined): CompiledFilter {
  if (filter === null || filter === undefined) return nothingAsked;
  const filters: Record<string, Record<string, unknown>> = {};
  const add = (field: string, operators: Record<string, unknown>) => {
    if (Object.keys(operators).length > 0) filters[field] = operators;
  };
  for (const [name, { field, canBeUnset }] of Object.entries(textFields)) {
    add(field, valueOperators(name, filter[name as keyof typeof textFields], canBeUnset));
  }
  for (const [name, field] of Object.entries(numberFields)) {
    add(field, valueOperators(name, filter[name as keyof typeof numberFields], false));
  }
  for (const [name, field] of Object.entries(flagFields)) {
    const flag = filter[name as keyof typeof flagFields];
    if (typeof flag === 'boolean') add(field, { eq: flag });
  }
  add('entity', accountOperators('accountId', filter.accountId));
  add('device.type', enumOperators('deviceType', filter.deviceType, mcasDeviceType));
  add('activity.takenAction', enumOperators('takenAction', filter.takenAction, mcasTakenAction));
  if (typeof filter.alertId === 'string') add('activity.alertId', { eq: [filter.alertId] });
  add('created', { ...toEpochSpan(filter.created) });
  return { filters, date: toEpochSpan(filter.timestamp), matchesNothing: hasEmptyList(filter) };
}
