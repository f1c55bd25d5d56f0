import type { Row } from '../../tenant/Tenant.js';

/** Waits before each further attempt, in seconds; the service goes on for up to 4 h. */
const retrySeconds = [1, 5, 30, 120, 600, 3600, 3600, 3600] as const;
/** A receiver that takes longer counts as one that did not answer. */
const answerWithinMs = 3000;
/** Items that are collected into one POST. */
const collectMs = 20;

/** Sends notifications to receivers, collected by URL and repeated with backoff. */
export interface Delivery {
  send(url: string, item: Row): void;
  /** Resolves once nothing waits to be sent for the first time. */
  settled(): Promise<void>;
  stop(): void;
}

export function createDelivery(): Delivery {
  const waiting = new Map<string, Row[]>();
  const timers = new Set<NodeJS.Timeout>();
  const attempts = new Set<Promise<void>>();
  const stopping = new AbortController();

  function later(delayMs: number, action: () => void): void {
    const timer = setTimeout(() => {
      timers.delete(timer);
      action();
    }, delayMs);
    timer.unref();
    timers.add(timer);
  }

  function track(sending: Promise<void>): void {
    attempts.add(sending);
    void sending.finally(() => attempts.delete(sending));
  }

  async function attempt(url: string, value: readonly Row[], retry: number): Promise<void> {
    if ((await isAccepted(url, value, stopping.signal)) || stopping.signal.aborted) return;
    const waitSeconds = retrySeconds[retry];
    if (waitSeconds !== undefined) later(waitSeconds * 1000, () => track(attempt(url, value, retry + 1)));
  }

  function flush(url: string): void {
    const value = waiting.get(url) ?? [];
    waiting.delete(url);
    if (value.length > 0) track(attempt(url, value, 0));
  }

  return {
    send(url, item) {
      const queued = waiting.get(url);
      if (queued !== undefined) queued.push(item);
      else {
        waiting.set(url, [item]);
        later(collectMs, () => flush(url));
      }
    },
    async settled() {
      for (const url of waiting.keys()) flush(url);
      await Promise.all(attempts);
    },
    stop() {
      stopping.abort();
      for (const timer of timers) clearTimeout(timer);
      timers.clear();
      waiting.clear();
    },
  };
}

async function isAccepted(url: string, value: readonly Row[], stopping: AbortSignal): Promise<boolean> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json; charset=utf-8' },
      body: JSON.stringify({ value }),
      redirect: 'manual',
      signal: AbortSignal.any([stopping, AbortSignal.timeout(answerWithinMs)]),
    });
    await response.body?.cancel();
    return response.ok;
  } catch {
    return false;
  }
}
