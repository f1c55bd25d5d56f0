import type { Logger } from '../../observability/logger.js';
import type { SubgraphMetrics } from '../../observability/subgraphMetrics.js';
import type { Clock } from '../../time/clock.js';
import type { Breaker } from '../../upstream/breaker.js';
import type { CallMeter } from '../../upstream/contract.js';
import { type HttpOutcome, systemCode, type Transport, type WireRequest } from '../../upstream/http/transport.js';
import { nextDelayMs, type RetryPolicy, retryPolicy, spendsRetry } from '../../upstream/retry/nextDelayMs.js';
import type { RetryBudget } from '../../upstream/retry/retryBudget.js';
import { remoteDefaults } from './config.js';
import * as failures from './failures.js';
import { judge, type Verdict, withGraphQLStatus } from './judge.js';
import type { Origin } from './readResult.js';

export interface SenderDeps {
  readonly origin: Origin;
  readonly transport: Transport;
  readonly breaker: Breaker;
  readonly retries: RetryBudget;
  readonly clock: Clock;
  readonly random: () => number;
  readonly logger: Logger;
  readonly metrics: SubgraphMetrics;
  readonly timeoutMs: number;
}

/** A request and those who wait for it. */
export interface Errand {
  readonly request: WireRequest;
  /** Whether a repeat does no harm. */
  readonly safeToRepeat: boolean;
  readonly requestId: string;
  readonly meter: CallMeter;
  /** Aborted when nobody waits any more. */
  readonly signal: AbortSignal;
  /** When the last of those who wait will have gone (epoch milliseconds); moves when others join. */
  readonly deadlineAt: number;
}

/** What a subgraph answered, and the text of it. */
export type Reply = Extract<Verdict, { ok: true }>;

/** A subgraph is near: a second try comes soon, or not at all. */
const policy: RetryPolicy = { ...retryPolicy, maxAttempts: 3, baseDelayMs: 100 };

/** The shortest wait worth naming while somebody else's probe is under way. */
const shortestRetryAfterMs = 1_000;

interface SenderStatus {
  readonly lastErrorCode: string | null;
  /** RFC 3339. */
  readonly lastSuccess: string | null;
}

/** Sends one request until there is an answer, or no further attempt makes sense. */
export class RequestSender {
  readonly #deps: SenderDeps;
  #lastErrorCode: string | null = null;
  #lastSuccessMs: number | undefined;

  constructor(deps: SenderDeps) {
    this.#deps = deps;
  }

  get status(): SenderStatus {
    const at = this.#lastSuccessMs;
    return { lastErrorCode: this.#lastErrorCode, lastSuccess: at === undefined ? null : new Date(at).toISOString() };
  }

  /** @throws {SubgraphError} when there is no answer; the signal's reason when nobody waits any more. */
  async send(errand: Errand): Promise<Reply> {
    this.#deps.retries.called();
    for (let number = 1; ; number++) {
      const verdict = await this.#attempt(errand, number);
      if (verdict.ok) return verdict;
      errand.signal.throwIfAborted();
      const delayMs = this.#delayMs(verdict, errand, number);
      if (delayMs === undefined) throw verdict.error;
      if (delayMs > 0) await this.#deps.clock.sleep(delayMs, errand.signal);
    }
  }

  #delayMs(verdict: Extract<Verdict, { ok: false }>, errand: Errand, number: number): number | undefined {
    const { cause, retryAfterMs } = verdict;
    const { clock, random, retries } = this.#deps;
    // Not even what was refused is repeated for a mutation: subgraphs are not known to refuse before they act.
    if (cause === undefined || !errand.safeToRepeat) return undefined;
    const asked = retryAfterMs === undefined ? {} : { retryAfterMs };
    const delayMs = nextDelayMs({ cause, number, safeToRepeat: true, ...asked }, policy, random);
    if (delayMs === undefined || clock.now() + delayMs >= errand.deadlineAt) return undefined;
    return spendsRetry(cause) && !retries.take() ? undefined : delayMs;
  }

  async #attempt(errand: Errand, number: number): Promise<Verdict> {
    const { breaker, clock, origin } = this.#deps;
    const startedAt = clock.now();
    const outcome = await breaker.run(() => this.#exchange(errand));
    if (outcome === undefined) {
      const error = failures.breakerOpen(origin.name, Math.max(breaker.probeInMs, shortestRetryAfterMs));
      return { ok: false, error };
    }
    const verdict = judge(outcome, origin, clock.now());
    this.#note(verdict, outcome, { requestId: errand.requestId, attempt: number, ms: clock.now() - startedAt });
    return verdict;
  }

  async #exchange({ request, signal, meter }: Errand): Promise<HttpOutcome> {
    const { transport, timeoutMs, origin } = this.#deps;
    meter.subgraphRequest(origin.name);
    return withGraphQLStatus(
      await transport(request, { timeoutMs, maxBodyBytes: remoteDefaults.maxBodyBytes }, signal),
    );
  }

  #note(verdict: Verdict, outcome: HttpOutcome, told: { requestId: string; attempt: number; ms: number }): void {
    const { clock, logger, metrics, origin } = this.#deps;
    const code = verdict.ok ? undefined : isCancelled(outcome) ? 'CANCELLED' : verdict.error.code;
    metrics.request(origin.name, code ?? 'ok', told.ms / 1_000);
    const fields = { subgraph: origin.name, ...told, ms: Math.round(told.ms), ...howItEnded(outcome) };
    if (verdict.ok) {
      this.#lastSuccessMs = clock.now();
      logger.debug(fields, 'subgraph request');
    } else if (code === 'CANCELLED') {
      logger.debug({ ...fields, code }, 'subgraph request cancelled');
    } else {
      this.#lastErrorCode = verdict.error.code;
      logger.warn({ ...fields, code }, 'subgraph request failed');
    }
  }
}

function isCancelled(outcome: HttpOutcome): boolean {
  return outcome.kind === 'failure' && outcome.reason === 'cancelled';
}

/** Never the URL, the body or a header. */
function howItEnded(outcome: HttpOutcome): object {
  if (outcome.kind === 'answer') return { status: outcome.status };
  return { failure: outcome.reason, errorCode: systemCode(outcome.cause) };
}
