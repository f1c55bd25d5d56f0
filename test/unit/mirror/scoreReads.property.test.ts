import 'reflect-metadata';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createCache } from '../../../src/cache/createCache.js';
import { allProfiles, createKeptProfiles } from '../../../src/datasources/scores/createKeptProfiles.js';
import { toSecureScore } from '../../../src/datasources/scores/map.js';
import { createScoreControlWrites } from '../../../src/datasources/scores/mutations/createScoreControlWrites.js';
import {
  SecureScoresDataSource,
  type SecureScoresDeps,
} from '../../../src/datasources/scores/SecureScoresDataSource.js';
import { parseScorePage } from '../../../src/datasources/scores/wire.js';
import { silentLogger } from '../../../src/observability/logger.js';
import { createManualClock, settle } from '../cache/manualClock.js';
import { buildScope, collection, FakeUpstream } from '../datasources/support/fakeUpstream.js';
import { now, setUpMirror, ticks } from './support.js';

const dayMs = 86_400_000;
const newestDay = Date.parse('2026-11-21T00:00:00Z');
const day = (daysAgo: number) => new Date(newestDay - daysAgo * dayMs).toISOString().slice(0, 10);
const profiles = ['MFA', 'PIM'].map((id) => ({ id, title: `About ${id}` }));

/** One score a day, newest first, some days missing. */
const scores = fc
  .tuple(fc.integer({ min: 0, max: 60 }), fc.array(fc.integer({ min: 0, max: 60 }), { maxLength: 8 }))
  .map(([count, missing]) =>
    Array.from({ length: count }, (_, n) => n)
      .filter((n) => !missing.includes(n))
      .map((n) => ({ id: `t_${day(n)}`, createdDateTime: `${day(n)}T02:00:00Z`, currentScore: 100 - n })),
  );
type Scores = typeof scores extends fc.Arbitrary<infer Value> ? Value : never;

function open(rows: Scores, parts: Pick<SecureScoresDeps, 'mirror' | 'keptProfiles'> = {}) {
  const clock = createManualClock(Date.parse(now));
  const upstream = new FakeUpstream('GRAPH_SECURITY', (call) =>
    collection(call.path.endsWith('secureScores') ? rows : profiles, call, 50),
  );
  const cache = createCache({ clock, logger: silentLogger, random: () => 0 });
  const scoreControlWrites = createScoreControlWrites({ clock });
  const source = new SecureScoresDataSource({ upstream, cache, clock, scoreControlWrites, ...parts }, buildScope());
  return { source, upstream };
}

async function mirrorOf(rows: Scores, days: number) {
  const mirrored = await setUpMirror({ daysOf: { secureScore: days } });
  const from = `${day(days)}T08:00:00Z`;
  const { feed, sweep } = mirrored;
  await feed.move('secureScore', { start: ticks(now), coveredFrom: ticks(from) });
  const recent = rows.filter(({ createdDateTime }) => createdDateTime >= from);
  await feed.observe('secureScore', parseScorePage({ value: recent }).rows.map(toSecureScore));
  await feed.move('secureScore', { isFilled: true });
  await settle();
  await sweep({}, 'secureScore');
  await sweep({}, 'secureScore');
  return mirrored;
}

describe('secure scores from the mirror', () => {
  it('are those of the upstream, for every day and page', async () => {
    await fc.assert(
      fc.asyncProperty(
        scores,
        fc.constantFrom(20, 90),
        fc.integer({ min: 0, max: 40 }),
        fc.integer({ min: 1, max: 12 }),
        async (rows, days, one, first) => {
          const mirrored = await mirrorOf(rows, days);
          const [mine, theirs] = [open(rows, { mirror: mirrored.mirror }), open(rows)];
          const page = async (source: SecureScoresDataSource, after?: string) => {
            const { edges, pageInfo } = await source.list({ first, after });
            return { edges, pageInfo };
          };
          try {
            expect(await mine.source.latest()).toEqual(await theirs.source.latest());
            expect(await mine.source.ofDay(day(one))).toEqual(await theirs.source.ofDay(day(one)));
            const head = await page(mine.source);
            expect(head).toEqual(await page(theirs.source));
            const end = head.pageInfo.endCursor ?? undefined;
            if (end !== undefined) expect(await page(mine.source, end)).toEqual(await page(theirs.source, end));
            if (rows.length > 26 && days === 90 && first < 3) expect(mine.upstream.requests).toBe(0);
          } finally {
            await mirrored.stop();
          }
        },
      ),
      { numRuns: 150 },
    );
  });

  it('give the latest and any day of the window without a call, days without a score too', async () => {
    const rows = [0, 1, 3, 4].map((n) => ({
      id: `t_${day(n)}`,
      createdDateTime: `${day(n)}T02:00:00Z`,
      currentScore: n,
    }));
    const mirrored = await mirrorOf(rows, 30);
    const { source, upstream } = open(rows, { mirror: mirrored.mirror });
    expect((await source.latest())?.currentScore).toBe(0);
    expect((await source.ofDay(day(3)))?.currentScore).toBe(3);
    expect(await source.ofDay(day(2))).toBeNull();
    expect((await source.list({ first: 3, after: undefined })).info.source).toBe('MIRROR');
    expect(upstream.requests).toBe(0);
    expect((await source.list({ first: 4, after: undefined })).info.source).toBe('UPSTREAM');
    expect(upstream.requests).toBe(1);
    await mirrored.stop();
  });
});

describe('control profiles', () => {
  it('are kept, so that no answer waits for them, until somebody decides about a control', async () => {
    const clock = createManualClock(Date.parse(now));
    const keeper = new FakeUpstream('GRAPH_SECURITY', (call) => collection(profiles, call, 50));
    const keptProfiles = createKeptProfiles({
      upstream: keeper,
      makeScope: (signal, purpose) => ({ ...buildScope(), signal, purpose }),
      clock,
      random: () => 0,
      logger: silentLogger,
    });
    keptProfiles.start();
    keptProfiles.want(allProfiles, Number.POSITIVE_INFINITY);
    await settle();
    await clock.advance(250);
    const { source, upstream } = open([], { keptProfiles });
    expect((await source.controlProfile('mfa'))?.title).toBe('About MFA');
    expect([keeper.requests, upstream.requests]).toEqual([1, 0]);
    await source.forgetProfiles();
    await source.controlProfiles();
    expect(upstream.requests).toBe(1);
    await settle();
    await clock.advance(250);
    expect(keeper.requests).toBe(2);
    await keptProfiles.stop();
  });
});
