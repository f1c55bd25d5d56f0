import type { Clock } from '../time/clock.js';
import { buildEnvelope, type PartAnswer, readEnvelope, versionOf } from './batchEnvelope.js';
import type { BatchResult, CallScope, UpstreamAnswer, UpstreamCall, UpstreamName } from './contract.js';
import { type Courier, type Delivery, deliveryError, type Place, placeAfter } from './courier.js';
import { afterUnclearAttempt, badResponse, type CallLabel, causeOfStatus, fromStatus, labelOf } from './failures.js';
import { readAnswer } from './http/readAnswer.js';
import type { HostRoot } from './http/target.js';
import type { HttpAnswer } from './http/transport.js';
import { isSafeToRepeat, nextDelayMs, type RetryCause, type RetryPolicy, spendsRetry } from './retry/nextDelayMs.js';
import { retryAfterMs } from './retry/retryAfter.js';
import type { RetryBudget } from './retry/retryBudget.js';

/**
 * Most parts of one `$batch`.
 * @see https://learn.microsoft.com/en-us/graph/json-batching#batch-size-limitations
 */
const largestBatch = 20;

export interface BatchDeps {
  readonly name: UpstreamName;
  readonly root: HostRoot;
  readonly courier: Courier;
  readonly clock: Clock;
  readonly random: () => number;
  readonly policy: RetryPolicy;
  readonly retries: RetryBudget;
}

/** A call on its way. */
interface Part<T> {
  readonly index: number;
  readonly call: UpstreamCall<T>;
  readonly label: CallLabel;
  /** Attempts so far, and whether one of them ended without saying whether it was carried out. */
  readonly attempts: number;
  readonly unclear: boolean;
}

/** A part that may be worth repeating, and what it ends with if it is not. */
interface Setback<T> {
  readonly part: Part<T>;
  readonly cause: RetryCause;
  readonly retryAfterMs?: number;
  readonly error: Error;
}

/**
 * Sends calls in `$batch` requests, side by side; each call ends with its own result, in the order of the calls.
 * Parts that the budget cuts off, and parts that are refused or fail, go into further requests within the deadline.
 */
export async function sendBatch<T>(
  calls: readonly UpstreamCall<T>[],
  scope: CallScope,
  deps: BatchDeps,
): Promise<BatchResult<T>[]> {
  const results = new Map<number, BatchResult<T>>();
  const parts = calls.map((call, index) => ({
    index,
    call,
    label: labelOf(deps.name, call, scope),
    attempts: 0,
    unclear: false,
  }));
  const finish = (index: number, result: BatchResult<T>) => results.set(index, result);
  await Promise.all(
    batchesOf(parts).map(({ version, chunk }) => new Batch<T>(version, scope, deps, finish).run(chunk)),
  );
  return calls.map((_call, index) => results.get(index) as BatchResult<T>);
}

/** Up to twenty calls of one version, in as many requests as it takes. */
class Batch<T> {
  readonly #version: string;
  readonly #scope: CallScope;
  readonly #deps: BatchDeps;
  readonly #label: CallLabel;
  readonly #finish: (index: number, result: BatchResult<T>) => void;
  #unauthorizedCount = 0;

  constructor(
    version: string,
    scope: CallScope,
    deps: BatchDeps,
    finish: (index: number, result: BatchResult<T>) => void,
  ) {
    this.#version = version;
    this.#scope = scope;
    this.#deps = deps;
    this.#finish = finish;
    this.#label = { upstream: deps.name, operation: '$batch', permission: '', requestId: scope.requestId };
  }

  async run(parts: readonly Part<T>[]): Promise<void> {
    let open = parts;
    let place: Place = {};
    this.#deps.retries.called();
    try {
      while (open.length > 0) {
        const delivery = await this.#deliver(open, place);
        const setbacks = this.#sort(open.slice(0, delivery.parts), delivery);
        const held = open.slice(delivery.parts);
        open = [...(await this.#repeatable(setbacks)), ...held];
        place = placeAfter(delivery);
      }
    } catch (error) {
      // Admission failed: what is still open fails with it.
      for (const part of open) this.#fail(part, error as Error);
    }
  }

  #deliver(parts: readonly Part<T>[], place: Place): Promise<Delivery> {
    const calls = parts.map(({ call }) => call);
    const { name, root } = this.#deps;
    return this.#deps.courier.deliver(
      {
        label: this.#label,
        credential: 'bearer',
        parts: calls.map(({ units }) => units ?? 1),
        gated: false,
        build: (count) => buildEnvelope(name, root, this.#version, calls.slice(0, count), this.#scope),
      },
      this.#scope,
      place,
    );
  }

  /** Finishes the parts that have their result; the others are returned. */
  #sort(sent: readonly Part<T>[], delivery: Delivery): Setback<T>[] {
    const { outcome, cause } = delivery;
    if (cause === 'unauthorized') this.#unauthorizedCount++;
    if (cause !== undefined) {
      const asked = delivery.retryAfterMs === undefined ? {} : { retryAfterMs: delivery.retryAfterMs };
      return sent.map((part) => ({ part, cause, error: deliveryError(part.label, delivery), ...asked }));
    }
    if (outcome.kind === 'failure' || outcome.status !== 200) {
      for (const part of sent) this.#fail(part, deliveryError(part.label, delivery));
      return [];
    }
    return this.#readParts(sent, outcome);
  }

