import { UpstreamError } from '../errors/GatewayError.js';
import type { CallScope } from '../upstream/contract.js';
import { isMemoryOnly, notAtHand } from '../upstream/memoryOnly.js';
import { abortable } from './abortable.js';
import { buildBackgroundScope } from './backgroundScope.js';
import { toStoreKey } from './cacheKey.js';
import type { Cached, CachePolicy } from './contract.js';
import type { CacheParts } from './createCache.js';
import { ageOf, type Entry } from './entry.js';
import type { Flight, Outcome } from './flights.js';
import { type FillMany, launchFill } from './launchFill.js';
import { isOutage, staleWarning, tooSlow } from './outage.js';
import type { DropStamp } from './tagDrops.js';

type Answers<T> = Map<string, Cached<T> | Error>;

/** A key that waits for a flight, own or another reader's, with the old value that may have to do. */
interface Wait {
  readonly key: string;
  readonly flight: Flight;
  readonly joinedAt: DropStamp;
  readonly isOwn: boolean;
  readonly old: Entry | undefined;
}

const maxLooks = 3;

/** Longest wait for a fetch by a reader who could be answered with an old value; never more than half of their time. */
const maxPatienceMs = 10_000;

/** Time before the deadline that is kept for answering. */
const answerMs = 50;

/** Timers of the platform hold 31 bits. */
const longestTimerMs = 2 ** 31 - 1;

/** One read of one or many keys by one reader. */
export class CacheReader<T> {
  constructor(
    readonly parts: CacheParts,
    readonly policy: CachePolicy,
    readonly scope: CallScope,
    readonly fill: FillMany<T>,
  ) {}

