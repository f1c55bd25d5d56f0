import { riskyUserIntervalOf } from '../changes/feeds/createIdentityFeeds.js';
import type { JournalApplier } from '../changes/journalApplier.js';
import type { GatewayConfig } from '../config/loadConfig.js';
import { alertKeysOf, alertsInDoubt } from '../datasources/alerts/alertKeys.js';
import type { DataSourceDeps } from '../datasources/createDataSources.js';
import { createNamedDirectory, type NamedDirectoryDeps } from '../datasources/directory/createNamedDirectory.js';
import { riskEventKeysOf, riskEventsInDoubt, riskyUserKeysOf } from '../datasources/identity/identityKeys.js';
import { riskEventDays } from '../datasources/identity/MirroredRisk.js';
import { allProfiles, createKeptProfiles } from '../datasources/scores/createKeptProfiles.js';
import { createMirror, defaultSweepIntervalsMs, type MirrorDeps } from '../mirror/createMirror.js';
import type { Upstreams } from '../upstream/contract.js';

export interface TenantMirrorDeps
  extends Pick<MirrorDeps, 'store' | 'clock' | 'logger'>,
    Pick<NamedDirectoryDeps, 'makeScope' | 'random'> {
  readonly upstreams: Upstreams;
}

/** What this process holds of the tenant to answer from. */
export interface TenantMirror {
  /** What datasources read. */
  readonly sources: Pick<DataSourceDeps, 'mirror' | 'named' | 'keptProfiles'>;
  readonly appliers: readonly JournalApplier[];
  /** The control profiles at the upstream are others than before. */
  forgetProfiles(): void;
  /** The user of this object id is another than before. */
  forgetUser(id: string): void;
  /** Begins to read what no feed tells of. */
  start(): void;
  /** After the journal's tail. Resolves when nothing is being read any more. */
  stop(): Promise<void>;
}

const dayMs = 24 * 3_600_000;

/**
 * Days of risk events and scores that feeds and mirror remember. They are few, and a mirror of all that the upstream
 * keeps can prove that a user has no more of them; without a mirror a day is enough to tell news from what was known.
 */
export function listedDays(mirrorDays: number): number {
  return mirrorDays === 0 ? 1 : Math.max(mirrorDays, riskEventDays);
}

/** Nothing is mirrored for callers on whose behalf we ask: the mirror would show them what the application sees. */
export function createTenantMirror(
  { mirrorDays, pollIntervalMs, upstream }: Pick<GatewayConfig, 'mirrorDays' | 'pollIntervalMs' | 'upstream'>,
  { upstreams, makeScope, random, ...deps }: TenantMirrorDeps,
): TenantMirror {
  if (mirrorDays === 0 || upstream.credential.kind === 'on-behalf-of') return noTenantMirror;
  const { clock, logger } = deps;
  const reading = { makeScope, clock, random, logger };
  const days = listedDays(mirrorDays);
  const windowMs = days * dayMs;
  const named = createNamedDirectory({ ...reading, upstream: upstreams.GRAPH_DIRECTORY, windowMs });
  const keptProfiles = createKeptProfiles({ ...reading, upstream: upstreams.GRAPH_SECURITY });
  const mirror = createMirror({
    ...deps,
    days: mirrorDays,
    daysOf: { riskEvent: days, secureScore: days, riskyUser: null },
    intervalMs: { ...defaultSweepIntervalsMs, alert: pollIntervalMs, incident: pollIntervalMs },
    intervalOf: { riskyUser: riskyUserIntervalOf },
    keysOf: { alert: alertKeysOf, riskEvent: riskEventKeysOf, riskyUser: riskyUserKeysOf },
    doubtsOf: (entry) => [...alertsInDoubt(entry), ...riskEventsInDoubt(entry)],
    onRow: (topic, entity, updated) => {
      named.notice(topic, entity, updated);
      if (topic === 'secureScore') keptProfiles.want(allProfiles, Number.POSITIVE_INFINITY);
    },
  });
  return {
    sources: { mirror, named, keptProfiles },
    appliers: [mirror.applier],
    forgetProfiles: () => keptProfiles.invalidate(allProfiles),
    forgetUser: (id) => named.forgetUser(id),
    start: () => {
      named.start();
      keptProfiles.start();
    },
    stop: async () => {
      await Promise.all([mirror.stop(), named.stop(), keptProfiles.stop()]);
    },
  };
}

const noTenantMirror: TenantMirror = {
  sources: {},
  appliers: [],
  forgetProfiles: () => undefined,
  forgetUser: () => undefined,
  start: () => undefined,
  stop: async () => undefined,
};
