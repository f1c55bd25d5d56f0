import { GatewayError } from '../../../errors/GatewayError.js';
import { toError } from '../../../errors/toError.js';
import type { RiskyUserActionInput } from '../../../schema/inputs/riskyUserActions.input.js';
import type { MutationError } from '../../../schema/types/mutationError.type.js';
import type { RiskyUserActionPayload, RiskyUserActionResult } from '../../../schema/types/riskyUserAction.type.js';
import type { DirectoryDataSource } from '../../directory/DirectoryDataSource.js';
import type { IdempotencyStore } from '../../mutations/IdempotencyStore.js';
import { problem } from '../../mutations/mutationErrors.js';
import { runIdempotent } from '../../mutations/runIdempotent.js';
import type { IdentityDataSource } from '../IdentityDataSource.js';
import type { ActedUser } from './createRiskyUserWrites.js';
import type { SentAction } from './RiskActionSender.js';
import { readUserIds, requestProblems, type WantedUser } from './readUserIds.js';
import { type RiskAction, type RiskActionName, riskActions } from './riskActions.js';

/** The upstream takes no more in one call. */
const idsPerCall = 60;

/** Ids unknown to the directory that Identity Protection is asked for; each costs a second of the tenant's budget. */
const maxSecondLooks = 5;

export interface RiskyUserActionParts {
  readonly identity: Pick<IdentityDataSource, 'actOnRisk' | 'riskyUser'>;
  readonly directory: Pick<DirectoryDataSource, 'user'>;
  readonly idempotency: IdempotencyStore;
  /** Hears of the users of a call that was done, or may have been. */
  readonly onActed: (users: readonly ActedUser[]) => void;
  /** Tenant and id of the caller; idempotency keys belong to it. */
  readonly principal: string;
}

/** What became of each user of one call; `null` stands for done. */
interface CallOutcome {
  readonly errors: readonly (MutationError | null)[];
  /** Whether anything was or may have been done. */
  readonly isFinal: boolean;
}

interface Outcome {
  readonly results: readonly RiskyUserActionResult[];
  readonly isFinal: boolean;
}

interface LookedUp {
  readonly unknown: ReadonlySet<WantedUser>;
  readonly names: ReadonlyMap<WantedUser, string | null>;
}

/** The mutations of risky users, from input to payload. */
export class RiskyUserActions {
  constructor(private readonly parts: RiskyUserActionParts) {}

  /**
   * Each user succeeds or fails for itself as far as the upstream tells them apart; calls of 60 run one after the other.
   * @throws {UpstreamError} when nothing was done because of missing rights, throttling or an outage.
   */
  async run(name: RiskActionName, input: RiskyUserActionInput): Promise<RiskyUserActionPayload> {
    const errors = requestProblems(input);
    if (errors.length > 0) return { results: [], errors };
    const { principal, idempotency } = this.parts;
    const request = { principal, mutation: name, key: input.idempotencyKey, input };
    const runAll = () => this.#runAll(riskActions[name], input);
    // The calls have claims of their own, so all of it may be gone through again.
    const answer = await runIdempotent(idempotency, request, runAll, runAll);
    return answer.problem ? { results: [], errors: [answer.problem] } : { results: answer.outcome.results, errors: [] };
  }

  async #runAll(action: RiskAction, { userIds, idempotencyKey }: RiskyUserActionInput): Promise<Outcome> {
    const wanted = readUserIds(userIds);
    const errorsById = new Map(wanted.filter(({ isGuid }) => !isGuid).map((user) => [user.userId, notAGuid(user)]));
    const calls = chunk(wanted.filter(({ isGuid }) => isGuid));
    let isFinal = false;
    let failure: Error | undefined;
    for (const [index, users] of calls.entries()) {
      const outcome = failure ?? (await this.#tryCall(action, users, idempotencyKey, index));
      if (outcome instanceof Error) failure = outcome;
      else isFinal ||= outcome.isFinal;
      users.forEach((user, place) => {
        const error = outcome instanceof Error ? notSent(user, outcome) : outcome.errors[place];
        if (error) errorsById.set(user.userId, error);
      });
    }
    if (failure !== undefined && !isFinal) throw failure;
    const results = wanted.map(({ userId }) => toResult(userId, errorsById.get(userId)));
    return { results, isFinal: isFinal && failure === undefined };
  }

