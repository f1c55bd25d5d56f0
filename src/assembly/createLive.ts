import type { Registry } from 'prom-client';
import type { Cache } from '../cache/contract.js';
import { createCacheTagApplier } from '../changes/cacheTagApplier.js';
import { createChanges } from '../changes/createChanges.js';
import { createFeeds } from '../changes/feeds/createFeeds.js';
import { buildFeedScope } from '../changes/feeds/feedScope.js';
import { createProfileTagApplier } from '../changes/feeds/profileMark.js';
import { JournalTail } from '../changes/journalTail.js';
import type { Leadership } from '../changes/leadership.js';
import type { GatewayConfig } from '../config/loadConfig.js';
import { createAlertFeedSource } from '../datasources/alerts/alertFeedSource.js';
import type { ProcessWrites } from '../datasources/createGatewayWrites.js';
import { createIncidentFeedSource } from '../datasources/incidents/incidentFeedSource.js';
import { profilesTag } from '../datasources/scores/policies.js';
import type { Engine } from '../engine/contract.js';
import { registerChangeMetrics } from '../observability/changeMetrics.js';
import type { Logger } from '../observability/logger.js';
import type { Clock } from '../time/clock.js';
import type { Purpose, Upstreams } from '../upstream/contract.js';
import { createWebhooks } from '../webhooks/createWebhooks.js';
import { createListFeeds } from './createListFeeds.js';
import { createTenantMirror, listedDays } from './createTenantMirror.js';
import { openJournal } from './openEngine.js';

export interface LiveDeps {
  readonly engine: Engine;
  /** Decides whether this instance polls. */
  readonly leadership: Leadership;
  readonly upstreams: Upstreams;
  readonly cache: Cache;
  readonly writes: ProcessWrites;
  readonly clock: Clock;
  /** In [0, 1); spreads waits. */
  readonly random: () => number;
  readonly logger: Logger;
  readonly registry: Registry;
}

const dayMs = 24 * 3_600_000;

/** All that lives on changes: feeds and notifications write the journal, its tail keeps cache and mirror right. */
export function createLive(config: GatewayConfig, deps: LiveDeps) {
  const { engine, leadership, upstreams, cache, clock, logger, registry } = deps;
  const makeScope = buildScopeMaker(config, clock);
  const mirror = createTenantMirror(config, { ...deps, store: engine.store, makeScope });
  const tail = new JournalTail({ store: engine.store, appliers: appliersOf(cache, mirror), clock, logger });
  const changes = createChanges({ store: engine.store, tail, clock, logger });
  const { feeds, alerts, stop: stopFeeds } = createAllFeeds(config, deps, makeScope);
  // What an application sees must not be shown to callers on whose behalf we ask.
  const isFeedOn =
    config.upstream.credential.kind !== 'on-behalf-of' && upstreams.GRAPH_SECURITY.status().state !== 'NOT_CONFIGURED';
  const webhooks =
    config.webhookUrl === undefined
      ? undefined
      : createWebhooks({
          ...deps,
          publicUrl: config.webhookUrl,
          tenantId: config.tenantId,
          withAlerts: isFeedOn && config.alertsDialect === 'legacy',
          upstream: upstreams.GRAPH_DIRECTORY,
          makeScope: (signal) => makeScope(signal, 'feed'),
          registrations: engine.registrations,
          alerts,
          store: engine.store,
          forgetUser: (id) => mirror.forgetUser(id),
          poke: (topic) => feeds.poke(topic),
          removeAtStop: !engine.isShared,
        });
  registerChangeMetrics(registry, { feeds, leadership, tail, changes, clock });
  return {
    mirror,
    tail,
    changes,
    feeds,
    isFeedOn,
    webhooks,
    /** Resolves when changes can be told and written down. What polls begins with `start`. */
    open: async () => {
      await openJournal(tail, deps);
      engine.start();
    },
    start: () => {
      if (isFeedOn) {
        mirror.start();
        feeds.start();
      }
      webhooks?.start();
    },
    /** Writers first, then the lease, then the readers of the journal. */
    stop: async () => {
      await webhooks?.stop();
      await stopFeeds();
      await engine.stop();
      await tail.close();
      await mirror.stop();
    },
  };
}

type ScopeMaker = ReturnType<typeof buildScopeMaker>;

function buildScopeMaker({ tenantId, upstream }: GatewayConfig, clock: Clock) {
  const accessScope = `${tenantId}|${upstream.credential.kind}|feed`;
  return (signal: AbortSignal, purpose: Purpose) => buildFeedScope(accessScope, clock.now(), signal, purpose);
}

function appliersOf(cache: Cache, mirror: ReturnType<typeof createTenantMirror>) {
  const drop = async (tags: readonly string[]) => {
    mirror.forgetProfiles();
    await cache.drop(tags);
  };
  return [createCacheTagApplier(cache), createProfileTagApplier({ drop }, profilesTag), ...mirror.appliers];
}

function createAllFeeds(config: GatewayConfig, deps: LiveDeps, makeScope: ScopeMaker) {
  const { engine, leadership, upstreams, writes, clock, random, logger } = deps;
  const polling = { store: engine.store, clock, random, logger };
  const source = { upstream: upstreams.GRAPH_SECURITY, makeScope };
  const lists = createListFeeds({
    ...polling,
    windowMs: listedDays(config.mirrorDays) * dayMs,
    upstreams,
    makeScope,
    writes,
  });
  const alerts = createAlertFeedSource({
    ...source,
    dialect: config.alertsDialect,
    overlay: writes.alertWrites.overlay,
  });
  const feeds = createFeeds({
    ...polling,
    windowMs: Math.max(1, config.mirrorDays) * dayMs,
    alerts,
    incidents: createIncidentFeedSource({ ...source, overlay: writes.incidentWrites.overlay }),
    others: lists.feeds,
    leadership,
    intervalMs: config.pollIntervalMs,
  });
  const leave = writes.scoreControlWrites.decided.listen(() => feeds.poke('secureScore'));
  const stop = async () => {
    leave();
    await feeds.stop();
    await lists.stop();
  };
  return { feeds, alerts, stop };
}
