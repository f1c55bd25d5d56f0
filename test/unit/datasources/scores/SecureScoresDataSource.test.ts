import { describe, expect, it } from '@jest/globals';
import { createCache } from '../../../../src/cache/createCache.js';
import { toControlProfile, toSecureScore } from '../../../../src/datasources/scores/map.js';
import { createScoreControlWrites } from '../../../../src/datasources/scores/mutations/createScoreControlWrites.js';
import { SecureScoresDataSource } from '../../../../src/datasources/scores/SecureScoresDataSource.js';
import { controlProfileWire, parseScorePage, secureScoreWire } from '../../../../src/datasources/scores/wire.js';
import { silentLogger } from '../../../../src/observability/logger.js';
import type { UpstreamAnswer, UpstreamCall } from '../../../../src/upstream/contract.js';
import { createManualClock } from '../../cache/manualClock.js';
import { buildScope, collection, FakeUpstream, type Service } from '../support/fakeUpstream.js';

const tenant = '00000001-0001-0001-0001-000000000001';
const newestDay = Date.parse('2026-11-21T00:00:00Z');
const dayMs = 86_400_000;

function day(daysAgo: number): string {
  return new Date(newestDay - daysAgo * dayMs).toISOString().slice(0, 10);
}

/** One score a day, newest first, as the upstream keeps them. */
function scores(days: number, missing: readonly number[] = []): object[] {
  return Array.from({ length: days }, (_, n) => n)
    .filter((n) => !missing.includes(n))
    .map((n) => ({ id: `${tenant}_${day(n)}`, createdDateTime: `${day(n)}T02:00:00Z`, currentScore: 100 - n }));
}

function service(rows: { scores?: readonly object[]; profiles?: readonly object[] }): Service {
  return (call) => {
    const all = call.path === '/v1.0/security/secureScores' ? rows.scores : rows.profiles;
    return collection(all ?? [], call, 50);
  };
}

function setUp(answers: Service, upstream: FakeUpstream = new FakeUpstream('GRAPH_SECURITY', answers)) {
  const clock = createManualClock();
  const cache = createCache({ clock, logger: silentLogger, random: () => 0 });
  const scoreControlWrites = createScoreControlWrites({ clock });
  const operation = () => {
    const scope = buildScope();
    return { source: new SecureScoresDataSource({ scoreControlWrites, upstream, cache, clock }, scope), scope };
  };
  return { upstream, clock, operation };
}

describe('secure scores', () => {
  it('gives the latest for one row and one call, and none while it is kept', async () => {
    const { upstream, operation } = setUp(service({ scores: scores(90) }));
    expect((await operation().source.latest())?.currentScore).toBe(100);
    expect((await operation().source.latest())?.currentScore).toBe(100);
    expect(upstream.calls.map(({ query }) => query)).toEqual([{ $top: '1' }]);
  });

  it('answers the old one at once after five minutes and refreshes it behind', async () => {
    const { upstream, clock, operation } = setUp(service({ scores: scores(90) }));
    await operation().source.latest();
    await clock.advance(6 * 60_000);
    expect((await operation().source.latest())?.currentScore).toBe(100);
    await clock.advance(0);
    expect(upstream.requests).toBe(2);
  });

  it('is null when the tenant has none', async () => {
    const { operation } = setUp(service({ scores: [] }));
    expect(await operation().source.latest()).toBeNull();
  });

  it('finds the score of a day by reading only as far back', async () => {
    const { upstream, operation } = setUp(service({ scores: scores(90) }));
    const { source } = operation();
    expect((await source.ofDay(day(3)))?.currentScore).toBe(97);
    expect((await source.ofDay(day(5)))?.currentScore).toBe(95);
    expect(upstream.calls.map(({ query }) => query.$top)).toEqual(['8']);
  });

  it.each([
    ['missing', day(4)],
    ['older than what is kept', '2019-03-19'],
    ['in the future', '2030-01-01'],
  ])('answers null for a day that is %s', async (_, date) => {
    const { operation } = setUp(service({ scores: scores(90, [4]) }));
    expect(await operation().source.ofDay(date)).toBeNull();
  });

  it.each(['2026-02-30', '2026-11-21T00:00:00Z', 'today', ''])('refuses %j, which is no day', async (text) => {
    const { operation } = setUp(service({}));
    await expect(operation().source.ofDay(text)).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
  });

  it('pages newest first through every row once, over missing days', async () => {
    const { operation } = setUp(service({ scores: scores(90, [0, 7, 8, 9]) }));
    const seen: number[] = [];
    let after: string | undefined;
    do {
      const page = await operation().source.list({ first: 20, after });
      seen.push(...page.nodes.map(({ currentScore }) => currentScore as number));
      after = page.pageInfo.hasNextPage ? (page.pageInfo.endCursor as string) : undefined;
    } while (after !== undefined);
    expect(seen).toEqual(
      Array.from({ length: 90 }, (_, n) => 100 - n).filter((score) => ![100, 93, 92, 91].includes(score)),
    );
  });

  it('knows how many there are once it has read them all', async () => {
    const { operation } = setUp(service({ scores: scores(20) }));
    expect((await operation().source.list({ first: 5, after: undefined })).totalCount).toBeNull();
    expect((await operation().source.list({ first: 50, after: undefined })).totalCount).toBe(20);
  });

  it('tells of a partial answer, also when it comes from the cache', async () => {
    const partial = { code: 'UPSTREAM_PARTIAL', upstream: 'GRAPH_SECURITY', message: 'A provider failed.' } as const;
    class PartialUpstream extends FakeUpstream {
      override async send<T>(call: UpstreamCall<T>): Promise<UpstreamAnswer<T>> {
        return { ...(await super.send(call)), status: 206, warnings: [partial] };
      }
    }
    const answers = service({ scores: scores(90) });
    const { operation } = setUp(answers, new PartialUpstream('GRAPH_SECURITY', answers));
    for (const _ of ['UPSTREAM', 'CACHE']) {
      const { source, scope } = operation();
      const page = await source.list({ first: 5, after: undefined });
      expect(page.info).toMatchObject({ partial: true, warnings: [partial] });
      expect(scope.meter.warnings).toEqual(['UPSTREAM_PARTIAL']);
    }
  });
});

