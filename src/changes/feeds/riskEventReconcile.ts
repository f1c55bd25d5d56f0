import type { Clock } from '../../time/clock.js';
import { toTicks } from '../../time/instant.js';
import type { Observation } from '../changeStore.js';
import { CallPace } from './CallPace.js';
import type { Feed } from './contract.js';
import type { FeedLedger } from './FeedLedger.js';
import type { RiskEventSource } from './listContract.js';
import { walkList } from './listWalk.js';
import { observe } from './observe.js';
import { RoundWriter } from './RoundWriter.js';
import { absentIds, type ReconcileRun, type ReconcileSpan, runOf, withAbsent, withRun } from './reconcileMarks.js';

export interface RiskEventReconcileDeps {
  readonly source: RiskEventSource;
  readonly ledger: FeedLedger;
  readonly clock: Clock;
  readonly windowMs: number;
  /** Most calls of each that begin in any hour, reads by id included. */
  readonly callsPerHour: Readonly<Record<ReconcileSpan['name'], number>>;
}

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
/** How often it looks whether something is due, which takes no call. */
const lookEveryMs = 60_000;
/** Missing ids that one run asks for. */
const lookupsPerRun = 10;

/**
 * Find what no position shows: detections that came late, and detections that the upstream took away. One reads the last
 * day every hour, the other the whole window every day, side by side, so that a large window does not hold up the day.
 * What two readings do not show is asked for by id, and is gone when the upstream does not know it.
 */
export function buildRiskEventReconciles(deps: RiskEventReconcileDeps): readonly Feed[] {
  const { windowMs, callsPerHour } = deps;
  const day: ReconcileSpan = { name: 'day', everyMs: hourMs, reachMs: Math.min(dayMs, windowMs) };
  const window: ReconcileSpan = { name: 'window', everyMs: dayMs, reachMs: windowMs };
  return [
    reconcileOf(deps, day, 'riskEvents.reconcileDay', callsPerHour.day),
    ...(windowMs > dayMs ? [reconcileOf(deps, window, 'riskEvents.reconcileWindow', callsPerHour.window)] : []),
  ];
}

function reconcileOf(deps: RiskEventReconcileDeps, span: ReconcileSpan, name: string, callsPerHour: number): Feed {
  const { ledger, clock } = deps;
  const pace = new CallPace(clock, callsPerHour);
  return {
    topic: 'riskEvent',
    name,
    intervalMs: lookEveryMs,
    state: () => ledger.lastKnown(),
    sweep: async (signal, fence) => {
      const state = await ledger.state();
      const now = toTicks(state.sweptAt ?? '');
      const run = state.isFilled && now !== undefined ? runOf(span, state, now) : undefined;
      if (run === undefined) return null;
      await new ReconcileRound(deps, pace, signal, fence).take(run);
      return state.sweptAt;
    },
  };
}

/** One reading of a span. An interrupted one is read again from its beginning. */
class ReconcileRound {
  readonly #writer: RoundWriter;

  constructor(
    private readonly deps: RiskEventReconcileDeps,
    private readonly pace: CallPace,
    private readonly signal: AbortSignal,
    fence: number | undefined,
  ) {
    this.#writer = new RoundWriter(deps.ledger, signal, fence);
  }

  async take(run: ReconcileRun): Promise<void> {
    const shown = await this.#readAll(run);
    const { ledger } = this.deps;
    const known = await ledger.store.versions('riskEvent', run.from, run.end + 1n);
    const missing = [...known.keys()].filter((id) => !shown.has(id));
    const { marks } = await ledger.state();
    const asked = missing.filter((id) => absentIds(marks).has(id)).slice(0, lookupsPerRun);
    const { removals, observations } = await this.#lookUp(asked);
    const notAsked = missing.filter((id) => !asked.includes(id));
    await this.#writer.write(observations, this.#now(), {
      removals,
      marks: (before) =>
        withRun(withAbsent(before, { found: [...shown, ...asked], missing: notAsked }), run, run.end + 1n),
    });
  }

  /** @returns the ids of all rows. */
  async #readAll({ from }: ReconcileRun): Promise<ReadonlySet<string>> {
    const { source, clock } = this.deps;
    const { signal } = this;
    const shown = new Set<string>();
    const read = async (next: string | undefined) => {
      await this.pace.take(signal);
      return source.read({ from, purpose: 'background', signal, ...(next === undefined ? {} : { next }) });
    };
    for await (const page of walkList({ upstream: source.upstream, read, now: () => clock.now() })) {
      for (const { id } of page.rows) shown.add(id);
      await this.#writer.write(observe('riskEvent', page.rows, page.observedAt), page.upstreamDate);
    }
    return shown;
  }

  async #lookUp(ids: readonly string[]): Promise<{ removals: string[]; observations: Observation[] }> {
    const removals: string[] = [];
    const observations: Observation[] = [];
    for (const id of ids) {
      await this.pace.take(this.signal);
      const observedAt = this.deps.clock.now();
      const row = await this.deps.source.byId(id, this.signal);
      if (row === null) removals.push(id);
      else observations.push(...observe('riskEvent', [row], observedAt));
    }
    return { removals, observations };
  }

  #now(): string {
    return new Date(this.deps.clock.now()).toISOString();
  }
}
