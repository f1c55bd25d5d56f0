import type { RiskyUser } from '../../../schema/types/riskyUser.type.js';
import type { Clock } from '../../../time/clock.js';
import { compareInstants } from '../../../time/instant.js';
import { coverMs, later } from '../../mutations/PendingWrites.js';
import { effectOf, type RiskAction, showsAction } from './riskActions.js';

interface PendingAction {
  readonly action: RiskAction;
  /** The upstream's clock when the action was done, RFC 3339. */
  readonly doneAt: string;
  readonly expiresAt: number;
}

/** The upstream's clock comes in whole seconds: what it did within this time may have been our own action. */
const clockStepMs = 1_000;

/**
 * Remembers our own actions on risky users for five minutes. A read from before the action gets its documented effect; a
 * later change is the upstream's word and passes. Ids compare without case.
 */
export class PendingRisk {
  /** In order of expiry, because every action lives equally long. */
  readonly #actions = new Map<string, PendingAction>();

  constructor(private readonly clock: Clock) {}

  record(ids: readonly string[], action: RiskAction, doneAt: string): void {
    this.#forgetExpired();
    for (const id of ids.map((each) => each.toLowerCase())) {
      this.#actions.delete(id);
      this.#actions.set(id, { action, doneAt, expiresAt: this.clock.now() + coverMs });
    }
  }

  /** The risky user with our actions; a user whom the upstream does not hold at risk yet has only what the action tells. */
  apply(id: string, user: RiskyUser | null): RiskyUser | null {
    const pending = this.#actions.get(id.toLowerCase());
    if (pending === undefined || pending.expiresAt <= this.clock.now()) return user;
    if (user !== null && (showsAction(user, pending.action) || isNewer(user, pending))) return user;
    const base = user ?? unknownUser(id);
    const riskLastUpdatedDateTime = later(base.riskLastUpdatedDateTime, pending.doneAt);
    return { ...base, ...effectOf(pending.action), riskLastUpdatedDateTime };
  }

  /** Whether we acted on the user so recently that reads may not show it yet. */
  concerns(id: string): boolean {
    const pending = this.#actions.get(id.toLowerCase());
    return pending !== undefined && pending.expiresAt > this.clock.now();
  }

  #forgetExpired(): void {
    for (const [id, action] of this.#actions) {
      if (action.expiresAt > this.clock.now()) return;
      this.#actions.delete(id);
    }
  }
}

function isNewer({ riskLastUpdatedDateTime }: RiskyUser, { doneAt }: PendingAction): boolean {
  if (riskLastUpdatedDateTime === null) return false;
  const end = new Date(Date.parse(doneAt) + clockStepMs).toISOString();
  return compareInstants(riskLastUpdatedDateTime, end) > 0;
}

function unknownUser(id: string): RiskyUser {
  return {
    __typename: 'RiskyUser',
    id,
    isDeleted: null,
    isProcessing: null,
    riskDetail: null,
    rawRiskDetail: null,
    riskLastUpdatedDateTime: null,
    riskLevel: null,
    rawRiskLevel: null,
    riskState: null,
    rawRiskState: null,
    userDisplayName: null,
    userPrincipalName: null,
  };
}