describe('control profiles', () => {
  const profiles = Array.from({ length: 70 }, (_, n) => ({ id: `Control${n}`, title: `Title ${n}` }));

  it('join any number of controls with one call and keep for an hour', async () => {
    const { upstream, clock, operation } = setUp(service({ profiles }));
    const { source } = operation();
    const found = await Promise.all(['control3', 'CONTROL69', 'Nothing'].map((name) => source.controlProfile(name)));
    expect(found.map((profile) => profile?.title)).toEqual(['Title 3', 'Title 69', undefined]);
    await clock.advance(59 * 60_000);
    expect(await operation().source.controlProfiles()).toHaveLength(70);
    expect(upstream.requests).toBe(1);
  });

  it('are read over all pages of the upstream', async () => {
    const { upstream, operation } = setUp((call) => {
      const { $top: _top, ...query } = call.query;
      return collection(profiles, { ...call, query }, 30);
    });
    expect(await operation().source.controlProfiles()).toHaveLength(70);
    expect(upstream.requests).toBe(3);
  });
});

describe('scores on the wire', () => {
  it('reads -1 as no average and keeps what the schema does not name', () => {
    const wire = secureScoreWire.parse({
      id: 'x',
      averageComparativeScores: [
        { basis: 'AllTenants', averageScore: -1, appsScore: 12.5 },
        { basis: 'TotalSeats', averageScore: 40, SeatSizeRangeLowerValue: '-1' },
        { basis: 'Galaxies', averageScore: 0 },
      ],
      controlScores: [{ controlName: 'AdminMFA', controlCategory: 'Identity', score: 35, count: '3', total: '4' }],
    });
    expect(toSecureScore(wire)).toMatchObject({
      averageComparativeScores: [
        { basis: 'ALL_TENANTS', averageScore: null, additionalProperties: { appsScore: 12.5 } },
        { basis: 'TOTAL_SEATS', averageScore: 40, additionalProperties: { SeatSizeRangeLowerValue: '-1' } },
        { basis: 'UNRECOGNIZED', rawBasis: 'Galaxies', averageScore: 0, additionalProperties: null },
      ],
      controlScores: [
        { controlName: 'AdminMFA', controlCategory: 'IDENTITY', additionalProperties: { count: '3', total: '4' } },
      ],
    });
  });

  it('reads the words of profiles in any case, with a blank or not', () => {
    const wire = controlProfileWire.parse({
      id: 'x',
      tier: 'Defense in Depth',
      actionType: 'config',
      controlStateUpdates: [{ state: 'ThirdParty' }, { state: 'ignored' }],
    });
    expect(toControlProfile(wire)).toMatchObject({
      tier: 'DEFENSE_IN_DEPTH',
      actionType: 'CONFIG',
      controlStateUpdates: [{ state: 'THIRD_PARTY' }, { state: 'IGNORED', rawState: 'ignored' }],
    });
  });

  it('has no member undefined when the upstream sends nothing but the id', () => {
    expect(Object.values(toSecureScore(secureScoreWire.parse({ id: 'x' })))).not.toContain(undefined);
    expect(Object.values(toControlProfile(controlProfileWire.parse({ id: 'x' })))).not.toContain(undefined);
  });

  it.each([[{}], [{ value: [{}] }], [[]], [undefined]])('refuses %j, which is no page of scores', (body) => {
    expect(() => parseScorePage(body)).toThrow();
  });
});
