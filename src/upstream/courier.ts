import type { TokenProvider } from '../auth/credentials/tokenProvider.js';
import type { Logger } from '../observability/logger.js';
import { logAttempt } from './attemptLog.js';
import { authorize } from './authorize.js';
import type { Breaker } from './breaker.js';
import type { Budget, Grant } from './budgets/contract.js';
import type { ConcurrencyGate } from './budgets/createConcurrencyGate.js';
import type { CallScope, UpstreamCall, UpstreamName } from './contract.js';
import { interruptible, interruption, interruptionSignal, type Limits } from './deadline.js';
import * as failures from './failures.js';
import type { HttpOutcome, Transport, WireRequest } from './http/transport.js';
import { backoffMs, type RetryCause, type RetryPolicy } from './retry/nextDelayMs.js';
import { retryAfterMs } from './retry/retryAfter.js';

export interface CourierDeps extends Limits {
  readonly name: UpstreamName;
  readonly transport: Transport;
  readonly credentials: Readonly<Record<NonNullable<UpstreamCall<unknown>['credential']>, TokenProvider | undefined>>;
  readonly budget: Budget;
  /** For calls that may only run a few at a time. */
  readonly gate: ConcurrencyGate;
  readonly breaker: Breaker;
  readonly logger: Logger;
  readonly random: () => number;
  readonly policy: RetryPolicy;
  readonly attemptTimeoutMs: number;
  readonly maxBodyBytes: number;
}

/**
 * A call that starts later than this before its deadline has no answer in time. Who waited for it is told before the
 * deadline, while there is still time to answer with what is known.
 */
const shortestAttemptMs = 200;

/** One HTTP request to be sent, once its units are granted. */
export interface Parcel {
  readonly label: failures.CallLabel;
  readonly credential: NonNullable<UpstreamCall<unknown>['credential']>;
  /** Units of each part, in order; a plain call has one. */
  readonly parts: readonly number[];
  readonly gated: boolean;
  /** The request for the first `parts` parts, without `authorization`. */
  build(parts: number): WireRequest;
}

/** What a repeated attempt keeps of the one before. */
export interface Place {
  readonly arrival?: number;
  readonly refused?: string;
}

/** How one attempt ended. */
export interface Delivery {
  readonly outcome: HttpOutcome;
  readonly parts: number;
  readonly arrival: number;
  readonly authorization: string;
  /** Undefined when the outcome is an answer to be read. */
  readonly cause: RetryCause | undefined;
  /** How long the upstream asks to wait, or after a bare 429 how long we think right. */
  readonly retryAfterMs?: number;
}

export interface CourierStatus {
  readonly lastErrorCode: string | null;
  readonly lastSuccess: string | null;
}

/**
 * Makes one attempt: circuit, token, place, units, exchange; books what it cost and says how it ended.
 * Whether to try again is for others to decide.
 */
export class Courier {
  readonly #deps: CourierDeps;
  #throttleStreak = 0;
  #lastSuccessMs: number | undefined;
  #lastErrorCode: string | null = null;

  constructor(deps: CourierDeps) {
    this.#deps = deps;
  }

