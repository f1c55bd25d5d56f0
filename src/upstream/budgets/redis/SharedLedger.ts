import type { Redis } from '../../../redis/connection.js';
import type { RedisScript } from '../../../redis/scripts.js';
import type { Clock } from '../../../time/clock.js';
import type { Purpose } from '../../contract.js';
import type { LimitRow } from '../contract.js';
import type { OwnUnits } from './OwnUnits.js';
import {
  type DrawAnswer,
  drawUnits,
  endGrant,
  type LedgerState,
  lookAtBudget,
  pauseBudget,
  reportUnits,
} from './scripts.js';

export interface SharedLedgerDeps {
  readonly redis: Redis;
  readonly clock: Clock;
  /** Unique among all instances that ever ran. */
  readonly instanceId: string;
  /** Whose limit it is; part of the keys. */
  readonly name: string;
  readonly row: LimitRow;
  /** Milliseconds after which a call without an answer is over, whatever became of its instance. */
  readonly flightMs: number;
}

/** One that waits, as the ledger has to know it. */
export interface SharedWant {
  readonly id: string;
  readonly purpose: Purpose;
  /** Milliseconds since it came, with a fraction that sets apart those who came together. */
  readonly agoMs: number;
  readonly parts: readonly number[];
}

/** How a call ended for the budget. */
export type Ending = { readonly how: 'settle'; readonly cost: number } | { readonly how: 'refuse' | 'cancel' };

/** What the ledger said last, and when on our clock. */
export interface KnownState {
  readonly at: number;
  readonly state: LedgerState;
}

/** Redis counts as away for a budget when it does not answer for this long: callers wait. */
const patienceMs = 600;
/** A place in line that is not renewed for this long is given up; instances that wait ask every second. */
const lineMs = 2_500;
/** Of how many answered units a waiting instance is told when they free. */
const mostReleases = 200;

/** The ledger of one budget in Redis. Every call rejects soon when Redis is away. */
export class SharedLedger {
  readonly #keys: readonly string[];
  readonly #row: string;
  known: KnownState | undefined;

  constructor(
    readonly deps: SharedLedgerDeps,
    readonly own: OwnUnits,
  ) {
    const parts = ['state', 'spent', 'flight', 'feed', 'background', 'idle', 'line', 'refused'];
    this.#keys = parts.map((part) => deps.redis.key(`budget:${deps.name}:${part}`));
    const { units, windowMs, share, shared } = deps.row;
    this.#row = JSON.stringify({ units, windowMs, share, shared });
  }

  /** What an answer grants that comes too late is given back. */
  async draw(wants: readonly SharedWant[]): Promise<DrawAnswer> {
    const { instanceId: instance, flightMs } = this.deps;
    const request = { instance, wants, flightMs, lineMs, mostReleases };
    return this.#ask(drawUnits, request, (late) => {
      for (const { index, units } of late.granted) {
        const want = wants[index];
        if (want !== undefined) void this.end(want.id, units, { how: 'cancel' }).catch(() => undefined);
      }
    });
  }

  async end(id: string, units: number, ending: Ending): Promise<LedgerState> {
    return this.#ask(endGrant, { id, units, ...ending });
  }

  async pause(pauseMs: number): Promise<LedgerState> {
    return this.#ask(pauseBudget, { pauseMs: Math.ceil(pauseMs) });
  }

  /** Brings the ledger up to what this instance knows better. */
  async report(pauseMs: number): Promise<LedgerState> {
    return this.#ask(reportUnits, { drawn: this.own.report(), pauseMs });
  }

  async look(): Promise<LedgerState> {
    return this.#ask(lookAtBudget, {});
  }

  async #ask<T extends LedgerState>(script: RedisScript<T>, request: object, late?: (answer: T) => void): Promise<T> {
    const { redis, clock } = this.deps;
    const answered = new AbortController();
    const answer = redis.run(script, this.#keys, [this.#row, JSON.stringify(request)]);
    const tooLate = clock.sleep(patienceMs, answered.signal).then(() => {
      if (late !== undefined) answer.then(late, () => undefined);
      throw new Error('Redis does not answer a budget in time.');
    });
    try {
      const state = await Promise.race([answer, tooLate]);
      this.known = { at: clock.now(), state };
      return state;
    } finally {
      answered.abort();
      answer.catch(() => undefined);
      tooLate.catch(() => undefined);
    }
  }
}
