import type { Principal } from '../auth/principal.js';
import type { OperationContext, PreparedOperation } from '../execution/contract.js';
import type { Clock } from '../time/clock.js';
import type { CallScope, Purpose } from '../upstream/contract.js';
import { AnswerMeter } from './answerMeter.js';

/** Who asks, over whatever transport. */
export interface Caller {
  readonly principal: Principal;
  /** Tell what each answer cost. */
  readonly withCost: boolean;
  /** Headers that may travel on to joined subgraphs; names in lower case. */
  readonly forwardedHeaders: OperationContext['forwardedHeaders'];
  /** Insists on the upstream: neither mirror nor cache may answer. */
  readonly insistsOnFresh?: boolean;
}

export interface OperationOptions {
  readonly caller: Caller;
  readonly accessScope: string;
  readonly requestId: string;
  /** Milliseconds until the answer is worthless; undefined for the long life of a subscription itself. */
  readonly timeoutMs?: number;
  /** Which share of the budgets it may use; default `interactive`. */
  readonly purpose?: Purpose;
  /** Where data may come from; absent: the cheapest that is good. */
  readonly reading?: NonNullable<CallScope['reading']>;
  readonly clock: Clock;
}

/** Far enough for a stream that ends with its socket, and still a number that can be compared. */
const noDeadline = Number.MAX_SAFE_INTEGER;

/** One operation, or one event of a subscription, from the first byte to the answer: its deadline, its end, its cost. */
export class Operation {
  readonly meter = new AnswerMeter();
  readonly scope: CallScope;
  readonly startedAt: number;
  readonly caller: Caller;
  /** Set once the operation is admitted. */
  prepared: PreparedOperation | undefined;
  readonly #clock: Clock;
  readonly #work = new AbortController();
  readonly #finished = new AbortController();
  /** Own data property of the scope, so that copies made by spreading carry the deadline of their time. */
  readonly #mutableScope: { deadlineAt: number };

  constructor(options: OperationOptions) {
    const { caller, accessScope, requestId, timeoutMs, purpose = 'interactive', reading, clock } = options;
    this.caller = caller;
    this.#clock = clock;
    this.startedAt = clock.now();
    const scope = {
      purpose,
      requestId,
      signal: this.#work.signal,
      deadlineAt: timeoutMs === undefined ? noDeadline : this.startedAt + timeoutMs,
      meter: this.meter,
      accessScope,
      callerKey: `${caller.principal.tenantId ?? ''}/${caller.principal.id}`,
      ...(caller.insistsOnFresh === true ? { reading: 'upstream' as const } : {}),
      ...(caller.principal.assertion === undefined ? {} : { callerAssertion: caller.principal.assertion }),
      ...(reading === undefined ? {} : { reading }),
    };
    this.scope = scope;
    this.#mutableScope = scope;
    if (timeoutMs !== undefined) void this.#watchDeadline();
  }

  /** Moves the deadline to `timeoutMs` after the start, if that is later. Called before execution begins. */
  allow(timeoutMs: number): void {
    this.#mutableScope.deadlineAt = Math.max(this.#mutableScope.deadlineAt, this.startedAt + timeoutMs);
  }

  /** The caller went away: upstream calls of the operation are given up. */
  cancel(): void {
    this.#work.abort(named('AbortError', 'The caller went away.'));
    this.finish();
  }

  /** The answer is out; releases the deadline's timer. */
  finish(): void {
    this.#finished.abort();
  }

  elapsedSeconds(): number {
    return (this.#clock.now() - this.startedAt) / 1000;
  }

  async #watchDeadline(): Promise<void> {
    try {
      for (let leftMs = this.#leftMs(); leftMs > 0; leftMs = this.#leftMs()) {
        await this.#clock.sleep(leftMs, this.#finished.signal);
      }
      this.#work.abort(named('TimeoutError', 'The deadline of the operation passed.'));
    } catch {
      // Finished in time: `sleep` rejects when its signal is aborted.
    }
  }

  #leftMs(): number {
    return this.scope.deadlineAt - this.#clock.now();
  }
}

/** The names that `AbortSignal` itself uses; a plain `Error`, because GraphQL execution hides the name of others. */
function named(name: 'AbortError' | 'TimeoutError', message: string): Error {
  return Object.assign(new Error(message), { name });
}
