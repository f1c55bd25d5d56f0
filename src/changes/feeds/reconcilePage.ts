import { setImmediate } from 'node:timers/promises';
import type { Clock } from '../../time/clock.js';
import type { Observation } from '../changeStore.js';
import type { EntityOf } from '../contract.js';
import { versionOf } from '../topics.js';
import type { CallPace } from './CallPace.js';
import type { SourcePage, TimedRow, TimeOrderedSource, TimeOrderedTopic } from './contract.js';
import type { FeedLedger, LedgerStep } from './FeedLedger.js';
import { gapOf, type Marks, tieAt, withTie } from './feedMarks.js';
import { absentIds, type ReconcileRun, withAbsent, withRun } from './reconcileMarks.js';
import type { TieOutcome } from './tieReader.js';
import { inParts, type Versioned } from './timedRows.js';
import { type WalkDeps, type WalkRange, walkByTime } from './timeWalk.js';

/** What a page of a run works with. */
export interface ReconcilePageDeps<T extends TimeOrderedTopic> {
  readonly source: TimeOrderedSource<T>;
  readonly ledger: FeedLedger;
  readonly clock: Clock;
  /** See `SweepDeps`. */
  readonly companions?: (observations: readonly Observation<T>[]) => Promise<readonly Observation[]>;
  /** Of reads of lists. */
  readonly pace: CallPace;
  /** Of reads by id. */
  readonly lookups: CallPace;
  readonly signal: AbortSignal;
  readonly fence: number | undefined;
}

/** Rows that differ are read one by one while that takes fewer calls than their page. */
const maxById = 3;
/** Missing ids that are asked for with one page. */
const lookupsPerPage = 10;
const rowsPerStep = 200;

/** What one part of a run showed. */
interface Part {
  readonly rows: readonly Versioned[];
  /** Every row with a version from the run's place to before this was shown. */
  readonly provedTo: bigint;
  /** Where the run goes on. */
  readonly next: bigint;
  readonly tie: TieOutcome | undefined;
}

/** One page of a run: ids and times, what differs from them in memory, and the place where the run goes on. */
export class ReconcilePage<T extends TimeOrderedTopic> {
  constructor(private readonly deps: ReconcilePageDeps<T>) {}