  /** The key covers the calls one by one, so that a repeat goes on where an outage stopped the first. */
  async #tryCall(
    action: RiskAction,
    users: readonly WantedUser[],
    key: string | null | undefined,
    index: number,
  ): Promise<CallOutcome | Error> {
    const { principal, idempotency } = this.parts;
    const input = { userIds: users.map(({ userId }) => userId) };
    const request = { principal, mutation: `${action.name}.${index}`, key, input };
    try {
      const answer = await runIdempotent(idempotency, request, () => this.#call(action, users));
      const { problem: found } = answer;
      return found ? { errors: users.map(() => found), isFinal: false } : answer.outcome;
    } catch (error) {
      return toError(error);
    }
  }

  async #call(action: RiskAction, users: readonly WantedUser[]): Promise<CallOutcome> {
    const { unknown, names } = await this.#look(users);
    const known = users.filter((user) => !unknown.has(user));
    if (known.length === 0) return { errors: users.map(notFound), isFinal: false };
    const sent = await this.parts.identity.actOnRisk(
      action,
      known.map(({ userId }) => userId),
    );
    const isFinal = sent.kind === 'done' || sent.kind === 'unclear';
    if (isFinal)
      this.parts.onActed(known.map((user) => ({ id: user.userId, userPrincipalName: names.get(user) ?? null })));
    return { errors: users.map((user) => (unknown.has(user) ? notFound(user) : errorAfter(sent, user))), isFinal };
  }

  /**
   * Names of the users, and those that neither the directory nor Identity Protection knows: the upstream acts on no
   * deleted users, and one unknown id may spoil the call for all others. What cannot be looked up counts as known.
   */
  async #look(users: readonly WantedUser[]): Promise<LookedUp> {
    const { directory, identity } = this.parts;
    const found = await Promise.all(users.map(({ userId }) => directory.user({ id: userId }).catch(() => undefined)));
    const names = new Map(users.map((user, place) => [user, found[place]?.userPrincipalName ?? null]));
    const missing = users.filter((_, place) => found[place] === null);
    if (missing.length > maxSecondLooks) return { names, unknown: new Set(missing) };
    const risky = await Promise.all(
      missing.map(({ userId }) => identity.riskyUser({ id: userId }).catch(() => undefined)),
    );
    return { names, unknown: new Set(missing.filter((_, place) => risky[place] === null)) };
  }
}

function errorAfter(sent: SentAction, { userId, position }: WantedUser): MutationError | null {
  const at = ['userIds', String(position)];
  switch (sent.kind) {
    case 'done':
      return null;
    case 'unclear':
      if (sent.shown.has(userId.toLowerCase())) return null;
      return problem('OUTCOME_UNKNOWN', 'Whether this was done could not be found out; it was not sent again.', ...at);
    case 'unknownId':
      return problem('NOT_FOUND', 'Identity Protection does not know this user, or one of the same call.', ...at);
    case 'refused':
      return problem('INVALID_INPUT', 'Identity Protection refused this user, or one of the same call.', ...at);
  }
}

function notFound({ position }: WantedUser): MutationError {
  return problem('NOT_FOUND', 'There is no user with this id.', 'userIds', String(position));
}

function notAGuid({ position }: WantedUser): MutationError {
  return problem('INVALID_INPUT', 'An object id is a GUID.', 'userIds', String(position));
}

/** Other users of the request were acted on, this one was not. */
function notSent({ position }: WantedUser, why: Error): MutationError {
  const reason = why instanceof GatewayError ? ` ${why.code}: ${why.message}` : '';
  return problem('PARTLY_APPLIED', `Not done.${reason}`, 'userIds', String(position));
}

function toResult(userId: string, error: MutationError | undefined): RiskyUserActionResult {
  return { __typename: 'RiskyUserActionResult', userId, errors: error === undefined ? [] : [error] };
}

function chunk(users: readonly WantedUser[]): WantedUser[][] {
  const calls = Math.ceil(users.length / idsPerCall);
  return Array.from({ length: calls }, (_, index) => users.slice(index * idsPerCall, (index + 1) * idsPerCall));
}
