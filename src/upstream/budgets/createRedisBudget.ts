import type { Logger } from '../../observability/logger.js';
import { RedisUnavailableError } from '../../redis/redisErrors.js';
import type { BudgetStatus } from '../contract.js';
import type { Grant, Refusal, Want } from './contract.js';
import { createSlidingWindowBudget, type SlidingWindowBudget } from './createSlidingWindowBudget.js';
import { OwnUnits } from './redis/OwnUnits.js';
import { type Ending, SharedLedger, type SharedLedgerDeps } from './redis/SharedLedger.js';
import { moved, type Outcome } from './redis/SharedLine.js';
import { SharedQueue } from './redis/SharedQueue.js';
import { effectiveLimit, smallestFactor } from './share.js';

export interface RedisBudgetDeps extends SharedLedgerDeps {
  readonly logger: Logger;
  /** In [0, 1); spreads the questions of instances that wait for the same moment. */
  readonly random: () => number;
  /** Instances that shared the limit when Redis last said so, ourselves included; at least 1. */
  readonly instanceCount: () => number;
}

/** While Redis is away: our part of the limit in this process. */
interface Alone {
  readonly budget: SlidingWindowBudget;
  /** Aborted when Redis is back. */
  readonly over: AbortController;
}

const returnTryMs = 500;
const oldStateMs = 1_000;

/**
 * One documented limit as a sliding window that all instances draw on. The ledger is in Redis and its clock counts; line,
 * fairness between callers and deadlines are this instance's own. While Redis is away each instance draws its part of the
 * limit alone, and what it drew is told to the ledger before it draws there again.
 */
export function createRedisBudget(deps: RedisBudgetDeps): SlidingWindowBudget {
  return new RedisBudget(deps);
}

class RedisBudget implements SlidingWindowBudget {
  readonly #deps: RedisBudgetDeps;
  readonly #own: OwnUnits;
  readonly #ledger: SharedLedger;
  readonly #queue: SharedQueue;
  readonly #stopping = new AbortController();
  #alone: Alone | undefined;
  #ids = 0;
  #lastArrival = 0;
  #pausedUntil = 0;

