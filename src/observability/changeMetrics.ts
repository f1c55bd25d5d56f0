import { Gauge, type Registry } from 'prom-client';
import type { FeedStatus } from '../changes/feeds/createFeeds.js';
import type { Clock } from '../time/clock.js';

export interface ChangeMetricsDeps {
  readonly feeds: { status(): readonly FeedStatus[] };
  readonly leadership: { isLeader(): boolean };
  /** The place of this instance in the journal. */
  readonly tail: { readonly position: { readonly sequence: number } };
  readonly changes: { followerCount(): number };
  readonly clock: Clock;
}

/** Shows who leads, how the feeds get on and how far this instance has read the journal; read when metrics are asked for. */
export function registerChangeMetrics(registry: Registry, deps: ChangeMetricsDeps): void {
  const { feeds, leadership, tail, changes, clock } = deps;
  const register = (name: string, help: string, labelNames: string[], collect: (gauge: Gauge) => void) => {
    const gauge = new Gauge({
      name,
      help,
      labelNames,
      registers: [],
      collect() {
        this.reset();
        collect(this);
      },
    });
    registry.registerMetric(gauge);
  };
  register('change_feed_leader', '1 while this instance runs the feeds.', [], (gauge) =>
    gauge.set(leadership.isLeader() ? 1 : 0),
  );
  register(
    'change_feed_failures',
    'Failed rounds of a feed in a row, on the instance that leads.',
    ['feed'],
    (gauge) => {
      for (const { name, failures, isSweeping } of feeds.status()) if (isSweeping) gauge.set({ feed: name }, failures);
    },
  );
  register(
    'change_feed_age_seconds',
    'Since the last whole round of a feed began, on the instance that leads.',
    ['feed'],
    (gauge) => {
      for (const { name, lastSweptAt, isSweeping } of feeds.status()) {
        if (isSweeping && lastSweptAt !== null)
          gauge.set({ feed: name }, (clock.now() - Date.parse(lastSweptAt)) / 1_000);
      }
    },
  );
  register('change_journal_sequence', 'Newest entry of the journal that this instance has applied.', [], (gauge) =>
    gauge.set(tail.position.sequence),
  );
  register('change_journal_followers', 'Readers of the journal, one for each open subscription.', [], (gauge) =>
    gauge.set(changes.followerCount()),
  );
}
