import { GatewayError } from '../../errors/GatewayError.js';
import type { Logger } from '../../observability/logger.js';
import type { Clock } from '../../time/clock.js';
import { FencedError } from '../changeStore.js';
import type { ChangeTopic } from '../contract.js';
import type { Leadership } from '../leadership.js';
import type { Feed } from './contract.js';
import { codeOf, nextWaitMs } from './nextWaitMs.js';

export interface RunnerDeps {
  readonly clock: Clock;
  readonly logger: Logger;
  /** In [0, 1); spreads the waits after failures. */
  readonly random: () => number;
  readonly leadership: Leadership;
}

export interface RunnerStatus {
  readonly name: string;
  readonly topic: ChangeTopic;
  readonly intervalMs: number;
  /** Started and not stopped, and this instance leads. */
  readonly isSweeping: boolean;
  /** The upstream's clock when the last whole round of this instance began, RFC 3339; null before the first. */
  readonly lastSweptAt: string | null;
  /** Failures since the last whole round. */
  readonly failures: number;
  /** Code or name of the last failure; null after a whole round. */
  readonly lastErrorCode: string | null;
}

/** Two rounds begin at least so far apart, however often somebody pokes. */
const shortestWaitMs = 1_000;

/**
 * Runs one feed at its interval while this instance leads. A round that fails is logged and tried again, later each time;
 * nothing stops the loop but `stop`. When the lease has passed on, the round is given up, and the loop waits for another.
 */
export class FeedRunner {
  readonly #stopping = new AbortController();
  /** Aborted to end what the loop waits for. */
  #waiting = new AbortController();
  #round: { readonly abort: () => void; readonly fence: number | undefined } | undefined;
  #loop: Promise<void> | undefined;
  #leave: () => void = () => undefined;
  #isPoked = false;
  #lostFence: number | undefined;
  #lastSweptAt: string | null = null;
  #failures = 0;
  #lastErrorCode: string | null = null;

  constructor(
    readonly feed: Feed,
    private readonly deps: RunnerDeps,
  ) {}

  start(): void {
    if (this.#loop !== undefined) return;
    this.#leave = this.deps.leadership.onChange(() => this.#leadershipChanged());
    this.#loop = this.#run();
  }

  /** Resolves when the round that runs has ended. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#leave();
    await this.#loop;
  }

  /** Sweeps soon: at once, or right after the round that runs. Does not shorten the wait after a failure. */
  poke(): void {
    this.#isPoked = true;
    if (this.#failures === 0) this.#waiting.abort();
  }

  status(): RunnerStatus {
    const { name, topic, intervalMs } = this.feed;
    return {
      name,
      topic,
      intervalMs,
      isSweeping: this.#loop !== undefined && !this.#stopping.signal.aborted && this.#mayRun(),
      lastSweptAt: this.#lastSweptAt,
      failures: this.#failures,
      lastErrorCode: this.#lastErrorCode,
    };
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      if (!this.#mayRun()) {
        await this.#wait(Number.POSITIVE_INFINITY);
        continue;
      }
      this.#isPoked = false;
      const begunAt = this.deps.clock.now();
      const waitMs = await this.#sweepOnce();
      if (waitMs === undefined) continue;
      const isSoon = this.#isPoked && this.#failures === 0;
      if (!isSoon) await this.#wait(waitMs);
      const restMs = begunAt + Math.min(shortestWaitMs, waitMs) - this.deps.clock.now();
      if (restMs > 0 && this.#mayRun()) await this.deps.clock.sleep(restMs, signal).catch(() => undefined);
    }
  }

  /** @returns how long to wait; `undefined` when the round was given up. */
  async #sweepOnce(): Promise<number | undefined> {
    const round = new AbortController();
    const fence = this.deps.leadership.fence();
    this.#round = { abort: () => round.abort(), fence };
    try {
      const sweptAt = await this.feed.sweep(AbortSignal.any([round.signal, this.#stopping.signal]), fence);
      this.#lastSweptAt = sweptAt ?? this.#lastSweptAt;
      this.#failures = 0;
      this.#lastErrorCode = null;
      return this.feed.intervalMs;
    } catch (error) {
      const isFenced = error instanceof FencedError && fence !== undefined;
      if (isFenced) this.#lostFence = fence;
      const isGivenUp = isFenced || round.signal.aborted || this.#stopping.signal.aborted;
      return isGivenUp ? undefined : this.#failed(error);
    } finally {
      this.#round = undefined;
    }
  }

  #failed(error: unknown): number {
    this.#failures += 1;
    this.#lastErrorCode = codeOf(error);
    const waitMs = nextWaitMs(this.feed.intervalMs, this.#failures, error, this.deps.random());
    const fields = error instanceof GatewayError ? error.logFields : { err: error };
    const what = { feed: this.feed.name, code: this.#lastErrorCode, failures: this.#failures, waitMs };
    this.deps.logger.warn({ ...fields, ...what }, 'change feed sweep failed');
    return waitMs;
  }

  /** Leads, under another lease than the one that was refused. */
  #mayRun(): boolean {
    const { leadership } = this.deps;
    return leadership.isLeader() && (this.#lostFence === undefined || leadership.fence() !== this.#lostFence);
  }

  #leadershipChanged(): void {
    if (!this.#mayRun() || this.#round?.fence !== this.deps.leadership.fence()) this.#round?.abort();
    this.#waiting.abort();
  }

  /** Until the time is over, somebody pokes, the leadership changes or the runner stops. */
  async #wait(waitMs: number): Promise<void> {
    this.#waiting = new AbortController();
    const signal = AbortSignal.any([this.#waiting.signal, this.#stopping.signal]);
    if (Number.isFinite(waitMs)) await this.deps.clock.sleep(waitMs, signal).catch(() => undefined);
    else await untilAborted(signal);
  }
}

function untilAborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}
