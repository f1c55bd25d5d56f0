import type { Incident } from '../../schema/types/incident.type.js';

/** Merges remembered; the oldest go first, and are then news once more. */
const capacity = 10_000;

/** Remembers which incidents were seen merged into which, so that a merge is noticed once. */
export class KnownRedirects {
  readonly #targets = new Map<string, string>();

  /** The incident that this one was merged into, if nobody has seen that before. */
  news({ id, redirectIncidentId: target }: Incident): string | undefined {
    if (target === null || this.#targets.get(id) === target) return undefined;
    this.#targets.set(id, target);
    const [oldest] = this.#targets.keys();
    if (this.#targets.size > capacity && oldest !== undefined) this.#targets.delete(oldest);
    return target;
  }
}
