import { describe, expect, it } from '@jest/globals';
import { Registry } from 'prom-client';
import { type ChangeMetricsDeps, registerChangeMetrics } from '../../../src/observability/changeMetrics.js';
import { createManualClock } from '../cache/manualClock.js';

describe('the metrics of the change feed', () => {
  const clock = createManualClock();
  const feed = (name: string, isSweeping: boolean) => ({
    name,
    isSweeping,
    failures: 2,
    lastSweptAt: new Date(clock.now() - 15_000).toISOString(),
  });
  const textOf = async (isLeader: boolean) => {
    const registry = new Registry();
    registerChangeMetrics(registry, {
      feeds: { status: () => [feed('alerts', isLeader)] },
      leadership: { isLeader: () => isLeader },
      tail: { position: { sequence: 41 } },
      changes: { followerCount: () => 3 },
      clock,
    } as unknown as ChangeMetricsDeps);
    return registry.metrics();
  };

  it('tell how old and how troubled each feed is where it runs, and how far the journal was read', async () => {
    const text = await textOf(true);
    for (const line of [
      'change_feed_leader 1',
      'change_feed_failures{feed="alerts"} 2',
      'change_feed_age_seconds{feed="alerts"} 15',
      'change_journal_sequence 41',
      'change_journal_followers 3',
    ]) {
      expect(text.split('\n')).toContain(line);
    }
  });

  it('say nothing of feeds that another instance runs', async () => {
    const text = await textOf(false);
    expect(text).toContain('change_feed_leader 0');
    expect(text).not.toContain('feed="alerts"');
  });
});
