import type { BudgetStatus, Purpose } from '../contract.js';

/** A documented limit of an upstream, and how much of it is ours. */
export interface LimitRow {
  /** Shown in `upstreams { budgets { name } }`. */
  readonly name: string;
  /** What the upstream grants in one window: requests, or resource units. */
  readonly units: number;
  readonly windowMs: number;
  /** Our part, above 0 and at most 1; 1 where the limit counts per application. */
  readonly share: number;
  /** Whether other applications draw on the same limit: a refusal then halves our part for a while. */
  readonly shared: boolean;
}

/** One request for units. */
export interface Want {
  readonly purpose: Purpose;
  /** Who shares the interactive class fairly with others; absent: everybody who names nobody. */
  readonly callerKey?: string;
  /** Units of each part in order. The first part is waited for; those behind it are granted as far as they fit at once. */
  readonly parts: readonly number[];
  /** Epoch milliseconds; nothing is granted at or after it. */
  readonly deadlineAt: number;
  readonly signal: AbortSignal;
  /** Place in line of an earlier grant, so that a repeated call does not queue from the end. */
  readonly arrival?: number;
}

/** Units drawn. Exactly one of `settle`, `refuse` and `cancel` must be called; the first call counts. */
export interface Grant {
  readonly granted: true;
  /** How many parts, from the front, may be sent. */
  readonly parts: number;
  readonly units: number;
  readonly waitedMs: number;
  readonly arrival: number;
  /** The attempt is over: its units free one window from now. `units` corrects what it really cost. */
  settle(units?: number): void;
  /** The upstream refused the attempt: its units count as long as the upstream's own window, however long ours is. `throttled` follows. */
  refuse(): void;
  /** Nothing reached the upstream: the units are free again. */
  cancel(): void;
}

/** The wait would not end before the deadline, or the line is full. */
export interface Refusal {
  readonly granted: false;
  /** Milliseconds after which the same want would probably be granted. */
  readonly retryAfterMs: number;
}

/** Who decides when a call may start. In process here; an implementation over a shared store has the same face. */
export interface Budget {
  /** Waits for units. Rejects with the signal's reason when aborted before the deadline. */
  draw(want: Want): Promise<Grant | Refusal>;
  /** The upstream refused a call: grant nothing for `pauseMs`, and give way to other applications where the limit is shared. */
  throttled(pauseMs: number): void;
  /** Milliseconds for which nothing is granted because the upstream refused a call; 0 when it did not. */
  pauseLeftMs(): number;
  readonly queueDepth: number;
  status(): BudgetStatus;
}
