import type { Cached, Filled } from '../cache/contract.js';
import { GatewayError } from '../errors/GatewayError.js';
import { toError } from '../errors/toError.js';
import type { Logger } from '../observability/logger.js';
import type { Clock } from '../time/clock.js';
import { compareInstants } from '../time/instant.js';
import type { MirrorReader } from './contract.js';
import { WantedObjects } from './WantedObjects.js';

export interface KeptObjectsDeps<V> {
  /** In logs. */
  readonly name: string;
  readonly clock: Clock;
  /** In [0, 1); spreads the readings. */
  readonly random: () => number;
  readonly logger: Logger;
  /** Most milliseconds between two readings of an object; up to a tenth is taken off. */
  readonly refreshMs: number;
  /** Objects kept; those named for the shortest time leave first. */
  readonly maxObjects: number;
  /** Keys that one round asks for. */
  readonly keysPerRound: number;
  /** As background work. A key that is missing from the answer is of no object; an `Error` says nothing of its key. */
  readonly read: (keys: readonly string[], signal: AbortSignal) => Promise<ReadonlyMap<string, Filled<V> | Error>>;
  /** Every key under which an object is found. */
  readonly keysOf: (value: V) => readonly string[];
}

/** One object as it was read; null: there is none. */
export type Kept<V> = Pick<Cached<V>, 'value' | 'asOf' | 'stale'>;

/** Names that come together are read together. */
const gatherMs = 250;
const lookEveryMs = 60_000;
const longestRetryMs = 3_600_000;
/** Somebody names an object that was not there a while ago: it may be there now. */
const absentForMs = 120_000;

/**
 * Objects that no feed tells of, kept because mirrored rows name them: read soon after they are first named and again at
 * an interval, in the background, so that answers that join them cost no call. How old they are is part of the answer.
 */
export class KeptObjects<V> {
  readonly #objects: WantedObjects<V>;
  /** Keys that are read next. */
  readonly #due = new Set<string>();
  readonly #stopping = new AbortController();
  #waking = new AbortController();
  #loop: Promise<void> | undefined;

  constructor(private readonly deps: KeptObjectsDeps<V>) {
    this.#objects = new WantedObjects(deps.keysOf);
  }

  start(): void {
    this.#loop ??= this.#run();
  }

  /** Resolves when the round that runs has ended. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#loop;
  }

  /** @param until Our clock, milliseconds. */
  want(key: string, until: number): void {
    const now = this.deps.clock.now();
    if (until <= now) return;
    const known = this.#objects.get(key);
    const isAbsent = known?.filled?.value === null && now - known.readAt >= absentForMs;
    if (known === undefined) {
      this.#objects.set(key, { until, dueAt: now, readAt: now, failures: 0, filled: undefined });
    } else if (until > known.until) this.#objects.set(key, { ...known, until });
    if (known === undefined || isAbsent) this.#readSoon(key);
  }

  /** The object under one of its keys; `undefined` while it was not read, or too long ago. */
  recall(key: string, { reading, callerAssertion, staleMs = 0 }: MirrorReader): Kept<V> | undefined {
    if (reading === 'upstream' || callerAssertion !== undefined) return undefined;
    const known = this.#objects.find(key);
    if (known?.filled === undefined) return undefined;
    const lateMs = this.deps.clock.now() - known.readAt - 2 * this.deps.refreshMs;
    if (lateMs > staleMs && reading !== 'memory') return undefined;
    return { value: known.filled.value, asOf: known.filled.asOf, stale: lateMs > 0 };
  }

  /** Takes what somebody else has just read, so that nobody is told older things afterwards. */
  learn(found: ReadonlyMap<string, Filled<V> | Error>): void {
    for (const [key, filled] of found) {
      if (filled instanceof Error) continue;
      const owner = this.#objects.ownerOf(key, filled);
      if (owner !== undefined) this.#keep(owner, filled);
    }
  }

  /** The object has changed: nobody is told of it until it is read again, also not by a reading that is under way. */
  invalidate(key: string): void {
    for (const owner of this.#objects.ownersOf(key)) {
      const known = this.#objects.get(owner);
      if (known === undefined) continue;
      this.#objects.set(owner, { ...known, filled: undefined, failures: 0, dueAt: this.deps.clock.now() });
      this.#readSoon(owner);
    }
  }

  async #run(): Promise<void> {
    const { clock, maxObjects } = this.deps;
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      if (this.#due.size === 0) await this.#untilNamed();
      if (this.#due.size > 0) await this.#sleep(gatherMs, signal);
      this.#objects.trim(clock.now(), maxObjects);
      for (const key of this.#objects.due(clock.now())) this.#due.add(key);
      while (this.#due.size > 0 && !signal.aborted) await this.#round(signal);
    }
  }

  #untilNamed(): Promise<void> {
    this.#waking = new AbortController();
    return this.#sleep(lookEveryMs, AbortSignal.any([this.#stopping.signal, this.#waking.signal]));
  }

  #sleep(delayMs: number, signal: AbortSignal): Promise<void> {
    return this.deps.clock.sleep(delayMs, signal).catch(() => undefined);
  }

  #readSoon(key: string): void {
    this.#due.add(key);
    this.#waking.abort();
  }

  async #round(signal: AbortSignal): Promise<void> {
    const asked = this.#takeDue(this.deps.keysPerRound);
    if (asked.length === 0) return;
    const asOf = new Date(this.deps.clock.now()).toISOString();
    const found = await this.deps.read(asked, signal).catch(toError);
    if (signal.aborted) return;
    const failed: string[] = [];
    let error: Error | undefined;
    for (const key of asked) {
      const filled = found instanceof Error ? found : (found.get(key) ?? { value: null, asOf });
      if (filled instanceof Error) {
        error = filled;
        failed.push(key);
        // What is due again has changed meanwhile.
      } else if (!this.#due.has(key)) this.#keep(key, filled);
    }
    if (error === undefined) return;
    // Who was not answered at all has no use for the rest of the questions now.
    const rest = failed.length === asked.length ? this.#takeDue(this.#due.size) : [];
    for (const key of [...failed, ...rest]) this.#postpone(key);
    const fields = error instanceof GatewayError ? { ...error.logFields, code: error.code } : { err: error };
    this.deps.logger.warn({ ...fields, objects: this.deps.name, failures: failed.length }, 'named objects not read');
  }

  #takeDue(limit: number): string[] {
    const keys = [...this.#due].slice(0, limit);
    for (const key of keys) this.#due.delete(key);
    return keys.filter((key) => this.#objects.get(key) !== undefined);
  }

  #postpone(key: string): void {
    const wanted = this.#objects.get(key);
    if (wanted === undefined) return;
    const dueAt = this.deps.clock.now() + Math.min(longestRetryMs, lookEveryMs * 2 ** wanted.failures);
    this.#objects.set(key, { ...wanted, failures: wanted.failures + 1, dueAt });
  }

  #keep(key: string, filled: Filled<V>): void {
    const wanted = this.#objects.get(key);
    const isOlder = wanted?.filled !== undefined && compareInstants(filled.asOf, wanted.filled.asOf) < 0;
    if (wanted === undefined || isOlder) return;
    const { clock, random, refreshMs } = this.deps;
    const now = clock.now();
    const dueAt = now + refreshMs * (1 - 0.1 * random());
    this.#objects.set(key, { ...wanted, filled, readAt: now, failures: 0, dueAt });
  }
}
