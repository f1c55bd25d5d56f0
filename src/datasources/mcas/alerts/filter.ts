import {
  mcasAlertSeverity,
  mcasAlertSource,
  mcasResolutionStatus,
  mcasStory,
} from '../../../schema/enums/mcasAlert.enums.js';
import type { MCASAlertFilter } from '../../../schema/inputs/mcasAlertFilter.input.js';
import { accountOperators } from '../accounts/filter.js';
import {
  type CompiledFilter,
  codeOperators,
  flagOperators,
  hasEmptyList,
  limited,
  nothingAsked,
  refuse,
  toEpochSpan,
  toFilters,
  valueOperators,
} from '../operators.js';
import { toCloudAlertId } from './alertId.js';

const valueFields = {
  idValue: 'alertType',
  ipAddress: 'entity.ip',
  policyId: 'entity.policy',
  fileId: 'entity.file',
  appId: 'entity.service',
  instanceId: 'entity.instance',
} as const;
const codeFields = {
  severity: ['severity', mcasAlertSeverity],
  resolutionStatus: ['resolutionStatus', mcasResolutionStatus],
  stories: ['risk', mcasStory],
} as const;

/**
 * @throws {UserInputError} when the upstream cannot ask for a condition.
 * @see https://learn.microsoft.com/en-us/defender-cloud-apps/api-alerts
 */
export function compileAlertFilter(filter: MCASAlertFilter | null | undefined): CompiledFilter {
  if (filter === null || filter === undefined) return nothingAsked;
  const conditions: [field: string, operators: Record<string, unknown>][] = [
    ...Object.entries(valueFields).map(([name, field]): [string, Record<string, unknown>] => [
      field,
      valueOperators(name, filter[name as keyof typeof valueFields], false),
    ]),
    ...Object.entries(codeFields).map(([name, [field, codes]]): [string, Record<string, unknown>] => [
      field,
      codeOperators(name, filter[name as keyof typeof codeFields], codes),
    ]),
    ['entity.entity', accountOperators('accountId', filter.accountId)],
    ['id', idOperators(filter.ids)],
    ['source', sourceOperators(filter.source)],
    ['alertOpen', flagOperators(filter.isOpen)],
    ['read', flagOperators(filter.isRead)],
    ['resolutionDate', { ...toEpochSpan(filter.resolveTime) }],
  ];
  const matchesNothing = hasEmptyList(filter) || filter.ids?.length === 0;
  return { filters: toFilters(conditions), date: toEpochSpan(filter.timestamp), matchesNothing };
}

function idOperators(ids: readonly string[] | null | undefined): Record<string, unknown> {
  if (!ids) return {};
  return {
    eq: limited('ids', ids).map((id) => {
      const own = toCloudAlertId(String(id));
      if (own === undefined) throw refuse('ids', 'wants ids of 24 hexadecimal digits');
      return own;
    }),
  };
}

function sourceOperators(source: string | null | undefined): Record<string, unknown> {
  if (!source) return {};
  const word = mcasAlertSource.toWire(source);
  if (word === undefined) throw refuse('source', `cannot ask for ${source}: the upstream does not take it`);
  return { eq: word };
}
