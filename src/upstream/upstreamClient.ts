import { GatewayError } from '../errors/GatewayError.js';
import type { Clock } from '../time/clock.js';
import { sendBatch } from './batch.js';
import type { Breaker } from './breaker.js';
import type { Budget } from './budgets/contract.js';
import type { ConcurrencyGate } from './budgets/createConcurrencyGate.js';
import {
  type BatchResult,
  type CallScope,
  NotFoundError,
  type Page,
  type Upstream,
  type UpstreamAnswer,
  type UpstreamCall,
  type UpstreamName,
  type UpstreamStatus,
} from './contract.js';
import { type Courier, deliveryError, type Parcel, type Place, placeAfter } from './courier.js';
import { afterUnclearAttempt, type CallLabel, labelOf } from './failures.js';
import { isGraph, requestHeaders } from './http/headers.js';
import { readAnswer } from './http/readAnswer.js';
import { type HostRoot, pathAndQuery } from './http/target.js';
import type { HttpAnswer, WireRequest } from './http/transport.js';
import { isMemoryOnly, notAtHand } from './memoryOnly.js';
import { followPages } from './pages.js';
import { isSafeToRepeat, nextDelayMs, type RetryPolicy, spendsRetry } from './retry/nextDelayMs.js';
import type { RetryBudget } from './retry/retryBudget.js';

export interface ClientDeps {
  readonly name: UpstreamName;
  readonly root: HostRoot;
  readonly courier: Courier;
  readonly budget: Budget;
  readonly gate: ConcurrencyGate;
  readonly breaker: Breaker;
  readonly clock: Clock;
  readonly random: () => number;
  readonly policy: RetryPolicy;
  readonly retries: RetryBudget;
  /** Whether calls of this path may only run a few at a time. */
  readonly isGated: (path: string) => boolean;
}

/** What a call has been through so far. */
interface History {
  /** An attempt ended without saying whether it was carried out. */
  unclear: boolean;
}

/** Waiting for so long is the ordinary way of a limit. */
const patientMs = 5_000;

/** One configured upstream. */
export class UpstreamClient implements Upstream {
  readonly #deps: ClientDeps;

  constructor(deps: ClientDeps) {
    this.#deps = deps;
  }

  get name(): UpstreamName {
    return this.#deps.name;
  }

