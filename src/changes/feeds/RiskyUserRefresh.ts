import type { Logger } from '../../observability/logger.js';
import type { RiskyUser } from '../../schema/types/riskyUser.type.js';
import type { Clock } from '../../time/clock.js';
import { type ChangeStore, FencedError, type Observation } from '../changeStore.js';
import type { DetectedBy } from '../contract.js';
import { versionOf } from '../topics.js';
import { CallPace } from './CallPace.js';
import type { RiskyUserSource } from './listContract.js';
import { codeOf, nextWaitMs } from './nextWaitMs.js';
import { observeUsers } from './observeUsers.js';

/** A user whose risk is known to have changed. */
export interface RiskyUserHint {
  readonly id: string;
  /** Without it the user costs a call of its own. */
  readonly userPrincipalName: string | null;
}

export interface RiskyUserRefreshDeps {
  readonly source: Pick<RiskyUserSource, 'named' | 'byId'>;
  readonly store: ChangeStore;
  readonly clock: Clock;
  readonly logger: Logger;
  /** In [0, 1); spreads the waits after failures. */
  readonly random: () => number;
  readonly detectedBy: Extract<DetectedBy, 'POLL' | 'MUTATION'>;
  /** Most rounds, of 15 users each, that begin in any hour. */
  readonly roundsPerHour: number;
  /**
   * What our own actions make of a user whom the upstream still shows as before; null when there is no such user. With
   * it, users whom a name does not find are asked for by id.
   */
  readonly overlay?: (id: string, user: RiskyUser | null) => RiskyUser | null;
}

interface Waiting extends RiskyUserHint {
  readonly fence: number | undefined;
  readonly failures: number;
}

/** Users that share a filter. */
const usersPerRound = 15;
/** Beyond these users the next snapshot tells. */
const maxWaiting = 600;
/** Users without a name, or not found by it, that one round asks for by id. */
const lookupsPerRound = 5;
/** Hints of one moment share a call. */
const gatherMs = 1_000;
const maxFailures = 3;
/** Reads of the upstream may show the state before our own action for so long. */
const readLagMs = 300_000;
/** The upstream's clock comes in whole seconds, so that its own time of an action may be a little before ours. */
const clockStepTicks = 10_000_000n;

/**
 * Reads users again soon after something is known to have happened to them. Hints coalesce by user and are no more than
 * hints: what cannot be read is left to the next snapshot.
 */
export class RiskyUserRefresh {
  readonly #stopping = new AbortController();
  readonly #waiting = new Map<string, Waiting>();
  readonly #pace: CallPace;
  #running: Promise<void> | undefined;

  constructor(private readonly deps: RiskyUserRefreshDeps) {
    this.#pace = new CallPace(deps.clock, deps.roundsPerHour);
  }

  /** @param fence Of the lease under which the hint was found; absent for what any instance may tell. */
  add(users: readonly RiskyUserHint[], fence?: number): void {
    if (this.#stopping.signal.aborted) return;
    for (const user of users) this.#put({ ...user, fence, failures: 0 });
    if (this.#waiting.size > 0) this.#running ??= this.#run();
  }

  /** Resolves when the step that was begun has ended; what waits is forgotten. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
  }

  #put(hint: Waiting): void {
    const key = hint.id.toLowerCase();
    if (this.#waiting.has(key) || this.#waiting.size < maxWaiting) this.#waiting.set(key, hint);
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping;
    try {
      while (this.#waiting.size > 0) {
        await this.deps.clock.sleep(gatherMs, signal);
        await this.#pace.take(signal);
        const failedMs = await this.#round(this.#next());
        if (failedMs > 0) await this.deps.clock.sleep(failedMs, signal);
      }
    } catch (error) {
      if (!signal.aborted) this.deps.logger.error({ err: error }, 'refresh of risky users ended');
    } finally {
      this.#running = undefined;
    }
  }

  #next(): readonly Waiting[] {
    const hints = [...this.#waiting.values()].slice(0, usersPerRound);
    for (const { id } of hints) this.#waiting.delete(id.toLowerCase());
    return hints;
  }

  /** @returns how long to wait before another round; 0 when all went well. */
  async #round(hints: readonly Waiting[]): Promise<number> {
    try {
      await this.#refresh(hints);
      return 0;
    } catch (error) {
      if (error instanceof FencedError || this.#stopping.signal.aborted) return 0;
      const failures = 1 + Math.max(...hints.map((hint) => hint.failures));
      for (const hint of hints) if (failures < maxFailures) this.#putBack({ ...hint, failures });
      this.deps.logger.warn({ code: codeOf(error), failures, users: hints.length }, 'risky users not refreshed');
      return nextWaitMs(gatherMs, failures, error, this.deps.random());
    }
  }

  /** A younger hint of the same user counts for itself. */
  #putBack(hint: Waiting): void {
    if (!this.#waiting.has(hint.id.toLowerCase())) this.#put(hint);
  }

  async #refresh(hints: readonly Waiting[]): Promise<void> {
    const { source, clock, store, detectedBy } = this.deps;
    const { signal } = this.#stopping;
    const observedAt = clock.now();
    const names = hints.flatMap(({ userPrincipalName }) => userPrincipalName || []);
    const rows = names.length === 0 ? [] : await source.named([...new Set(names)], signal);
    const found = new Map(rows.map((row) => [row.id.toLowerCase(), row]));
    for (const { id } of hints.filter((hint) => this.#wantsLookup(hint, found)).slice(0, lookupsPerRound)) {
      const row = await source.byId(id, 'feed', signal);
      if (row !== null) found.set(id.toLowerCase(), row);
    }
    const shown = await observeUsers(store, [...found.values()], observedAt);
    const byId = new Map(shown.map((seen) => [seen.id.toLowerCase(), seen]));
    const observations = hints.flatMap(({ id }) => this.#withOwnAction(id, byId.get(id.toLowerCase()), observedAt));
    const detectedAt = new Date(observedAt).toISOString();
    for (const fence of new Set(hints.map((hint) => hint.fence))) {
      const ids = new Set(hints.filter((hint) => hint.fence === fence).map(({ id }) => id.toLowerCase()));
      const own = observations.filter(({ id }) => ids.has(id.toLowerCase()));
      const lease = fence === undefined ? {} : { fence };
      signal.throwIfAborted();
      await store.commit({ topic: 'riskyUser', observations: own, detectedBy, detectedAt, ...lease });
    }
  }

  #wantsLookup({ id, userPrincipalName }: RiskyUserHint, found: ReadonlyMap<string, RiskyUser>): boolean {
    return !found.has(id.toLowerCase()) && (!userPrincipalName || this.deps.overlay !== undefined);
  }

  /**
   * What our own action says of a row keeps the row's version, so that whatever the upstream writes next is newer, and
   * what it goes on showing counts again once reads cannot lag any more.
   */
  #withOwnAction(
    id: string,
    shown: Observation<'riskyUser'> | undefined,
    observedAt: number,
  ): readonly Observation<'riskyUser'>[] {
    const row = shown?.entity ?? null;
    const entity = this.deps.overlay?.(row?.id ?? id, row) ?? row;
    if (entity === null) return [];
    if (shown !== undefined && entity === row) return [shown];
    const version = shown?.version ?? (versionOf('riskyUser', entity) ?? clockStepTicks) - clockStepTicks;
    return [{ topic: 'riskyUser', id: entity.id, entity, version, observedAt, trustedUntil: observedAt + readLagMs }];
  }
}