  #readParts(sent: readonly Part<T>[], envelope: HttpAnswer): Setback<T>[] {
    const answers = readEnvelope(envelope);
    const pauseMs = this.#pauseFor(answers?.values() ?? []);
    return sent.flatMap((part, position) => {
      const answer = answers?.get(position);
      const cause = answer && (answer.status === 429 ? 'throttled' : causeOfStatus(answer.status));
      if (answer === undefined || cause === undefined || cause === 'unauthorized') {
        this.#complete(part, answer);
        return [];
      }
      const asked = cause === 'throttled' ? pauseMs : this.#asked(answer);
      const error = fromStatus(part.label, answer.status, answer.body, asked);
      return [{ part, cause, error, ...(asked === undefined ? {} : { retryAfterMs: asked }) }];
    });
  }

  /** Parts are refused one by one, but the budget is common: it pauses for the longest wait that any of them names. */
  #pauseFor(answers: Iterable<PartAnswer>): number | undefined {
    const refused = [...answers].filter(({ status }) => status === 429);
    if (refused.length === 0) return undefined;
    const asked = refused.map((answer) => this.#asked(answer)).filter((ms) => ms !== undefined);
    return this.#deps.courier.throttled(asked.length === 0 ? undefined : Math.max(...asked));
  }

  #asked(answer: PartAnswer): number | undefined {
    return retryAfterMs(answer.headers, '', this.#deps.clock.now());
  }

  #complete(part: Part<T>, answer: PartAnswer | undefined): void {
    try {
      this.#finish(part.index, { ok: true, answer: this.#read(part, answer) });
    } catch (error) {
      this.#fail(part, error as Error);
    }
  }

  #read({ call, label }: Part<T>, answer: PartAnswer | undefined): UpstreamAnswer<T> {
    if (answer === undefined) throw badResponse(label, 'the batch has no answer for this part');
    return readAnswer(answer, call, label, this.#deps.root, this.#deps.clock.now());
  }

  /** Those of the failed parts that go into another request, after the wait that the slowest of them needs. */
  async #repeatable(setbacks: readonly Setback<T>[]): Promise<Part<T>[]> {
    const again: Part<T>[] = [];
    let waitMs = 0;
    const mayRepeat = !setbacks.some(({ cause }) => spendsRetry(cause)) || this.#deps.retries.take();
    for (const setback of setbacks) {
      const delayMs = mayRepeat || !spendsRetry(setback.cause) ? this.#delayMs(setback) : undefined;
      if (delayMs === undefined) this.#fail(setback.part, setback.error);
      else {
        const { attempts, unclear } = setback.part;
        again.push({ ...setback.part, attempts: attempts + 1, unclear: unclear || setback.cause === 'unclear' });
        if (setback.cause !== 'throttled') waitMs = Math.max(waitMs, delayMs);
      }
    }
    if (again.length > 0) await this.#deps.courier.rest(waitMs, this.#scope, this.#label);
    return again;
  }

  #delayMs({ part, cause, retryAfterMs: asked }: Setback<T>): number | undefined {
    const { policy, random, clock } = this.#deps;
    const attempt = {
      cause,
      number: part.attempts + 1,
      safeToRepeat: isSafeToRepeat(part.call),
      unauthorizedCount: this.#unauthorizedCount,
      ...(asked === undefined ? {} : { retryAfterMs: asked }),
    };
    const delayMs = nextDelayMs(attempt, policy, random);
    return delayMs !== undefined && clock.now() + delayMs < this.#scope.deadlineAt ? delayMs : undefined;
  }

  #fail(part: Part<T>, error: Error): void {
    this.#finish(part.index, { ok: false, error: part.unclear ? afterUnclearAttempt(error) : error });
  }
}

function batchesOf<T>(parts: readonly Part<T>[]): { version: string; chunk: Part<T>[] }[] {
  const versions = new Set(parts.map(({ call }) => versionOf(call.path)));
  return [...versions].flatMap((version) => {
    const ofVersion = parts.filter(({ call }) => versionOf(call.path) === version);
    const count = Math.ceil(ofVersion.length / largestBatch);
    return Array.from({ length: count }, (_, n) => ({
      version,
      chunk: ofVersion.slice(n * largestBatch, (n + 1) * largestBatch),
    }));
  });
}
