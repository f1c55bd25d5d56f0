import { riskDetail, riskLevel, riskState } from '../../../schema/enums/risk.enums.js';
import type { RiskyUser } from '../../../schema/types/riskyUser.type.js';

/** What an analyst can say about users at risk, by the name of the mutation. */
export type RiskActionName = 'confirmUsersCompromised' | 'dismissUsersRisk' | 'confirmUsersSafe';

/** What the service makes of a risky user, in its own words. */
export interface RiskAction {
  readonly name: RiskActionName;
  /** Last segment of the path. */
  readonly verb: string;
  readonly level: string;
  readonly state: string;
  readonly detail: string;
}

/**
 * @see https://learn.microsoft.com/graph/api/riskyuser-confirmcompromised
 * @see https://learn.microsoft.com/graph/api/riskyuser-dismiss
 * @see https://learn.microsoft.com/graph/api/riskyuser-confirmsafe
 */
export const riskActions: Readonly<Record<RiskActionName, RiskAction>> = {
  confirmUsersCompromised: {
    name: 'confirmUsersCompromised',
    verb: 'confirmCompromised',
    level: 'high',
    state: 'confirmedCompromised',
    detail: 'adminConfirmedUserCompromised',
  },
  dismissUsersRisk: {
    name: 'dismissUsersRisk',
    verb: 'dismiss',
    level: 'none',
    state: 'dismissed',
    detail: 'adminDismissedAllRiskForUser',
  },
  confirmUsersSafe: {
    name: 'confirmUsersSafe',
    verb: 'confirmSafe',
    level: 'none',
    state: 'confirmedSafe',
    detail: 'adminConfirmedAccountSafe',
  },
};

/** The fields of a risky user that an action sets. */
export type RiskEffect = Pick<
  RiskyUser,
  'riskLevel' | 'rawRiskLevel' | 'riskState' | 'rawRiskState' | 'riskDetail' | 'rawRiskDetail'
>;

/** An action's effect as the schema shows it. */
export function effectOf({ level, state, detail }: RiskAction): RiskEffect {
  return {
    riskLevel: riskLevel.fromWire(level),
    rawRiskLevel: level,
    riskState: riskState.fromWire(state),
    rawRiskState: state,
    riskDetail: riskDetail.fromWire(detail),
    rawRiskDetail: detail,
  };
}

/** Whether a risky user shows what the action does. */
export function showsAction(user: RiskyUser, action: RiskAction): boolean {
  const effect = effectOf(action);
  return user.riskState === effect.riskState && user.riskLevel === effect.riskLevel;
}
