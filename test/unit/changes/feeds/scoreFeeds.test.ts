import { describe, expect, it } from '@jest/globals';
import { createScoreFeeds } from '../../../../src/changes/feeds/createScoreFeeds.js';
import { FeedRunner } from '../../../../src/changes/feeds/FeedRunner.js';
import type { ScoreSource } from '../../../../src/changes/feeds/listContract.js';
import { createProfileTagApplier } from '../../../../src/changes/feeds/profileMark.js';
import { alwaysLeader } from '../../../../src/changes/leadership.js';
import { createMemoryChangeStore } from '../../../../src/changes/memoryChangeStore.js';
import { silentLogger } from '../../../../src/observability/logger.js';
import type { SecureScore } from '../../../../src/schema/types/secureScore.type.js';
import { compareInstants, fromTicks } from '../../../../src/time/instant.js';
import { createManualClock, settle } from '../../cache/manualClock.js';
import { entityOf } from '../entities.js';
import { brief, day, entriesOf, hour, ticksAt } from './support.js';

function setUp(fill: (days: number, put: (daysAgo: number, score?: number) => void) => void = () => undefined) {
  const clock = createManualClock();
  const store = createMemoryChangeStore({ clock });
  const scores = new Map<string, SecureScore>();
  const calls: string[] = [];
  const failing = new Set<string>();
  let digest = 'one';
  const called = (call: string) => {
    calls.push(call);
    if (failing.has(call.split(' ')[0] as string)) throw new Error('away');
    return new Date(clock.now()).toISOString();
  };
  /** The score of a day, stamped with its beginning. */
  const put = (daysAgo: number, currentScore = 40) => {
    const at = ticksAt(clock, -(clock.now() % day) - daysAgo * day);
    const id = `t_${fromTicks(at).slice(0, 10)}`;
    scores.set(id, entityOf('secureScore', at, { id, currentScore }));
    return id;
  };
  const newestFirst = () =>
    [...scores.values()].sort((a, b) => compareInstants(b.createdDateTime ?? '', a.createdDateTime ?? ''));
  const source: ScoreSource = {
    upstream: 'GRAPH_SECURITY',
    newest: async (count, purpose) => {
      const upstreamDate = called(`scores ${count} ${purpose}`);
      return { rows: newestFirst().slice(0, count), upstreamDate };
    },
    profiles: async () => ({ upstreamDate: called('profiles'), digest }),
  };
  fill(90, put);
  const feeds = createScoreFeeds({ source, store, clock, windowMs: 30 * day });
  const deps = { clock, logger: silentLogger, random: () => 1, leadership: alwaysLeader };
  const runners = feeds.map((feed) => new FeedRunner(feed, deps));
  return {
    clock,
    store,
    put,
    calls,
    failing,
    setDigest: (text: string) => {
      digest = text;
    },
    status: () => runners.map((runner) => runner.status()),
    told: async () => (await entriesOf(store, 'secureScore')).filter(({ isSilent }) => !isSilent),
    next: async (milliseconds = hour) => {
      await clock.advance(milliseconds);
      await settle(20);
    },
    begin: async () => {
      for (const runner of runners) runner.start();
      await settle(20);
      return calls.splice(0).sort();
    },
    stop: () => Promise.all(runners.map((runner) => runner.stop())),
  };
}

describe('the feed of secure scores', () => {
  it('fills with every score of the window in one call, and tells nobody', async () => {
    const set = setUp((days, put) => {
      for (let ago = 0; ago < days; ago += 1) put(ago);
    });
    expect(await set.begin()).toEqual(['profiles', 'scores 100 background']);
    expect(await set.told()).toEqual([]);
    expect((await set.store.versions('secureScore', 0n, ticksAt(set.clock))).size).toBe(30);
    expect(await set.store.feed('secureScore')).toMatchObject({ isFilled: true, position: ticksAt(set.clock) });
    await set.stop();
  });

  it('takes two calls an hour, and tells a new day and a score that changed, each once', async () => {
    const set = setUp((_days, put) => put(0));
    await set.begin();
    await set.next(hour - 1);
    expect(set.calls).toEqual([]);
    const yesterday = set.put(0, 41);
    await set.next(1);
    expect(set.calls.toSorted()).toEqual(['profiles', 'scores 8 feed']);
    expect((await set.told()).map((entry) => [...brief(entry), entry.changedFields])).toEqual([
      ['UPDATED', yesterday, ['currentScore']],
    ]);
    await set.next(day - hour);
    const today = set.put(0);
    await set.next();
    await set.next();
    expect((await set.told()).slice(1).map(brief)).toEqual([['CREATED', today]]);
    await set.stop();
  });

  it('reads every score that is kept after days away, and forgets what left the window', async () => {
    const set = setUp((_days, put) => put(29));
    await set.begin();
    set.calls.length = 0;
    await set.next(10 * day);
    const missed = set.put(8);
    await set.next();
    expect(set.calls.filter((call) => call !== 'profiles')[0]).toBe('scores 100 feed');
    expect((await set.told()).map(brief)).toEqual([['CREATED', missed]]);
    expect([...(await set.store.versions('secureScore', 0n, ticksAt(set.clock))).keys()]).toEqual([missed]);
    await set.stop();
  });

  it('and the profiles do not hold each other up', async () => {
    const set = setUp();
    set.failing.add('scores');
    await set.begin();
    expect(set.status().map(({ name, failures }) => [name, failures])).toEqual([
      ['secureScores', 1],
      ['secureScoreControlProfiles', 0],
    ]);
    await set.stop();
  });
});

describe('control profiles that changed', () => {
  it('are forgotten by the cache of every instance that follows the journal, and by nobody while they stay', async () => {
    const set = setUp();
    await set.begin();
    const dropped: (readonly string[])[] = [];
    const applier = createProfileTagApplier({ drop: async (tags) => void dropped.push(tags) }, 'profiles-tag');
    const follow = async () => applier.apply(await set.store.read(0, 10));
    await follow();
    await set.next();
    await follow();
    expect(dropped).toEqual([]);
    set.setDigest('two');
    await set.next();
    await follow();
    await follow();
    expect(dropped).toEqual([['profiles-tag']]);
    await applier.restart();
    expect(dropped).toHaveLength(2);
    await set.stop();
  });
});
