import { LRUCache } from 'lru-cache';
import { UpstreamError } from '../errors/GatewayError.js';
import { isOutage } from './outage.js';

const pauseMs = 5_000;
const maxPauseMs = 60_000;
const maxKeys = 10_000;

/** Keeps refreshes that failed from being tried again at every read, and knows which values are old because of an outage. */
export class RefreshBackoff {
  readonly #failed = new LRUCache<string, { readonly retryAt: number; readonly outage: boolean }>({ max: maxKeys });

  mayRefresh(storeKey: string, now: number): boolean {
    return now >= (this.#failed.get(storeKey)?.retryAt ?? 0);
  }

  /** Whether the last refresh failed because the upstream is throttled or away. */
  isOutage(storeKey: string): boolean {
    return this.#failed.get(storeKey)?.outage ?? false;
  }

  failed(storeKey: string, error: Error, now: number): void {
    const askedMs = error instanceof UpstreamError ? (error.details.retryAfterMs ?? pauseMs) : pauseMs;
    this.#failed.set(storeKey, {
      retryAt: now + Math.min(Math.max(askedMs, pauseMs), maxPauseMs),
      outage: isOutage(error),
    });
  }

  succeeded(storeKey: string): void {
    this.#failed.delete(storeKey);
  }
}
