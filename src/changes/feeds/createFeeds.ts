import type { Logger } from '../../observability/logger.js';
import type { Clock } from '../../time/clock.js';
import { fromTicks } from '../../time/instant.js';
import type { ChangeStore, Observation } from '../changeStore.js';
import type { ChangeTopic } from '../contract.js';
import type { Leadership } from '../leadership.js';
import type { Feed, TimeOrderedSource, TimeOrderedTopic } from './contract.js';
import { FeedLedger } from './FeedLedger.js';
import { FeedRunner, type RunnerStatus } from './FeedRunner.js';
import { buildMovedAlerts } from './movedAlerts.js';
import { Reconcile } from './reconcile.js';
import { type SweepDeps, TimeOrderedSweep } from './timeOrderedSweep.js';

export interface FeedsDeps {
  readonly alerts: TimeOrderedSource<'alert'>;
  readonly incidents: TimeOrderedSource<'incident'>;
  /** Feeds beside those of alerts and incidents. */
  readonly others?: readonly Feed[];
  /** Stays open after `stop`; whoever made it closes it. */
  readonly store: ChangeStore;
  readonly clock: Clock;
  /** In [0, 1); spreads the waits after failures. */
  readonly random: () => number;
  readonly logger: Logger;
  readonly leadership: Leadership;
  /** Between two sweeps of alerts, and of incidents. */
  readonly intervalMs: number;
  /** How far back is read at the first start and remembered afterwards. */
  readonly windowMs: number;
}

export interface FeedStatus extends RunnerStatus {
  /** True while the first fill has not reached the present; null where this instance has not looked, because it never led. */
  readonly isFilling: boolean | null;
  /** Everything up to here was read, RFC 3339; null before the first page and where this instance has not looked. */
  readonly position: string | null;
}

export interface Feeds {
  /** Begins to sweep, as far and as long as this instance leads. */
  start(): void;
  /** Resolves when every step that was begun has ended; no timer is left. */
  stop(): Promise<void>;
  status(): readonly FeedStatus[];
  /** The upstream of the topic is known to have changed: sweep soon instead of at the next interval. */
  poke(topic: ChangeTopic): void;
}

/** How often a reconcile looks whether something is due, which takes no call. */
const reconcileIntervalMs = 60_000;
/**
 * Reads of lists that a reconcile may begin in an hour. With a sweep of each every 15 seconds that is 535 calls an hour,
 * under six hundredths of the 150 a minute that alerts and incidents share. Incidents have the smaller pages.
 */
const reconcileCallsPerHour: Readonly<Record<TimeOrderedTopic, number>> = { alert: 15, incident: 40 };

/** Everything that polls: a sweep and a reconcile for alerts and for incidents, and what else is handed in. */
export function createFeeds(deps: FeedsDeps): Feeds {
  const { store, clock, random, logger, leadership, intervalMs, others = [] } = deps;
  const shared = { clock, logger, windowMs: deps.windowMs };
  const companions = (seen: readonly Observation<'incident'>[]) => buildMovedAlerts(store, seen);
  const alerts = { ...shared, source: deps.alerts, ledger: new FeedLedger(store, 'alert') };
  const incidents = { ...shared, source: deps.incidents, ledger: new FeedLedger(store, 'incident'), companions };
  const feeds = [
    ...timeOrderedFeeds('alerts', alerts, intervalMs),
    ...timeOrderedFeeds('incidents', incidents, intervalMs),
    ...others,
  ];
  const runners = feeds.map((feed) => new FeedRunner(feed, { clock, logger, random, leadership }));
  return {
    start: () => {
      for (const runner of runners) runner.start();
    },
    stop: async () => {
      await Promise.all(runners.map((runner) => runner.stop()));
    },
    status: () => runners.map(toStatus),
    poke: (topic) => {
      for (const runner of runners) if (runner.feed.topic === topic) runner.poke();
    },
  };
}

function timeOrderedFeeds<T extends TimeOrderedTopic>(name: string, deps: SweepDeps<T>, intervalMs: number): Feed[] {
  const { topic } = deps.source;
  const reconcile = new Reconcile<T>({ ...deps, callsPerHour: reconcileCallsPerHour[topic] });
  const state = () => deps.ledger.lastKnown();
  return [
    {
      topic,
      name,
      intervalMs,
      state,
      sweep: (signal, fence) => new TimeOrderedSweep<T>(deps, signal, fence).run(),
    },
    {
      topic,
      name: `${name}.reconcile`,
      intervalMs: reconcileIntervalMs,
      state,
      sweep: (signal, fence) => reconcile.sweep(signal, fence),
    },
  ];
}

function toStatus(runner: FeedRunner): FeedStatus {
  const state = runner.feed.state();
  return {
    ...runner.status(),
    isFilling: state === undefined ? null : !state.isFilled,
    position: state === undefined || state.position === null ? null : fromTicks(state.position),
  };
}
