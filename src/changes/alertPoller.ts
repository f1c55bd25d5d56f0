import { GatewayError, UpstreamError } from '../errors/GatewayError.js';
import type { Logger } from '../observability/logger.js';
import type { Clock } from '../time/clock.js';

export interface PollerDeps {
  /** One sweep; returns the upstream's clock at its start, RFC 3339. */
  readonly sweep: (signal: AbortSignal) => Promise<string>;
  readonly clock: Clock;
  readonly logger: Logger;
  /** In [0, 1); spreads the waits after failures. */
  readonly random: () => number;
  readonly intervalMs: number;
}

export interface PollerStatus {
  readonly isRunning: boolean;
  /** The upstream's clock when the last whole sweep began, RFC 3339; null before the first. */
  readonly lastSweepAt: string | null;
  /** Failures since the last whole sweep. */
  readonly failures: number;
  /** Code or name of the last failure; null after a whole sweep. */
  readonly lastErrorCode: string | null;
}

const longestWaitMs = 300_000;

/** Sweeps at an interval until stopped. A sweep that fails is logged and tried again, later each time; nothing stops the loop. */
export class AlertPoller {
  readonly #stopping = new AbortController();
  #loop: Promise<void> | undefined;
  #lastSweepAt: string | null = null;
  #failures = 0;
  #lastErrorCode: string | null = null;

  constructor(readonly deps: PollerDeps) {}

  start(): void {
    this.#loop ??= this.#run();
  }

  /** Resolves when the sweep that runs has ended. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#loop;
  }

  status(): PollerStatus {
    return {
      isRunning: this.#loop !== undefined && !this.#stopping.signal.aborted,
      lastSweepAt: this.#lastSweepAt,
      failures: this.#failures,
      lastErrorCode: this.#lastErrorCode,
    };
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      const waitMs = await this.#sweepOnce(signal);
      await this.deps.clock.sleep(waitMs, signal).catch(() => undefined);
    }
  }

  async #sweepOnce(signal: AbortSignal): Promise<number> {
    try {
      this.#lastSweepAt = await this.deps.sweep(signal);
      this.#failures = 0;
      this.#lastErrorCode = null;
      return this.deps.intervalMs;
    } catch (error) {
      return signal.aborted ? 0 : this.#failed(error);
    }
  }

  #failed(error: unknown): number {
    this.#failures += 1;
    this.#lastErrorCode = codeOf(error);
    const waitMs = nextWaitMs(this.deps.intervalMs, this.#failures, retryAfterMsOf(error), this.deps.random());
    const fields = error instanceof GatewayError ? error.logFields : { err: error };
    this.deps.logger.warn(
      { ...fields, code: this.#lastErrorCode, failures: this.#failures, waitMs },
      'alert feed sweep failed',
    );
    return waitMs;
  }
}

/** Doubles from the interval up to five minutes; the upper half is random. A Retry-After is obeyed up to the same limit. */
function nextWaitMs(intervalMs: number, failures: number, retryAfterMs: number, random: number): number {
  const ceilingMs = Math.min(intervalMs * 2 ** Math.min(failures - 1, 30), longestWaitMs);
  return Math.max(Math.round(ceilingMs * (0.5 + random / 2)), Math.min(retryAfterMs, longestWaitMs));
}

function retryAfterMsOf(error: unknown): number {
  return error instanceof UpstreamError ? (error.details.retryAfterMs ?? 0) : 0;
}

function codeOf(error: unknown): string {
  if (error instanceof GatewayError) return error.code;
  return error instanceof Error ? error.name : 'UNKNOWN';
}
