import { UserInputError } from '../../errors/GatewayError.js';
import type { WireEnum } from '../../schema/enums/defineEnum.js';
import { mcasDeviceType, mcasTakenAction } from '../../schema/enums/mcas.enums.js';
import type { InstantFilter, ValueFilter } from '../../schema/inputs/filters.input.js';
import type { IntFilter, MCASActivityFilter } from '../../schema/inputs/mcasActivityFilter.input.js';
import { ceilToEpochMs } from './time.js';

/** Cloud Apps filters: field → operator → value; all of them have to hold, a list means any of its values. */
export type McasFilters = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** Whole epoch milliseconds, both ends inclusive; absent is open. */
export interface EpochSpan {
  readonly gte?: number;
  readonly lte?: number;
}

export interface CompiledActivityFilter {
  /** Every condition but the one on `date`, which a walk moves. */
  readonly filters: McasFilters;
  readonly date: EpochSpan;
  readonly matchesNothing: boolean;
}

/** No limit is documented; this many values are common practice. */
export const maxFilterValues = 100;

/** Upstream field of each text condition, and whether the upstream can ask for its absence. */
const textFields = {
  userName: { field: 'user.username', canBeUnset: true },
  userDomain: { field: 'user.domain', canBeUnset: true },
  eventTypeName: { field: 'activity.eventActionType', canBeUnset: false },
  actionType: { field: 'actionType', canBeUnset: true },
  ipAddress: { field: 'ip.address', canBeUnset: true },
  countryCode: { field: 'location.country', canBeUnset: true },
} as const;

const numberFields = { appId: 'service', instanceId: 'instance', ipCategory: 'ip.category' } as const;
const flagFields = { isAdminEvent: 'activity.type', isImpersonated: 'activity.impersonated' } as const;

/**
 * @throws {UserInputError} when the upstream cannot ask for a condition.
 * @see https://learn.microsoft.com/en-us/defender-cloud-apps/api-activities
 */
export function compileActivityFilter(filter: MCASActivityFilter | null | undefined): CompiledActivityFilter {
  if (filter === null || filter === undefined) return { filters: {}, date: {}, matchesNothing: false };
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
  add('device.type', enumOperators('deviceType', filter.deviceType, mcasDeviceType));
  add('activity.takenAction', enumOperators('takenAction', filter.takenAction, mcasTakenAction));
  if (typeof filter.alertId === 'string') add('activity.alertId', { eq: [filter.alertId] });
  add('created', { ...toEpochSpan(filter.created) });
  return { filters, date: toEpochSpan(filter.timestamp), matchesNothing: hasEmptyList(filter) };
}

/** Instants as whole milliseconds: the upstream stores no finer times. */
export function toEpochSpan(span: InstantFilter | null | undefined): EpochSpan {
  return {
    ...(span?.ge ? { gte: ceilToEpochMs(span.ge) } : {}),
    ...(span?.lt ? { lte: ceilToEpochMs(span.lt) - 1 } : {}),
  };
}

type Values = {
  readonly in?: readonly unknown[] | null;
  readonly notIn?: readonly unknown[] | null;
  readonly isNull?: boolean | null;
};

function valueOperators(
  name: string,
  condition: Values | IntFilter | null | undefined,
  canBeUnset: boolean,
): Record<string, unknown> {
  if (condition === null || condition === undefined) return {};
  const isNull = 'isNull' in condition ? condition.isNull : undefined;
  if (typeof isNull === 'boolean' && !canBeUnset)
    throw refuse(name, 'cannot ask for null: the upstream does not take it');
  return {
    ...(condition.in ? { eq: limited(name, condition.in) } : {}),
    ...(condition.notIn && condition.notIn.length > 0 ? { neq: limited(name, condition.notIn) } : {}),
    ...(typeof isNull === 'boolean' ? { [isNull ? 'isnotset' : 'isset']: true } : {}),
  };
}

function enumOperators(
  name: string,
  condition: ValueFilter | null | undefined,
  wireEnum: WireEnum,
): Record<string, unknown> {
  if (condition === null || condition === undefined) return {};
  const toWord = (member: string): string => {
    const word = wireEnum.toWire(member);
    if (word === undefined) throw refuse(name, `cannot ask for ${member}: the upstream does not take it`);
    return word;
  };
  const words: Values = {
    in: condition.in?.map(toWord) ?? null,
    notIn: condition.notIn?.map(toWord) ?? null,
    isNull: condition.isNull ?? null,
  };
  return valueOperators(name, words, false);
}

function limited(name: string, values: readonly unknown[]): readonly unknown[] {
  if (values.length > maxFilterValues)
    throw refuse(name, `takes at most ${maxFilterValues} values; got ${values.length}`);
  return values;
}

function hasEmptyList(filter: MCASActivityFilter): boolean {
  return Object.values(filter).some((condition: unknown) => {
    const values = typeof condition === 'object' && condition !== null && 'in' in condition ? condition.in : undefined;
    return Array.isArray(values) && values.length === 0;
  });
}

function refuse(name: string, why: string): UserInputError {
  return new UserInputError(`"filter.${name}" ${why}.`, { argument: `filter.${name}` });
}