  constructor(deps: RedisBudgetDeps) {
    this.#deps = deps;
    this.#own = new OwnUnits(deps.clock, deps.flightMs, effectiveLimit(deps.row, smallestFactor).windowMs);
    this.#ledger = new SharedLedger(deps, this.#own);
    this.#queue = new SharedQueue({
      ledger: this.#ledger,
      own: this.#own,
      clock: deps.clock,
      random: deps.random,
      newId: () => this.#newId(),
      newArrival: () => this.#newArrival(),
      buildGrant: (id, drawn, since) => this.#grantOf(id, drawn, since),
      pauseLeftMs: () => this.pauseLeftMs(),
      onAway: (error) => this.#goAlone(error),
    });
    // What Redis may have lost is told again after every connection, even if nobody noticed that it was away.
    const leave = deps.redis.onConnected(() => void this.#return());
    this.#stopping.signal.addEventListener('abort', leave, { once: true });
  }

  get queueDepth(): number {
    return this.#queue.length + (this.#alone?.budget.queueDepth ?? 0);
  }

  async draw(want: Want): Promise<Grant | Refusal> {
    const since = this.#deps.clock.now();
    for (;;) {
      if (want.signal.aborted) throw want.signal.reason;
      if (this.#stopping.signal.aborted) return { granted: false, retryAfterMs: 1 };
      const outcome = await (this.#alone === undefined
        ? this.#queue.wait(want, since)
        : this.#drawAlone(this.#alone, want, since));
      if (outcome !== moved) return outcome;
    }
  }

  throttled(pauseMs: number): void {
    this.#pausedUntil = Math.max(this.#pausedUntil, this.#deps.clock.now() + pauseMs);
    if (this.#alone !== undefined) return this.#alone.budget.throttled(pauseMs);
    this.#queue.pause(this.pauseLeftMs());
    this.#tell(this.#ledger.pause(pauseMs));
  }

  pauseLeftMs(): number {
    const { known } = this.#ledger;
    const sharedUntil = known === undefined ? 0 : known.at + known.state.pauseMs;
    return Math.max(0, Math.max(this.#pausedUntil, sharedUntil) - this.#deps.clock.now());
  }

  stop(): void {
    this.#stopping.abort();
    this.#alone?.budget.stop();
    this.#queue.close({ granted: false, retryAfterMs: 1 });
  }

  /** What Redis said last; a state that is old by a second is asked for anew behind the answer. */
  status(): BudgetStatus {
    if (this.#alone !== undefined) return this.#alone.budget.status();
    const { clock, row } = this.#deps;
    const { known } = this.#ledger;
    if (known === undefined || clock.now() - known.at > oldStateMs) this.#tell(this.#ledger.look());
    if (known === undefined) return createSlidingWindowBudget(row, clock).status();
    const { limit, windowMs, used, releaseMs } = known.state;
    const resetsAt = releaseMs === undefined ? null : new Date(known.at + releaseMs).toISOString();
    return { name: row.name, limit, windowSeconds: windowMs / 1_000, left: Math.max(0, limit - used), resetsAt };
  }

  async #drawAlone({ budget, over }: Alone, want: Want, since: number): Promise<Outcome> {
    const signal = AbortSignal.any([want.signal, over.signal]);
    try {
      const { arrival = this.#newArrival() } = want;
      // There, places are numbers from 1; who comes back stands before all.
      const drawn = await budget.draw({ ...want, signal, ...(want.arrival === undefined ? {} : { arrival: 0 }) });
      if (!drawn.granted) return drawn;
      const id = this.#newId();
      this.#own.start(id, drawn.units);
      return this.#grantOf(id, { ...drawn, arrival }, since, drawn);
    } catch (error) {
      if (over.signal.aborted && !want.signal.aborted) return moved;
      throw error;
    }
  }

  /** @param alone The same grant in the budget of this process, when it was drawn there. */
  #grantOf(id: string, drawn: Pick<Grant, 'parts' | 'units' | 'arrival'>, since: number, alone?: Grant): Grant {
    const { parts, units, arrival } = drawn;
    let isOpen = true;
    const end = (ending: Ending) => {
      if (!isOpen) return;
      isOpen = false;
      this.#own.answer(id, costOf(ending, units));
      // While Redis is away it is told later, with everything else.
      if (this.#alone === undefined) this.#tell(this.#ledger.end(id, units, ending));
    };
    return {
      granted: true,
      parts,
      units,
      waitedMs: this.#deps.clock.now() - since,
      arrival,
      settle: (cost = units) => {
        end({ how: 'settle', cost });
        alone?.settle(cost);
      },
      refuse: () => {
        end({ how: 'refuse' });
        alone?.refuse();
      },
      cancel: () => {
        end({ how: 'cancel' });
        alone?.cancel();
      },
    };
  }

  /** What was told may have made room. */
  #tell(told: Promise<unknown>): void {
    told.then(
      () => this.#queue.stir(),
      (error: unknown) => this.#goAlone(error),
    );
  }

  /** From here on this process draws its part of the limit; what all had drawn counts in it by the same part. */
  #goAlone(error: unknown): void {
    if (this.#alone !== undefined || this.#stopping.signal.aborted) return;
    const { row, clock, logger, name, instanceCount } = this.#deps;
    const instances = Math.max(1, instanceCount());
    const reason = error instanceof RedisUnavailableError ? { reason: error.reason } : { err: error };
    logger.warn({ budget: name, instances, ...reason }, 'drawing our part of a limit without Redis');
    const { known } = this.#ledger;
    const before = known === undefined ? [] : [{ units: known.state.used / instances, atMs: known.at }];
    const budget = createSlidingWindowBudget({ ...row, units: row.units / instances }, clock, before);
    if (this.pauseLeftMs() > 0) budget.throttled(this.pauseLeftMs());
    const alone: Alone = { budget, over: new AbortController() };
    this.#alone = alone;
    this.#queue.close(moved);
    void this.#tryToReturn(alone.over.signal);
  }

  async #tryToReturn(over: AbortSignal): Promise<void> {
    const ended = AbortSignal.any([over, this.#stopping.signal]);
    while (!ended.aborted) {
      await this.#deps.clock.sleep(returnTryMs, ended).catch(() => undefined);
      if (!ended.aborted) await this.#return();
    }
  }

  /** Tells the ledger what it does not know, and draws there again. */
  async #return(): Promise<void> {
    if (this.#stopping.signal.aborted) return;
    try {
      await this.#ledger.report(this.pauseLeftMs());
    } catch (error) {
      return this.#goAlone(error);
    }
    const alone = this.#alone;
    if (alone === undefined) return;
    this.#alone = undefined;
    this.#queue.open();
    // Once more, for what was drawn meanwhile; before anybody draws there, because commands arrive in order.
    this.#tell(this.#ledger.report(0));
    alone.over.abort();
  }

  #newArrival(): number {
    this.#lastArrival = Math.max(this.#deps.clock.now(), this.#lastArrival + 0.001);
    return this.#lastArrival;
  }

  #newId(): string {
    this.#ids += 1;
    return `${this.#deps.instanceId}:${this.#ids}`;
  }
}

function costOf(ending: Ending, units: number): number {
  if (ending.how === 'settle') return ending.cost;
  return ending.how === 'refuse' ? units : 0;
}
