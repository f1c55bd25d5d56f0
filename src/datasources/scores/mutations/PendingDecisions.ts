import type {
  ControlStateUpdate,
  SecureScoreControlProfile,
} from '../../../schema/types/secureScoreControlProfile.type.js';
import type { Clock } from '../../../time/clock.js';
import { coverMs } from '../../mutations/PendingWrites.js';

interface PendingDecision {
  readonly decision: ControlStateUpdate;
  /** Decisions of the same content that the profile had before. */
  readonly alikeBefore: number;
  readonly expiresAt: number;
}

/**
 * Remembers our own decisions about secure score controls for five minutes and adds them to profiles that do not show
 * them yet. Decisions are appended and never changed, so that one more of the same content is ours.
 */
export class PendingDecisions {
  readonly #decisions = new Map<string, readonly PendingDecision[]>();

  constructor(private readonly clock: Clock) {}

  /** @param before The profile as it was, our own earlier decisions included. */
  record(before: SecureScoreControlProfile, decision: ControlStateUpdate): void {
    this.#forgetExpired();
    const key = before.id.toLowerCase();
    const alikeBefore = countAlike(before, decision);
    const pending = { decision, alikeBefore, expiresAt: this.clock.now() + coverMs };
    this.#decisions.set(key, [...(this.#decisions.get(key) ?? []), pending]);
  }

  apply(profile: SecureScoreControlProfile): SecureScoreControlProfile {
    const pending = this.#decisions.get(profile.id.toLowerCase()) ?? [];
    return pending.filter(({ expiresAt }) => expiresAt > this.clock.now()).reduce(addMissing, profile);
  }

  #forgetExpired(): void {
    for (const [key, decisions] of this.#decisions) {
      const left = decisions.filter(({ expiresAt }) => expiresAt > this.clock.now());
      if (left.length === 0) this.#decisions.delete(key);
      else this.#decisions.set(key, left);
    }
  }
}

/** How many decisions of this content a profile has. */
export function countAlike(profile: SecureScoreControlProfile, decision: ControlStateUpdate): number {
  return profile.controlStateUpdates.filter((shown) => isAlike(shown, decision)).length;
}

function addMissing(profile: SecureScoreControlProfile, pending: PendingDecision): SecureScoreControlProfile {
  const { decision, alikeBefore } = pending;
  if (countAlike(profile, decision) > alikeBefore) return profile;
  return { ...profile, controlStateUpdates: [...profile.controlStateUpdates, decision] };
}

/** The upstream may write names and words in its own case, and nothing as an empty text. */
function isAlike(a: ControlStateUpdate, b: ControlStateUpdate): boolean {
  return (['rawState', 'assignedTo', 'comment'] as const).every(
    (member) => (a[member] ?? '').toLowerCase() === (b[member] ?? '').toLowerCase(),
  );
}
