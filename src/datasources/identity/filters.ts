import { riskDetail, riskDetectionTimingType, riskLevel, riskState } from '../../schema/enums/risk.enums.js';
import type { RiskEventFilter } from '../../schema/inputs/riskEventFilter.input.js';
import type { RiskyUserFilter } from '../../schema/inputs/riskyUserFilter.input.js';
import type { RiskEvent } from '../../schema/types/riskEvent.type.js';
import type { RiskyUser } from '../../schema/types/riskyUser.type.js';
import { type CompiledFilter, compileConditions } from './conditions.js';
import { spellRiskEventType } from './riskEventTypeMap.js';

/**
 * Which risk events; the upstream documents `eq` on all of the words but `riskState`.
 * @throws {UserInputError} when an enum member cannot be asked for.
 */
export function compileRiskEventFilter(filter: RiskEventFilter | null | undefined): CompiledFilter<RiskEvent> {
  return compileConditions<RiskEvent>(
    [
      {
        name: 'riskEventType',
        condition: filter?.riskEventType,
        valueOf: (event) => event.riskEventType || null,
        sendable: true,
        spell: spellRiskEventType,
      },
      {
        name: 'riskLevel',
        condition: filter?.riskLevel,
        valueOf: (event) => event.riskLevel,
        wireEnum: riskLevel,
        sendable: true,
      },
      {
        name: 'riskState',
        condition: filter?.riskState,
        valueOf: (event) => event.riskState,
        wireEnum: riskState,
        sendable: false,
      },
      {
        name: 'detectionTimingType',
        condition: filter?.detectionTimingType,
        valueOf: (event) => event.detectionTimingType,
        wireEnum: riskDetectionTimingType,
        sendable: true,
      },
      { name: 'userId', condition: filter?.userId, valueOf: (event) => event.userId, sendable: true },
      {
        name: 'userPrincipalName',
        condition: filter?.userPrincipalName,
        valueOf: (event) => event.userPrincipalName,
        sendable: true,
      },
      {
        name: 'userDisplayName',
        condition: filter?.userDisplayName,
        valueOf: (event) => event.userDisplayName,
        sendable: true,
      },
    ],
    [
      { name: 'activityDateTime', condition: filter?.activityDateTime, valueOf: (event) => event.activityDateTime },
      { name: 'detectedDateTime', condition: filter?.detectedDateTime, valueOf: (event) => event.detectedDateTime },
      {
        name: 'lastUpdatedDateTime',
        condition: filter?.lastUpdatedDateTime,
        valueOf: (event) => event.lastUpdatedDateTime,
      },
    ],
  );
}

/**
 * Which risky users; the upstream documents `eq` on all of the properties.
 * @throws {UserInputError} when an enum member cannot be asked for.
 */
export function compileRiskyUserFilter(filter: RiskyUserFilter | null | undefined): CompiledFilter<RiskyUser> {
  return compileConditions<RiskyUser>(
    [
      {
        name: 'riskLevel',
        condition: filter?.riskLevel,
        valueOf: (user) => user.riskLevel,
        wireEnum: riskLevel,
        sendable: true,
      },
      {
        name: 'riskState',
        condition: filter?.riskState,
        valueOf: (user) => user.riskState,
        wireEnum: riskState,
        sendable: true,
      },
      {
        name: 'riskDetail',
        condition: filter?.riskDetail,
        valueOf: (user) => user.riskDetail,
        wireEnum: riskDetail,
        sendable: true,
      },
      {
        name: 'userPrincipalName',
        condition: filter?.userPrincipalName,
        valueOf: (user) => user.userPrincipalName,
        sendable: true,
      },
      {
        name: 'userDisplayName',
        condition: filter?.userDisplayName,
        valueOf: (user) => user.userDisplayName,
        sendable: true,
      },
    ],
    [],
  );
}
