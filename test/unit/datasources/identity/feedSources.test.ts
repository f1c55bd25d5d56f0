import { describe, expect, it } from '@jest/globals';
import { createRiskEventFeedSource } from '../../../../src/datasources/identity/riskEventFeedSource.js';
import { createRiskyUserFeedSource } from '../../../../src/datasources/identity/riskyUserFeedSource.js';
import { createScoreFeedSource } from '../../../../src/datasources/scores/scoreFeedSource.js';
import { toTicks } from '../../../../src/time/instant.js';
import type { Purpose, UpstreamAnswer } from '../../../../src/upstream/contract.js';
import { asOf, buildScope, FakeUpstream, guid, namedIn, type Service } from '../support/fakeUpstream.js';
import { detection, identity, riskyUser } from './fakeIdentity.js';

const { signal } = new AbortController();

function setUp(service: Service) {
  const upstream = new FakeUpstream('GRAPH_IDENTITY_PROTECTION', service);
  const purposes: Purpose[] = [];
  const makeScope = (_signal: AbortSignal, purpose: Purpose) => {
    purposes.push(purpose);
    return { ...buildScope(), purpose };
  };
  return { upstream, purposes, makeScope, deps: { upstream, makeScope } };
}

describe('risk detections as the feed reads them', () => {
  const rows = Array.from({ length: 5 }, (_none, n) => ({
    ...detection(n, 1, n),
    lastUpdatedDateTime: detection(n, 1, n).detectedDateTime,
  }));

  it('are asked for by last update alone, 500 a page, each page with a scope of its own', async () => {
    const set = setUp(identity({ detections: rows, pageSize: 2 }));
    const source = createRiskEventFeedSource(set.deps);
    const request = { from: toTicks('2026-11-21T07:57:00Z') as bigint, purpose: 'feed' as const, signal };
    const first = await source.read(request);
    expect(set.upstream.calls[0]?.query).toEqual({
      $top: '500',
      $filter: 'lastUpdatedDateTime ge 2026-11-21T07:57:00.0000000Z',
    });
    expect(first).toMatchObject({ rows: [{ id: 'd0' }, { id: 'd1' }], upstreamDate: asOf });
    const second = await source.read({ ...request, ...(first.next === undefined ? {} : { next: first.next }) });
    expect(second.rows.map(({ id }) => id)).toEqual(['d2', 'd3']);
    expect(second.next).toBeUndefined();
    expect(set.purposes).toEqual(['feed', 'feed']);
  });

  it('by id are background work, and null when the upstream does not know them', async () => {
    const set = setUp(identity({ detections: rows }));
    const source = createRiskEventFeedSource(set.deps);
    expect(await source.byId('d1', signal)).toMatchObject({ id: 'd1' });
    expect(await source.byId('d9', signal)).toBeNull();
    expect(set.purposes).toEqual(['background', 'background']);
  });
});

describe('risky users as the feed reads them', () => {
  const risky = Array.from({ length: 40 }, (_none, n) => riskyUser(n));

  it('are read without a filter, page by page', async () => {
    const set = setUp(identity({ risky, pageSize: 30 }));
    const source = createRiskyUserFeedSource(set.deps);
    const first = await source.read({ purpose: 'background', signal });
    expect([first.rows.length, first.next === undefined]).toEqual([30, false]);
    expect(set.upstream.calls[0]?.query).toEqual({ $top: '500' });
    expect(set.purposes).toEqual(['background']);
  });

  it('of some names share calls of at most 15', async () => {
    const set = setUp(identity({ risky }));
    const source = createRiskyUserFeedSource(set.deps);
    const names = Array.from({ length: 20 }, (_none, n) => `user${n}@contoso.com`);
    expect((await source.named(names, signal)).map(({ id }) => id)).toEqual(names.map((_name, n) => guid(n)));
    expect(set.upstream.calls.map(({ query }) => namedIn(query.$filter))).toEqual([15, 5]);
    expect(await source.named([], signal)).toEqual([]);
    expect(await source.byId(guid(77), 'feed', signal)).toBeNull();
  });
});

describe('scores as the feed reads them', () => {
  const score = (day: number) => ({
    id: `t_2026-11-${day}`,
    createdDateTime: `2026-11-${day}T00:00:00Z`,
    currentScore: day,
  });

  it('are the newest, and a digest of profiles tells any change whatever their order', async () => {
    let profiles: object[] = [
      { id: 'a', title: 'A' },
      { id: 'b', title: 'B' },
    ];
    const set = setUp((call) => ({
      value: call.path.endsWith('Profiles') ? profiles : [score(19), score(21), score(20)],
    }));
    const source = createScoreFeedSource(set.deps);
    const { rows, upstreamDate } = await source.newest(2, 'feed', signal);
    expect([rows.map(({ currentScore }) => currentScore), upstreamDate]).toEqual([[21, 20], asOf]);
    const digests = [await source.profiles(signal)];
    profiles = profiles.toReversed();
    digests.push(await source.profiles(signal));
    profiles = [
      { id: 'a', title: 'A' },
      { id: 'b', title: 'C' },
    ];
    digests.push(await source.profiles(signal));
    const [one, two, three] = digests.map(({ digest }) => digest);
    expect([one === two, one === three]).toEqual([true, false]);
  });

  it('of which only a part of the providers answered say nothing', async () => {
    const set = setUp(() => ({ value: [score(21)] }));
    const warning = { code: 'UPSTREAM_PARTIAL', upstream: 'GRAPH_SECURITY', message: 'partial' } as const;
    const { upstream } = set;
    const partial = Object.assign(Object.create(upstream) as FakeUpstream, {
      async *pages(...args: Parameters<FakeUpstream['pages']>) {
        for await (const answer of upstream.pages(...args))
          yield { ...(answer as UpstreamAnswer<never>), warnings: [warning] };
      },
    });
    const source = createScoreFeedSource({ ...set.deps, upstream: partial });
    await expect(source.newest(8, 'feed', signal)).rejects.toMatchObject({ code: 'UPSTREAM_BAD_RESPONSE' });
    await expect(source.profiles(signal)).rejects.toMatchObject({ code: 'UPSTREAM_BAD_RESPONSE' });
  });
});