  async take(run: ReconcileRun): Promise<void> {
    const { ledger, source } = this.deps;
    const { marks } = await ledger.state();
    const part = await this.#readPart(run, marks);
    const skipsFirst = part.tie === undefined && isGap(marks, run.from);
    const known = await ledger.store.versions(source.topic, skipsFirst ? run.from + 1n : run.from, part.provedTo);
    const shown = new Set(part.rows.map(({ row }) => row.id));
    const tie = await this.#catchUp(part, known);
    const missing = [...known.keys()].filter((id) => !shown.has(id));
    const asked = missing.filter((id) => absentIds(marks).has(id)).slice(0, lookupsPerPage);
    const { removals, observations } = await this.#lookUp(asked);
    await this.#commit({
      observations,
      removals,
      marks: (before) => {
        const absent = withAbsent(before, { found: [...shown, ...asked], missing: missing.filter(isNotIn(asked)) });
        return withRun(tie === undefined ? absent : withTie(absent, tie), run, part.next);
      },
      ...(tie === undefined ? {} : gapOf(tie)),
    });
  }

  /** Ids and times up to the next instant that the walk gets past; where it begins at a known gap, it begins behind it. */
  async #readPart({ from, end }: ReconcileRun, marks: Marks): Promise<Part> {
    const rows: Versioned[] = [];
    const { source } = this.deps;
    const knownTie = async (at: bigint) => (isGap(marks, at) ? tieAt(marks, at)?.count : undefined);
    const deps = { ...this.#walkDeps<TimedRow>((request) => source.ids(request)), knownTie };
    for await (const page of walkByTime(deps, from, end)) {
      rows.push(...page.rows);
      if (page.tie !== undefined) {
        const next = page.reached + 1n;
        return { rows, provedTo: page.tie.isWhole ? next : page.reached, next, tie: page.tie };
      }
      if (page.isEnd) break;
      if (page.reached > from) return { rows, provedTo: page.reached, next: page.reached, tie: undefined };
    }
    return { rows, provedTo: end + 1n, next: end + 1n, tie: undefined };
  }

  /** Reads whole what is newer than what is remembered. @returns what came of an instant with too many rows for a page. */
  async #catchUp({ rows, tie }: Part, known: ReadonlyMap<string, bigint>): Promise<TieOutcome | undefined> {
    const newer = await this.#newer(rows.filter(({ row, version }) => (known.get(row.id) ?? -1n) < version));
    const [first] = newer;
    if (newer.length <= maxById || first === undefined) {
      const { observations } = await this.#lookUp(newer.map(({ row }) => row.id));
      await this.#observe(observations, new Date(this.deps.clock.now()).toISOString());
      return tie;
    }
    return this.#readAgain(first.version, newer.at(-1)?.version ?? first.version, tie);
  }

  /** Rows at the edges of a page, and those that a sweep has met since, are remembered elsewhere. */
  async #newer(rows: readonly Versioned[]): Promise<readonly Versioned[]> {
    if (rows.length === 0) return rows;
    const { ledger, source } = this.deps;
    const remembered = await ledger.store.remembered(
      source.topic,
      rows.map(({ row }) => row.id),
    );
    const versions = new Map(remembered.map(({ id, version }) => [id, version]));
    return rows.filter(({ row, version }) => (versions.get(row.id) ?? -1n) < version);
  }

  async #readAgain(from: bigint, to: bigint, tie: TieOutcome | undefined): Promise<TieOutcome | undefined> {
    const { source } = this.deps;
    let outcome = tie;
    for await (const page of walkByTime(
      this.#walkDeps<EntityOf<T>>((request) => source.read(request)),
      from,
      to,
    )) {
      const { observedAt } = page;
      const seen = page.rows.map(({ row, version }) => ({ ...this.#named(row), version, observedAt }));
      await this.#observe(seen, page.upstreamDate);
      if (page.tie !== undefined) outcome = page.tie;
    }
    return outcome;
  }

  async #lookUp(ids: readonly string[]): Promise<{ removals: string[]; observations: Observation<T>[] }> {
    const { source, clock } = this.deps;
    const removals: string[] = [];
    const observations: Observation<T>[] = [];
    for (const id of ids) {
      await this.deps.lookups.take(this.deps.signal);
      const observedAt = clock.now();
      const entity = await source.byId(id, this.deps.signal);
      const version = entity === null ? undefined : versionOf(source.topic, entity);
      if (entity === null) removals.push(id);
      else if (version !== undefined) observations.push({ ...this.#named(entity), version, observedAt });
    }
    return { removals, observations };
  }

  #named(entity: EntityOf<T>) {
    return { topic: this.deps.source.topic, id: entity.id, entity };
  }

  async #observe(observations: readonly Observation<T>[], detectedAt: string): Promise<void> {
    for (const part of inParts(observations, rowsPerStep)) {
      const companions = (await this.deps.companions?.(part)) ?? [];
      await this.#commit({ observations: [...part, ...companions] }, detectedAt);
      await setImmediate(undefined, { signal: this.deps.signal });
    }
  }

  async #commit(
    step: Omit<LedgerStep, 'detectedBy' | 'detectedAt' | 'fence'>,
    detectedAt = new Date(this.deps.clock.now()).toISOString(),
  ): Promise<void> {
    this.deps.signal.throwIfAborted();
    const fence = this.deps.fence === undefined ? {} : { fence: this.deps.fence };
    await this.deps.ledger.commit({ ...step, detectedBy: 'POLL', detectedAt, ...fence });
  }

  #walkDeps<R extends TimedRow>(
    read: (request: WalkRange & { purpose: 'background'; signal: AbortSignal }) => Promise<SourcePage<R>>,
  ): WalkDeps<R> {
    const { source, clock, pace, signal } = this.deps;
    return {
      upstream: source.upstream,
      paging: source.paging,
      splits: source.splits,
      now: () => clock.now(),
      read: async (range) => {
        await pace.take(signal);
        return read({ ...range, purpose: 'background', signal });
      },
    };
  }
}

function isNotIn(ids: readonly string[]): (id: string) => boolean {
  const set = new Set(ids);
  return (id) => !set.has(id);
}

/** More rows than can be read are only counted again. */
function isGap(marks: Marks, at: bigint): boolean {
  return tieAt(marks, at)?.isWhole === false;
}
