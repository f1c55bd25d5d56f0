import type { Logger } from '../observability/logger.js';
import type { Clock } from '../time/clock.js';

const quietMs = 60_000;

/** Says that items were refused, once a minute at most, however many there are: anybody can send them. */
export class RefusalLog {
  readonly #counts = new Map<string, number>();
  #saidAt = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly logger: Logger,
    private readonly clock: Clock,
  ) {}

  note(reasons: readonly string[]): void {
    for (const reason of reasons) this.#counts.set(reason, (this.#counts.get(reason) ?? 0) + 1);
    if (reasons.length === 0 || this.clock.now() - this.#saidAt < quietMs) return;
    this.#saidAt = this.clock.now();
    this.logger.warn({ refused: Object.fromEntries(this.#counts) }, 'change notifications were refused');
    this.#counts.clear();
  }
}
