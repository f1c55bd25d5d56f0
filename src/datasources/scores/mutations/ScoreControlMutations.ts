import { secureScoreControlState } from '../../../schema/enums/secureScore.enums.js';
import type { UpdateSecureScoreControlInput } from '../../../schema/inputs/updateSecureScoreControl.input.js';
import type { MutationError } from '../../../schema/types/mutationError.type.js';
import type { UpdateSecureScoreControlPayload } from '../../../schema/types/scoreControlMutation.type.js';
import type {
  ControlStateUpdate,
  SecureScoreControlProfile,
} from '../../../schema/types/secureScoreControlProfile.type.js';
import { compareInstants } from '../../../time/instant.js';
import { NotFoundError } from '../../../upstream/contract.js';
import { outcomeIsUnknown } from '../../../upstream/failures.js';
import {
  checkMember,
  emptyProblems,
  lengthProblems,
  maxCharacters,
  nullProblems,
} from '../../mutations/inputChecks.js';
import { problem } from '../../mutations/mutationErrors.js';
import { isRefusal } from '../../mutations/ObjectEditor.js';
import { runIdempotent } from '../../mutations/runIdempotent.js';
import type { ControlDecision } from '../profileCalls.js';
import type { SecureScoresDataSource } from '../SecureScoresDataSource.js';
import { countAlike } from './PendingDecisions.js';

interface Outcome {
  readonly profile: SecureScoreControlProfile | null;
  readonly errors: readonly MutationError[];
  /** Whether anything was or may have been written. */
  readonly isFinal: boolean;
}

export interface ScoreControlMutationParts {
  readonly scores: SecureScoresDataSource;
  /** Tenant and id of the caller; idempotency keys belong to it. */
  readonly principal: string;
}

/** The mutation of secure score controls, from input to payload. */
export class ScoreControlMutations {
  constructor(private readonly parts: ScoreControlMutationParts) {}

  /** @throws {UserInputError} for a state that cannot be set. @throws {UpstreamError} when nothing was written. */
  async update(input: UpdateSecureScoreControlInput): Promise<UpdateSecureScoreControlPayload> {
    checkMember('state', secureScoreControlState, input.state);
    const problems = inputProblems(input);
    if (problems.length > 0) return this.#refuse(input.id, problems);
    const { principal, scores } = this.parts;
    const request = { principal, mutation: 'updateSecureScoreControl', key: input.idempotencyKey, input };
    const answer = await runIdempotent(scores.writes.idempotency, request, () =>
      scores.writes.locks.run(input.id.toLowerCase(), () => this.#decide(input)),
    );
    return answer.problem ? this.#refuse(input.id, [answer.problem]) : answer.outcome;
  }

  /** Nothing is written; the profile is told as it is, when it can be read. */
  async #refuse(id: string, errors: readonly MutationError[]): Promise<UpdateSecureScoreControlPayload> {
    return { profile: await this.parts.scores.controlProfile(id).catch(() => null), errors };
  }

  async #decide(input: UpdateSecureScoreControlInput): Promise<Outcome> {
    const before = await this.parts.scores.freshProfile(input.id);
    if (before === null) return notFound;
    const decision = complete(input, before);
    try {
      const answer = await this.parts.scores.decide(before, decision);
      return await this.#settle(before, toUpdate(decision, answer.asOf), answer.value);
    } catch (error) {
      if (error instanceof NotFoundError) return notFound;
      if (isRefusal(error)) return refused(before);
      if (!outcomeIsUnknown(error)) throw error;
      return this.#settleUnclear(before, decision);
    }
  }

  /** @param answered The profile as the answer has it; null when it has none. */
  async #settle(
    before: SecureScoreControlProfile,
    update: ControlStateUpdate,
    answered: SecureScoreControlProfile | null,
  ): Promise<Outcome> {
    const { scores } = this.parts;
    scores.writes.pending.record(before, update);
    await scores.forgetProfiles();
    scores.writes.decided.tell(before.id);
    const shown = answered ?? (await scores.freshProfile(before.id).catch(() => null)) ?? before;
    return { profile: scores.writes.pending.apply(shown), errors: [], isFinal: true };
  }

  /** The answer was lost: the profile shows whether the decision was appended, unless it lags. */
  async #settleUnclear(before: SecureScoreControlProfile, decision: ControlDecision): Promise<Outcome> {
    const { scores } = this.parts;
    const now = await scores.freshProfile(before.id).catch(() => null);
    await scores.forgetProfiles();
    scores.writes.decided.tell(before.id);
    const update = toUpdate(decision, null);
    if (now !== null && countAlike(now, update) > countAlike(before, update))
      return { profile: now, errors: [], isFinal: true };
    const message = 'Whether the decision was recorded could not be found out; it was not sent again.';
    return { profile: now ?? before, errors: [problem('OUTCOME_UNKNOWN', message)], isFinal: true };
  }
}

/** Absent members stay as the latest decision has them; a comment belongs to its decision alone. */
function complete(input: UpdateSecureScoreControlInput, before: SecureScoreControlProfile): ControlDecision {
  const latest = latestOf(before.controlStateUpdates);
  const word = input.state ? secureScoreControlState.toWire(input.state) : latest?.rawState;
  return {
    state: word || 'Default',
    assignedTo: input.assignedTo === undefined ? (latest?.assignedTo ?? null) : input.assignedTo,
    ...(input.comment ? { comment: input.comment } : {}),
  };
}

function latestOf(updates: readonly ControlStateUpdate[]): ControlStateUpdate | undefined {
  return updates.reduce<ControlStateUpdate | undefined>(
    (latest, update) =>
      latest === undefined || compareInstants(update.updatedDateTime ?? '', latest.updatedDateTime ?? '') >= 0
        ? update
        : latest,
    undefined,
  );
}

function toUpdate({ state, assignedTo, comment }: ControlDecision, decidedAt: string | null): ControlStateUpdate {
  return {
    assignedTo,
    comment: comment ?? null,
    state: secureScoreControlState.fromWire(state),
    rawState: state,
    updatedBy: null,
    updatedDateTime: decidedAt,
  };
}

const notFound: Outcome = {
  profile: null,
  errors: [problem('NOT_FOUND', 'There is no control of this id.', 'id')],
  isFinal: false,
};

function refused(profile: SecureScoreControlProfile): Outcome {
  return { profile, errors: [problem('INVALID_INPUT', 'The upstream refused these values.')], isFinal: false };
}

function inputProblems(input: UpdateSecureScoreControlInput): MutationError[] {
  return [
    ...nullProblems(input, ['assignedTo']),
    ...lengthProblems('id', input.id, maxCharacters.id),
    ...lengthProblems('assignedTo', input.assignedTo, maxCharacters.name),
    ...lengthProblems('comment', input.comment, maxCharacters.comment),
    ...lengthProblems('idempotencyKey', input.idempotencyKey, maxCharacters.key),
    ...emptyProblems([input.state, input.assignedTo, input.comment]),
  ];
}
