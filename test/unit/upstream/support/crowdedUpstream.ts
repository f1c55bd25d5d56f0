import { Readable } from 'node:stream';
import type { Dispatcher } from 'undici';
import type { Logger } from '../../../../src/observability/logger.js';
import { silentLogger } from '../../../../src/observability/logger.js';
import type { ManualClock } from './manualClock.js';

/** One call of ours. */
export interface SeenCall {
  readonly requestId: string;
  readonly startedAt: number;
  /** When the upstream decided on it; absent while it has not. */
  decidedAt?: number;
  status?: number;
  /** When the answer came; absent when nobody waited for it any more. */
  endedAt?: number;
}

/** What a refusal says of how long to wait. */
export type RefusalForm = 'header' | 'body' | 'nothing';

export interface CrowdedUpstreamOptions {
  readonly units: number;
  readonly windowMs: number;
  readonly form: RefusalForm;
  /** Milliseconds of each half of a call. */
  readonly latencyMs: () => number;
}

/** An upstream without sockets whose one limit all applications of a tenant draw on; refused calls count. */
export class CrowdedUpstream {
  readonly calls: SeenCall[] = [];
  /** Milliseconds of each pause, and when it began, as the log tells. */
  readonly pauses: { readonly from: number; readonly pauseMs: number }[] = [];
  readonly #clock: ManualClock;
  readonly #options: CrowdedUpstreamOptions;
  #uses: number[] = [];

  constructor(clock: ManualClock, options: CrowdedUpstreamOptions) {
    this.#clock = clock;
    this.#options = options;
  }

  get dispatcher(): Dispatcher {
    const request = (options: Dispatcher.RequestOptions & { signal?: AbortSignal }) => this.#request(options);
    return { request } as unknown as Dispatcher;
  }

  get logger(): Logger {
    const info = ({ pauseMs }: { pauseMs?: number }) => {
      if (pauseMs !== undefined) this.pauses.push({ from: this.#clock.now(), pauseMs });
    };
    const logger: Logger = { ...silentLogger, info, child: () => logger };
    return logger;
  }

  /** A call of anybody. Milliseconds until one would be let through, 0 when this one is. */
  take(): number {
    const now = this.#clock.now();
    const { units, windowMs } = this.#options;
    this.#uses = this.#uses.filter((at) => at + windowMs > now);
    const freesAt = (this.#uses.at(-units) ?? now - windowMs) + windowMs;
    this.#uses.push(now);
    return Math.max(0, freesAt - now);
  }

  async #request({ headers, signal }: Dispatcher.RequestOptions & { signal?: AbortSignal }) {
    const requestId = (headers as Record<string, string>)['client-request-id'] ?? '';
    const call: SeenCall = { requestId, startedAt: this.#clock.now() };
    this.calls.push(call);
    await this.#clock.sleep(this.#options.latencyMs(), signal);
    const answer = this.#answer(this.take());
    call.decidedAt = this.#clock.now();
    call.status = answer.statusCode;
    await this.#clock.sleep(this.#options.latencyMs(), signal);
    call.endedAt = this.#clock.now();
    return { ...answer, body: Readable.from([Buffer.from(answer.text)]) };
  }

  #answer(waitMs: number): { statusCode: number; headers: Record<string, string>; text: string } {
    if (waitMs === 0) return { statusCode: 200, headers: {}, text: '{}' };
    const seconds = Math.ceil(waitMs / 1_000);
    const { form } = this.#options;
    return {
      statusCode: 429,
      headers: form === 'header' ? { 'retry-after': String(seconds) } : {},
      text: form === 'body' ? `Request was throttled. Try again in ${seconds} seconds.` : '',
    };
  }
}
