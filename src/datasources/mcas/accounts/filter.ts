import { mcasAccountStatus, mcasAccountType } from '../../../schema/enums/mcasInventory.enums.js';
import type { ValueFilter } from '../../../schema/inputs/filters.input.js';
import type { MCASAccountFilter } from '../../../schema/inputs/mcasAccountFilter.input.js';
import {
  type CompiledFilter,
  codeOperators,
  flagOperators,
  hasEmptyList,
  nothingAsked,
  refuse,
  toFilters,
  valueOperators,
} from '../operators.js';
import { parseAccountId } from './accountKey.js';

/** The operators of conditions on ids of accounts, which the upstream takes as keys. @throws {UserInputError} for other texts. */
export function accountOperators(name: string, condition: ValueFilter | null | undefined): Record<string, unknown> {
  if (condition === null || condition === undefined) return {};
  const toKey = (text: string) => {
    const key = parseAccountId(text);
    if (key === undefined) throw refuse(name, 'wants ids of MCASAccount');
    return key;
  };
  const keys = {
    in: condition.in?.map(toKey) ?? null,
    notIn: condition.notIn?.map(toKey) ?? null,
    isNull: condition.isNull ?? null,
  };
  return valueOperators(name, keys, false);
}

const valueFields = {
  saasId: { field: 'app', canBeUnset: false },
  instanceId: { field: 'instance', canBeUnset: false },
  userGroupId: { field: 'userGroups', canBeUnset: false },
  domain: { field: 'domain', canBeUnset: true },
  organization: { field: 'organization', canBeUnset: true },
} as const;

/**
 * @throws {UserInputError} when the upstream cannot ask for a condition.
 * @see https://learn.microsoft.com/en-us/defender-cloud-apps/api-entities
 */
export function compileAccountFilter(filter: MCASAccountFilter | null | undefined): CompiledFilter {
  if (filter === null || filter === undefined) return nothingAsked;
  const conditions: [field: string, operators: Record<string, unknown>][] = [
    ...Object.entries(valueFields).map(([name, { field, canBeUnset }]): [string, Record<string, unknown>] => [
      field,
      valueOperators(name, filter[name as keyof typeof valueFields], canBeUnset),
    ]),
    ['entity', accountOperators('id', filter.id)],
    ['type', asTexts(codeOperators('type', filter.type, mcasAccountType))],
    ['status', asTexts(codeOperators('status', filter.status, mcasAccountStatus))],
    ['isAdmin', flagOperators(filter.isAdmin)],
    ['isExternal', flagOperators(filter.isExternal)],
  ];
  return { filters: toFilters(conditions), date: {}, matchesNothing: hasEmptyList(filter) };
}

/** The documentation has these numbers as strings. */
function asTexts(operators: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(operators).map(([operator, codes]) => [operator, Array.isArray(codes) ? codes.map(String) : codes]),
  );
}
