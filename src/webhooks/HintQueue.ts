import { GatewayError, UpstreamError } from '../errors/GatewayError.js';
import type { Logger } from '../observability/logger.js';
import type { Clock } from '../time/clock.js';
import type { Hint, NotifiedKind } from './contract.js';

export interface HintQueueDeps {
  /**
   * Acts on a hint. `notYet`: the upstream does not show it so far, which happens because a notification may be faster
   * than the read that it asks for. A throw is tried again, too.
   */
  readonly act: (hint: Hint, signal: AbortSignal) => Promise<'done' | 'notYet'>;
  /** Hints of the kind are lost: somebody has to look at the whole. */
  readonly giveUp: (kind: NotifiedKind) => void;
  /** Whether `giveUp` makes this instance look at the whole, which costs less than reading many one by one. */
  readonly canSweep: (kind: NotifiedKind) => boolean;
  readonly clock: Clock;
  /** In [0, 1); spreads repeats. */
  readonly random: () => number;
  readonly logger: Logger;
  /** Hints that are acted on at the same time; default 2. */
  readonly concurrency?: number;
  /** Different hints that are held, those under way too; default 5,000. */
  readonly capacity?: number;
}

interface Held {
  readonly hint: Hint;
  phase: 'waiting' | 'acting' | 'resting';
  attempts: number;
  /** Came once more while it was acted on, so what was read may be older than the change. */
  isStale: boolean;
}

/** Before the second and the further attempts; the last one is followed by giving up. */
const restsMs = [1_000, 5_000, 30_000] as const;
const longestRestMs = 120_000;
/** More than this waiting is a burst: a sweep reads pages of them, and each read by id is a call. */
const burstHints = 20;
/** What comes meanwhile is part of the burst. A list may also show a change later than the notification of it. */
const burstMs = 1_000;

/**
 * Hints on their way to being read: bounded, one of each id, a few at a time. What does not fit or fails too often is
 * given up, and the next sweep finds it. A burst is left to one sweep as a whole.
 */
export class HintQueue {
  readonly #held = new Map<string, Held>();
  #waiting: Held[] = [];
  /** Kinds of which a burst is coming in. */
  readonly #bursts = new Set<NotifiedKind>();
  readonly #acting = new Set<Promise<void>>();
  readonly #stopping = new AbortController();

  constructor(private readonly deps: HintQueueDeps) {}

  /** Hints that are held. */
  get size(): number {
    return this.#held.size;
  }

  /** Never waits. */
  offer(hint: Hint): 'taken' | 'known' | 'full' {
    if (this.#stopping.signal.aborted) return 'full';
    const known = this.#held.get(keyOf(hint));
    if (known !== undefined) {
      known.isStale = known.phase === 'acting';
      return 'known';
    }
    if (this.#bursts.has(hint.kind)) return 'known';
    if (this.#held.size >= (this.deps.capacity ?? 5_000)) {
      this.deps.giveUp(hint.kind);
      return 'full';
    }
    this.#wait({ hint, phase: 'waiting', attempts: 0, isStale: false });
    this.#sweepBurst(hint.kind);
    return 'taken';
  }

  /** Drops what waits, and resolves when what is under way has ended. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#waiting = [];
    await Promise.all(this.#acting);
    this.#held.clear();
  }

  #wait(held: Held): void {
    if (this.#stopping.signal.aborted) return;
    held.phase = 'waiting';
    this.#held.set(keyOf(held.hint), held);
    this.#waiting.push(held);
    this.#next();
  }

  #sweepBurst(kind: NotifiedKind): void {
    if (this.#waiting.length <= burstHints || !this.deps.canSweep(kind)) return;
    const burst = this.#waiting.filter(({ hint }) => hint.kind === kind);
    if (burst.length <= burstHints) return;
    for (const { hint } of burst) this.#held.delete(keyOf(hint));
    this.#waiting = this.#waiting.filter(({ hint }) => hint.kind !== kind);
    this.#bursts.add(kind);
    this.deps.clock.sleep(burstMs, this.#stopping.signal).then(
      () => {
        this.#bursts.delete(kind);
        this.deps.giveUp(kind);
      },
      () => undefined,
    );
  }

  #next(): void {
    while (this.#acting.size < (this.deps.concurrency ?? 2)) {
      const held = this.#waiting.shift();
      if (held === undefined) return;
      const acting = this.#act(held).finally(() => {
        this.#acting.delete(acting);
        this.#next();
      });
      this.#acting.add(acting);
    }
  }

  async #act(held: Held): Promise<void> {
    held.phase = 'acting';
    held.attempts += 1;
    held.isStale = false;
    try {
      const outcome = await this.deps.act(held.hint, this.#stopping.signal);
      if (outcome === 'notYet') return this.#failed(held, undefined);
      this.#held.delete(keyOf(held.hint));
      if (held.isStale) this.#wait({ ...held, attempts: 0 });
    } catch (error) {
      this.#failed(held, error);
    }
  }

  #failed(held: Held, error: unknown): void {
    if (this.#stopping.signal.aborted) return;
    const restMs = restsMs[held.attempts - 1];
    if (restMs === undefined) return this.#giveUp(held, error);
    held.phase = 'resting';
    const askedMs = error instanceof UpstreamError ? (error.details.retryAfterMs ?? 0) : 0;
    const waitMs = Math.min(Math.max(restMs * (1 + this.deps.random() / 2), askedMs), longestRestMs);
    this.deps.clock.sleep(waitMs, this.#stopping.signal).then(
      () => this.#wait(held),
      () => undefined,
    );
  }

  /** What never showed up is no loss of ours, but a sweep may see it where a read by id does not. */
  #giveUp({ hint, attempts }: Held, error: unknown): void {
    this.#held.delete(keyOf(hint));
    const fields = error instanceof GatewayError ? { ...error.logFields, code: error.code } : { err: error };
    const what = { kind: hint.kind, attempts, ...(error === undefined ? {} : fields) };
    this.deps.logger.warn(what, 'what a notification named could not be read');
    this.deps.giveUp(hint.kind);
  }
}

function keyOf({ kind, id }: Hint): string {
  return `${kind} ${id}`;
}