  get status(): CourierStatus {
    const at = this.#lastSuccessMs;
    return { lastErrorCode: this.#lastErrorCode, lastSuccess: at === undefined ? null : new Date(at).toISOString() };
  }

  /** Remembers an error that a call ended with, for `status`. */
  noteError(code: string): void {
    this.#lastErrorCode = code;
  }

  /** @throws {UpstreamError} when the attempt may not start: circuit open, no token, no units in time, cancelled. */
  async deliver(parcel: Parcel, scope: CallScope, place: Place): Promise<Delivery> {
    this.#assertStartable(parcel.label, scope);
    const authorization = await this.#authorize(parcel, scope, place.refused);
    const leave = await this.#enter(parcel, scope);
    try {
      const grant = await this.#draw(parcel, scope, place.arrival);
      const outcome = await this.#exchange(parcel, grant, authorization, scope);
      return { outcome, parts: grant.parts, arrival: grant.arrival, authorization, ...this.#assess(outcome) };
    } finally {
      leave();
    }
  }

  /** Waits between two attempts. Not for use after a 429: then the budget itself pauses. */
  async rest(delayMs: number, scope: CallScope, label: failures.CallLabel): Promise<void> {
    if (delayMs <= 0) return;
    scope.meter.waited(delayMs);
    const signal = interruptionSignal(scope, this.#deps);
    await interruptible(this.#deps.clock.sleep(delayMs, signal), label, scope, this.#deps);
  }

  /** Pauses the upstream after a 429, as long as it asks or longer with each refusal in a row. Returns the pause. */
  throttled(askedMs: number | undefined): number {
    const { budget, policy, random, logger, name } = this.#deps;
    if (budget.pauseLeftMs() === 0) this.#throttleStreak++;
    const pauseMs = askedMs ?? backoffMs({ cause: 'throttled', number: this.#throttleStreak }, policy, random);
    budget.throttled(pauseMs);
    logger.info({ upstream: name, pauseMs }, 'upstream paused');
    return pauseMs;
  }

  #assertStartable(label: failures.CallLabel, scope: CallScope): void {
    const interrupted = interruption(label, scope, this.#deps);
    if (interrupted !== undefined) throw interrupted;
    if (this.#deps.breaker.refuses) throw failures.breakerOpen(label);
  }

  async #authorize({ credential, label }: Parcel, scope: CallScope, refused?: string): Promise<string> {
    const provider = this.#deps.credentials[credential];
    if (provider !== undefined) return authorize(provider, refused, label, scope, this.#deps);
    throw failures.notConfigured(label, 'MCAS_TOKEN, the API token that this call needs, is not set');
  }

  async #enter({ gated, label }: Parcel, scope: CallScope): Promise<() => void> {
    if (!gated) return () => undefined;
    const { gate, clock, attemptTimeoutMs } = this.#deps;
    const since = clock.now();
    const entered = gate.enter(scope.deadlineAt, interruptionSignal(scope, this.#deps));
    const leave = await interruptible(entered, label, scope, this.#deps);
    if (leave === undefined) throw failures.throttled(label, attemptTimeoutMs);
    this.#reportWait(scope, clock.now() - since);
    return leave;
  }

  async #draw({ parts, label }: Parcel, scope: CallScope, arrival?: number): Promise<Grant> {
    const { purpose, callerKey = scope.accessScope } = scope;
    const deadlineAt = scope.deadlineAt - shortestAttemptMs;
    const signal = interruptionSignal(scope, this.#deps);
    const want = { purpose, callerKey, deadlineAt, signal, parts, ...(arrival === undefined ? {} : { arrival }) };
    const drawn = await interruptible(this.#deps.budget.draw(want), label, scope, this.#deps);
    if (drawn.granted) {
      this.#reportWait(scope, drawn.waitedMs);
      return drawn;
    }
    throw this.#deps.stopping.aborted ? failures.stopped(label) : failures.throttled(label, drawn.retryAfterMs);
  }

  #reportWait(scope: CallScope, waitedMs: number): void {
    if (waitedMs > 0) scope.meter.waited(waitedMs);
  }

  async #exchange(parcel: Parcel, grant: Grant, authorization: string, scope: CallScope): Promise<HttpOutcome> {
    const { breaker, clock, name } = this.#deps;
    const startedAt = clock.now();
    let outcome: HttpOutcome | undefined;
    try {
      outcome = await breaker.run(() => this.#transmit(parcel, grant.parts, authorization, scope));
    } finally {
      this.#book(outcome, grant);
    }
    if (outcome === undefined) throw failures.breakerOpen(parcel.label);
    if (!neverSent(outcome)) scope.meter.upstreamCall(name, grant.units);
    logAttempt(this.#deps.logger, parcel.label, outcome, clock.now() - startedAt);
    return outcome;
  }

  async #transmit(parcel: Parcel, parts: number, authorization: string, scope: CallScope): Promise<HttpOutcome> {
    const { transport, attemptTimeoutMs, maxBodyBytes, clock } = this.#deps;
    const leftMs = scope.deadlineAt - clock.now();
    const request = parcel.build(parts);
    const headers = { ...request.headers, authorization };
    const limits = { timeoutMs: Math.min(attemptTimeoutMs, leftMs), maxBodyBytes };
    const outcome = await transport({ ...request, headers }, limits, interruptionSignal(scope, this.#deps));
    return clock.now() >= scope.deadlineAt ? ranOut(outcome) : outcome;
  }

  #book(outcome: HttpOutcome | undefined, grant: Grant): void {
    if (outcome === undefined || neverSent(outcome)) return grant.cancel();
    if (outcome.kind === 'answer' && outcome.status === 429) return grant.refuse();
    const cost =
      outcome.kind === 'answer' && grant.parts === 1 ? Number(outcome.headers['x-ms-resource-unit']) : Number.NaN;
    return cost > 0 ? grant.settle(cost) : grant.settle();
  }

  #assess(outcome: HttpOutcome): { cause: RetryCause | undefined; retryAfterMs?: number } {
    if (outcome.kind === 'failure') {
      if (outcome.reason === 'not-sent') return { cause: 'not-sent' };
      return { cause: outcome.reason === 'lost' || outcome.reason === 'timeout' ? 'unclear' : undefined };
    }
    const { clock } = this.#deps;
    const asked = retryAfterMs(outcome.headers, outcome.status === 429 ? outcome.text : '', clock.now());
    if (outcome.status === 429) return { cause: 'throttled', retryAfterMs: this.throttled(asked) };
    this.#throttleStreak = 0;
    if (outcome.status < 400) this.#lastSuccessMs = clock.now();
    const cause = failures.causeOfStatus(outcome.status);
    return cause !== undefined && asked !== undefined ? { cause, retryAfterMs: asked } : { cause };
  }
}

/** Running into the deadline of the caller says nothing about the upstream. */
function ranOut(outcome: HttpOutcome): HttpOutcome {
  const interrupted = outcome.kind === 'failure' && (outcome.reason === 'timeout' || outcome.reason === 'cancelled');
  return interrupted ? { ...outcome, reason: 'deadline' } : outcome;
}

function neverSent(outcome: HttpOutcome): boolean {
  return outcome.kind === 'failure' && outcome.reason === 'not-sent';
}

/** The error of an attempt that is not repeated. */
export function deliveryError(label: failures.CallLabel, delivery: Delivery): Error {
  const { outcome } = delivery;
  return outcome.kind === 'failure'
    ? failures.fromFailure(label, outcome)
    : failures.fromStatus(label, outcome.status, outcome.text, delivery.retryAfterMs);
}

/** Where a repeated attempt goes on: at the same place in line, and without the token that was refused. */
export function placeAfter({ cause, arrival, authorization }: Delivery): Place {
  return cause === 'unauthorized' ? { arrival, refused: authorization } : { arrival };
}