  async send<T>(call: UpstreamCall<T>, scope: CallScope): Promise<UpstreamAnswer<T>> {
    if (isMemoryOnly(scope)) throw notAtHand(this.name, scope);
    return this.#noting(async () => {
      const label = labelOf(this.name, call, scope);
      const history: History = { unclear: false };
      try {
        const started = { call };
        const answer = await this.#deliver(this.#parcel(started, label, scope), isSafeToRepeat(call), scope, history);
        return readAnswer(answer, started.call, label, this.#deps.root, this.#deps.clock.now());
      } catch (error) {
        throw history.unclear ? afterUnclearAttempt(error) : error;
      }
    });
  }

  async sendBatch<T>(calls: readonly UpstreamCall<T>[], scope: CallScope): Promise<BatchResult<T>[]> {
    if (!isGraph(this.name)) throw new TypeError(`${this.name} has no $batch.`);
    if (isMemoryOnly(scope)) return calls.map(() => ({ ok: false, error: notAtHand(this.name, scope) }));
    // A batch runs its parts side by side, which calls with a cap on concurrency must not.
    const isGated = ({ path }: UpstreamCall<T>) => this.#deps.isGated(path);
    const [batched, alone] = await Promise.all([
      sendBatch(
        calls.filter((call) => !isGated(call)),
        scope,
        this.#deps,
      ),
      Promise.all(calls.filter(isGated).map((call) => this.#sendAlone(call, scope))),
    ]);
    for (const result of batched) if (!result.ok) this.#note(result.error);
    return calls.map((call) => (isGated(call) ? alone : batched).shift() as BatchResult<T>);
  }

  pages<T>(call: UpstreamCall<Page<T>>, scope: CallScope): AsyncIterable<UpstreamAnswer<Page<T>>> {
    return followPages(call, (next) => this.send(next, scope), labelOf(this.name, call, scope));
  }

  status(): UpstreamStatus {
    const { budget, gate, courier } = this.#deps;
    return {
      name: this.name,
      state: this.#state(),
      budgets: [budget.status()],
      queueDepth: budget.queueDepth + gate.queueDepth,
      ...courier.status,
    };
  }

  #state(): UpstreamStatus['state'] {
    const { budget, breaker } = this.#deps;
    if (breaker.failing) return 'FAILING';
    return budget.pauseLeftMs() > 0 || this.#isUsedUp() ? 'THROTTLED' : 'OK';
  }

  /** Calls wait, and not just for their turn: a limit of one a second is used up by any call. */
  #isUsedUp(): boolean {
    const { budget, clock } = this.#deps;
    if (budget.queueDepth === 0) return false;
    const { left, resetsAt } = budget.status();
    return left === 0 && resetsAt !== null && Date.parse(resetsAt) - clock.now() > patientMs;
  }

  async #sendAlone<T>(call: UpstreamCall<T>, scope: CallScope): Promise<BatchResult<T>> {
    try {
      return { ok: true, answer: await this.send(call, scope) };
    } catch (error) {
      return { ok: false, error: error as Error };
    }
  }

  /** Attempts until there is an answer to read, or no further attempt makes sense. */
  async #deliver(parcel: Parcel, safeToRepeat: boolean, scope: CallScope, history: History): Promise<HttpAnswer> {
    const { courier, policy, random, retries } = this.#deps;
    let place: Place = {};
    let unauthorizedCount = 0;
    retries.called();
    for (let number = 1; ; number++) {
      const delivery = await courier.deliver(parcel, scope, place);
      const { cause, outcome, retryAfterMs } = delivery;
      if (cause === undefined && outcome.kind === 'answer') return outcome;
      if (cause === undefined) throw deliveryError(parcel.label, delivery);
      if (cause === 'unauthorized') unauthorizedCount++;
      if (cause === 'unclear') history.unclear = true;
      const asked = retryAfterMs === undefined ? {} : { retryAfterMs };
      const delayMs = nextDelayMs({ cause, number, safeToRepeat, unauthorizedCount, ...asked }, policy, random);
      const isOver = delayMs === undefined || this.#isTooLate(delayMs, scope);
      if (isOver || (spendsRetry(cause) && !retries.take())) throw deliveryError(parcel.label, delivery);
      if (cause !== 'throttled') await courier.rest(delayMs, scope, parcel.label);
      place = placeAfter(delivery);
    }
  }

  #isTooLate(delayMs: number, scope: CallScope): boolean {
    return this.#deps.clock.now() + delayMs >= scope.deadlineAt;
  }

  /** @param started Holds the call as it was sent, once it was. */
  #parcel<T>(started: { call: UpstreamCall<T> }, label: CallLabel, scope: CallScope): Parcel {
    const { call } = started;
    return {
      label,
      credential: call.credential ?? 'bearer',
      parts: [call.units ?? 1],
      gated: this.#deps.isGated(call.path),
      build: () => {
        started.call = { ...call, ...call.atStart?.() };
        return this.#request(started.call, scope);
      },
    };
  }

  #request(call: UpstreamCall<unknown>, scope: CallScope): WireRequest {
    return {
      method: call.method,
      path: `${this.#deps.root.prefix}${pathAndQuery(call)}`,
      headers: requestHeaders(this.name, call, scope),
      ...(call.body === undefined ? {} : { body: JSON.stringify(call.body) }),
    };
  }

  async #noting<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      this.#note(error);
      throw error;
    }
  }

  #note(error: unknown): void {
    if (error instanceof GatewayError && !(error instanceof NotFoundError)) this.#deps.courier.noteError(error.code);
  }
}