  /** Answers every key. Keys whose shared fetch turned out to be no answer for this reader go another round. */
  async read(keys: readonly string[]): Promise<Answers<T>> {
    if (isMemoryOnly(this.scope)) return this.#fromMemory([...new Set(keys)]);
    const answers: Answers<T> = new Map();
    let open = [...new Set(keys)];
    for (let round = 1; open.length > 0; round += 1) {
      this.scope.signal.throwIfAborted();
      const entries = await this.#lookUp(open);
      this.scope.signal.throwIfAborted();
      const waits = this.#answerOrWait(open, entries, answers);
      const outcomes = await this.#settled(waits);
      open = [];
      waits.forEach((wait, index) => {
        const outcome = outcomes[index] as Outcome;
        if (this.#isNoAnswer(wait, outcome, round)) open.push(wait.key);
        else answers.set(wait.key, this.#conclude(wait, outcome));
      });
    }
    return answers;
  }

  /**
   * Whatever is held, old values too, and nothing else: no fetch of its own, none of somebody else's to wait for, and no
   * refresh, because nobody is there who would pay for it.
   */
  async #fromMemory(keys: readonly string[]): Promise<Answers<T>> {
    const entries = await this.#lookUp(keys);
    this.scope.signal.throwIfAborted();
    return new Map(keys.map((key, index) => [key, this.#held(entries[index])]));
  }

  #held(entry: Entry | undefined): Cached<T> | Error {
    if (entry === undefined) return notAtHand(this.policy.upstream, this.scope);
    const isOld = ageOf(entry, this.policy, this.parts.clock.now()) === 'fallback';
    this.parts.count(isOld ? 'stale' : 'hit', this.policy);
    return this.#old(entry, isOld);
  }

  /** Looks again when a flight landed meanwhile, because what was missing may have just been stored. */
  async #lookUp(keys: readonly string[]): Promise<(Entry | undefined)[]> {
    const storeKeys = keys.map((key) => this.#storeKey(key));
    for (let look = 1; ; look += 1) {
      const landed = this.parts.flights.landed;
      const stamp = this.parts.drops.now();
      const entries = await this.parts.store.getMany(storeKeys, stamp, (entry) => this.#valid(entry) !== undefined);
      const isSettled = landed === this.parts.flights.landed || !entries.includes(undefined);
      if (isSettled || look === maxLooks) return entries;
    }
  }

  #valid(entry: Entry | undefined): Entry | undefined {
    if (entry === undefined || this.parts.drops.isDropped(entry.tags, entry.stamp)) return undefined;
    return ageOf(entry, this.policy, this.parts.clock.now()) === 'dead' ? undefined : entry;
  }

  /** Runs without a pause, so that between finding no flight and starting one nobody else can start it. */
  #answerOrWait(keys: readonly string[], entries: readonly (Entry | undefined)[], answers: Answers<T>): Wait[] {
    const missing: string[] = [];
    const toRefresh: string[] = [];
    const waits: Wait[] = [];
    const old = new Map<string, Entry>();
    keys.forEach((key, index) => {
      const entry = entries[index];
      const age = entry === undefined ? 'dead' : ageOf(entry, this.policy, this.parts.clock.now());
      if (entry !== undefined && (age === 'fresh' || age === 'revalidate')) {
        answers.set(key, this.#fromStore(key, entry, age === 'fresh' ? 'hit' : 'revalidated'));
        if (age === 'revalidate' && this.#mayRefresh(key)) toRefresh.push(key);
        return;
      }
      if (entry !== undefined) old.set(key, entry);
      const flight = this.parts.flights.get(this.#storeKey(key));
      if (flight === undefined) missing.push(key);
      else waits.push(this.#wait(key, flight, false, entry));
    });
    this.#refresh(toRefresh);
    for (const [key, flight] of this.#launch(missing)) waits.push(this.#wait(key, flight, true, old.get(key)));
    return waits;
  }

  #wait(key: string, flight: Flight, isOwn: boolean, old: Entry | undefined): Wait {
    flight.fill.hold();
    return { key, flight, joinedAt: this.parts.drops.now(), isOwn, old };
  }

  async #settled(waits: readonly Wait[]): Promise<Outcome[]> {
    const done = new AbortController();
    try {
      const outcomes = Promise.all(waits.map((wait) => this.#outcome(wait, done.signal)));
      return await abortable(outcomes, this.scope.signal);
    } finally {
      done.abort();
      for (const wait of waits) wait.flight.fill.release();
    }
  }

  /** The fetch's outcome, or that it takes too long for this reader. */
  #outcome(wait: Wait, done: AbortSignal): Promise<Outcome> {
    const { outcome } = wait.flight;
    const patienceMs = this.#patienceMs(wait);
    if (patienceMs > longestTimerMs) return outcome;
    const outOfPatience = this.parts.clock.sleep(Math.max(0, patienceMs), done).then(
      () => this.#giveUp(wait),
      () => outcome,
    );
    return Promise.race([outcome, outOfPatience]);
  }

  /** Who has an old value waits only as long as leaves time for more; others, until there is just time to say so. */
  #patienceMs({ old }: Wait): number {
    const leftMs = this.scope.deadlineAt - this.parts.clock.now();
    return old === undefined ? leftMs - answerMs : Math.min(maxPatienceMs, leftMs / 2);
  }

  /** A fetch that would have replaced an old value goes on without its reader. */
  #giveUp({ flight: { fill, outcome }, old }: Wait): Outcome {
    if (old !== undefined) {
      fill.hold();
      void outcome.then(() => fill.release());
    }
    return { ok: false, error: tooSlow(this.policy.upstream, this.scope) };
  }

  /**
   * A shared fetch is no answer for a reader who came after a drop or write that the fetch does not show, or whose own
   * deadline and purpose allow more than those under which the fetch failed.
   */
  #isNoAnswer(wait: Wait, outcome: Outcome, round: number): boolean {
    if (wait.isOwn) return false;
    const { fill, superseded } = wait.flight;
    if (outcome.ok) {
      const droppedBefore = wait.joinedAt.sequence > fill.stamp.sequence;
      return superseded || (droppedBefore && this.parts.drops.isDropped(outcome.filled.tags, fill.stamp));
    }
    const couldDoMore =
      fill.scope.deadlineAt < this.scope.deadlineAt ||
      (fill.scope.purpose === 'background' && this.scope.purpose !== 'background');
    return round === 1 && couldDoMore && isOutage(outcome.error) && this.parts.clock.now() < this.scope.deadlineAt;
  }

  #conclude(wait: Wait, outcome: Outcome): Cached<T> | Error {
    if (outcome.ok) {
      this.parts.count(wait.isOwn ? 'miss' : 'shared', this.policy);
      if (!wait.isOwn) this.scope.meter.cacheHit(this.policy.upstream);
      this.scope.meter.dataAsOf(outcome.filled.asOf);
      return { value: outcome.filled.value as T | null, asOf: outcome.filled.asOf, stale: false, source: 'UPSTREAM' };
    }
    const old = isOutage(outcome.error) ? this.#valid(wait.old) : undefined;
    if (old === undefined) return outcome.error;
    this.parts.count('stale', this.policy);
    return this.#old(old, true);
  }

  #fromStore(key: string, entry: Entry, counted: 'hit' | 'revalidated'): Cached<T> {
    this.parts.count(counted, this.policy);
    return this.#old(entry, counted === 'revalidated' && this.parts.backoff.isOutage(this.#storeKey(key)));
  }

  #old(entry: Entry, stale: boolean): Cached<T> {
    this.scope.meter.cacheHit(this.policy.upstream);
    this.scope.meter.dataAsOf(entry.asOf);
    if (stale) {
      this.scope.meter.stale(entry.asOf);
      this.scope.meter.warning(staleWarning(this.policy.upstream));
    }
    return { value: entry.value as T | null, asOf: entry.asOf, stale, source: 'CACHE' };
  }

  #mayRefresh(key: string): boolean {
    const storeKey = this.#storeKey(key);
    return (
      this.parts.flights.get(storeKey) === undefined && this.parts.backoff.mayRefresh(storeKey, this.parts.clock.now())
    );
  }

  #launch(missing: readonly string[]): Map<string, Flight> {
    return launchFill(this.parts, this.policy, missing, this.scope, this.fill);
  }

  /** One call for all keys whose time is over, held by itself so that it outlives the reader, and given up at its deadline. */
  #refresh(keys: readonly string[]): void {
    if (keys.length === 0) return;
    const { clock, backoff, logger } = this.parts;
    const scope = buildBackgroundScope(this.scope, clock.now());
    for (const [key, flight] of launchFill(this.parts, this.policy, keys, scope, this.fill)) {
      flight.fill.hold();
      void flight.outcome.then((outcome) => {
        flight.fill.release();
        if (outcome.ok) return backoff.succeeded(this.#storeKey(key));
        backoff.failed(this.#storeKey(key), outcome.error, clock.now());
        const code = outcome.error instanceof UpstreamError ? outcome.error.code : outcome.error.name;
        logger.debug({ code, resource: this.policy.resource, requestId: scope.requestId }, 'background refresh failed');
      });
    }
  }

  #storeKey(key: string): string {
    return toStoreKey(this.policy, key, this.scope.accessScope);
  }
}
