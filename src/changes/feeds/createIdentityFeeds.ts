import type { Logger } from '../../observability/logger.js';
import type { RiskyUser } from '../../schema/types/riskyUser.type.js';
import type { Clock } from '../../time/clock.js';
import type { ChangeStore, FeedState } from '../changeStore.js';
import type { Change } from '../contract.js';
import type { Feed } from './contract.js';
import { FeedLedger } from './FeedLedger.js';
import type { RiskEventSource, RiskyUserSource } from './listContract.js';
import { type RiskyUserHint, RiskyUserRefresh } from './RiskyUserRefresh.js';
import { buildRiskEventReconciles } from './riskEventReconcile.js';
import { RiskEventSweep, type RiskEventSweepDeps } from './riskEventSweep.js';
import { buildRiskyUserFeed, snapshotIntervalMs } from './riskyUserSnapshot.js';

export interface IdentityFeedsDeps {
  readonly riskEvents: RiskEventSource;
  readonly riskyUsers: RiskyUserSource;
  /** Stays open after `stop`; whoever made it closes it. */
  readonly store: ChangeStore;
  readonly clock: Clock;
  readonly logger: Logger;
  /** In [0, 1); spreads the waits after failures. */
  readonly random: () => number;
  /** How far back detections are read at the first start and remembered afterwards. */
  readonly windowMs: number;
  /** What our own actions, as far as this process knows them, make of a risky user. */
  readonly ownActions: (id: string, user: RiskyUser | null) => RiskyUser | null;
}

export interface IdentityFeeds {
  /** To be run beside the others. */
  readonly feeds: readonly Feed[];
  /** We have acted on these users: read them soon, on whatever instance, and journal what the action did. */
  acted(users: readonly RiskyUserHint[]): void;
  /** After the feeds have stopped. */
  stop(): Promise<void>;
}

/**
 * The tenant-wide limit is one call a second for all applications, 3,600 in an hour. At rest these feeds take at most 174
 * of them: 120 sweeps of detections, 24 pages of snapshots and 30 calls of reconciles; a small tenant takes 133.
 */
const sweepIntervalMs = 30_000;
const snapshots = { intervalMs: 300_000, callsPerHour: 24 };
const reconcileCallsPerHour = { day: 18, window: 12 };
/** 100,000 users. */
const maxSnapshotPages = 200;
/** Calls that new detections may cause beside those; none at rest. */
const refreshRoundsPerHour = 60;
/** Our own actions are few, and their callers wait to see them. */
const actionRoundsPerHour = 600;

/** Milliseconds between two snapshots of risky users, as the feed stands: more users take longer. */
export function riskyUserIntervalOf({ marks }: FeedState): number {
  return snapshotIntervalMs(snapshots, marks);
}

/** What polls Identity Protection: detections, their reconcile, risky users, and users that something happened to. */
export function createIdentityFeeds(deps: IdentityFeedsDeps): IdentityFeeds {
  const { store, clock, logger, windowMs } = deps;
  const events = { source: deps.riskEvents, ledger: new FeedLedger(store, 'riskEvent'), clock, windowMs };
  const users = { source: deps.riskyUsers, ledger: new FeedLedger(store, 'riskyUser'), clock };
  const refresh = { ...deps, source: deps.riskyUsers };
  const named = new RiskyUserRefresh({ ...refresh, detectedBy: 'POLL', roundsPerHour: refreshRoundsPerHour });
  const own = new RiskyUserRefresh({
    ...refresh,
    detectedBy: 'MUTATION',
    roundsPerHour: actionRoundsPerHour,
    overlay: deps.ownActions,
  });
  return {
    feeds: [
      riskEventFeed({ ...events, logger, onNews: (entries, fence) => named.add(usersOf(entries), fence) }),
      ...buildRiskEventReconciles({ ...events, callsPerHour: reconcileCallsPerHour }),
      buildRiskyUserFeed({
        ...users,
        ...snapshots,
        maxPages: maxSnapshotPages,
      }),
    ],
    acted: (hints) => own.add(hints),
    stop: async () => {
      await Promise.all([named.stop(), own.stop()]);
    },
  };
}

/** A sweep of several pages is followed by as many intervals, so that a storm takes no more calls than the quiet does. */
function riskEventFeed(deps: RiskEventSweepDeps): Feed {
  let pages = 1;
  return {
    topic: 'riskEvent',
    name: 'riskEvents',
    get intervalMs() {
      return sweepIntervalMs * Math.max(1, pages);
    },
    state: () => deps.ledger.lastKnown(),
    sweep: async (signal, fence) => {
      const sweep = new RiskEventSweep(deps, signal, fence);
      const wasFilled = deps.ledger.lastKnown()?.isFilled === true;
      const sweptAt = await sweep.run();
      pages = wasFilled ? sweep.pages : 1;
      return sweptAt;
    },
  };
}

/** Users named by detections, each once; workload identities are no users. */
function usersOf(entries: readonly Change<'riskEvent'>[]): RiskyUserHint[] {
  const users = new Map<string, RiskyUserHint>();
  for (const { entity } of entries) {
    if (entity?.userId && entity.activity !== 'SERVICE_PRINCIPAL')
      users.set(entity.userId.toLowerCase(), { id: entity.userId, userPrincipalName: entity.userPrincipalName });
  }
  return [...users.values()];
}
