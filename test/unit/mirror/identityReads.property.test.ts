import 'reflect-metadata';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createCache } from '../../../src/cache/createCache.js';
import { createRiskyUserWrites } from '../../../src/datasources/identity/actions/createRiskyUserWrites.js';
import { riskActions } from '../../../src/datasources/identity/actions/riskActions.js';
import { IdentityDataSource } from '../../../src/datasources/identity/IdentityDataSource.js';
import { riskEventKeysOf, riskEventsInDoubt, riskyUserKeysOf } from '../../../src/datasources/identity/identityKeys.js';
import { toRiskEvent, toRiskyUser } from '../../../src/datasources/identity/map.js';
import { riskDetectionRow, riskyUserRow } from '../../../src/datasources/identity/wire.js';
import type { Mirror } from '../../../src/mirror/contract.js';
import { silentLogger } from '../../../src/observability/logger.js';
import type { Connection } from '../../../src/schema/types/connection.js';
import { fromTicks } from '../../../src/time/instant.js';
import type { Upstreams } from '../../../src/upstream/contract.js';
import { createManualClock, settle } from '../cache/manualClock.js';
import { identity } from '../datasources/identity/fakeIdentity.js';
import { buildScope, FakeUpstream, guid } from '../datasources/support/fakeUpstream.js';
import { now, setUpMirror, ticks } from './support.js';

const dayTicks = 864_000_000_000n;
const daysAgo = (days: number) => fromTicks(ticks(now) - BigInt(Math.round(days * 24)) * (dayTicks / 24n));
const day = fc.integer({ min: 0, max: 60 });
const user = fc.integer({ min: 0, max: 3 });

const detections = fc
  .array(
    fc.record({
      days: fc.tuple(day, day, day),
      user,
      level: fc.constantFrom('low', 'high'),
      state: fc.constantFrom('atRisk', 'dismissed'),
    }),
    { maxLength: 25 },
  )
  .map((all) =>
    all.map(({ days, user: n, level, state }, index) => {
      const [updated, detected, acted] = days.sort((a, b) => a - b).map(daysAgo) as [string, string, string];
      return {
        id: `d${index}`,
        userId: guid(n),
        userPrincipalName: `user${n}@contoso.com`,
        riskEventType: 'generic',
        riskLevel: level,
        riskState: state,
        activityDateTime: acted,
        detectedDateTime: detected,
        lastUpdatedDateTime: updated,
      };
    }),
  );
const riskyUsers = fc
  .uniqueArray(
    fc.record({
      user,
      level: fc.constantFrom('low', 'high'),
      changed: fc.option(day, { nil: null }),
    }),
    { selector: (one) => one.user },
  )
  .map((all) =>
    all.map(({ user: n, level, changed }) => ({
      id: guid(n),
      userPrincipalName: `user${n}@contoso.com`,
      riskLevel: level,
      riskState: 'atRisk',
      riskLastUpdatedDateTime: changed === null ? null : daysAgo(changed),
    })),
  );
const instant = day.map(daysAgo);
const span = fc.option(fc.record({ ge: instant, lt: instant }, { requiredKeys: [] }), { nil: null });
const eventFilter = fc.record(
  {
    riskLevel: fc.constantFrom({ in: ['HIGH'] }, { notIn: ['HIGH'] }, null),
    riskState: fc.constantFrom({ in: ['AT_RISK'] }, null),
    userId: fc.constantFrom({ in: [guid(1)] }, { in: [guid(1), guid(2)] }, null),
    activityDateTime: span,
    detectedDateTime: span,
    lastUpdatedDateTime: span,
  },
  { requiredKeys: [] },
);
const userFilter = fc.record(
  { riskLevel: fc.constantFrom({ in: ['HIGH'] }, { isNull: false }, null) },
  { requiredKeys: [] },
);
const first = fc.integer({ min: 1, max: 6 });

type DetectionRows = typeof detections extends fc.Arbitrary<infer Value> ? Value : never;
type RiskyRows = typeof riskyUsers extends fc.Arbitrary<infer Value> ? Value : never;

function open(tenant: { detections?: DetectionRows; risky?: RiskyRows }, mirror?: Mirror) {
  const upstream = new FakeUpstream('GRAPH_IDENTITY_PROTECTION', identity(tenant as never));
  const clock = createManualClock(Date.parse(now));
  const hits = { mirror: 0 };
  const riskyUserWrites = createRiskyUserWrites({ clock });
  const scope = buildScope();
  const deps = {
    upstreams: { GRAPH_IDENTITY_PROTECTION: upstream } as unknown as Upstreams,
    cache: createCache({ clock, logger: silentLogger, random: () => 0 }),
    clock,
    riskyUserWrites,
    ...(mirror === undefined ? {} : { mirror }),
  };
  const meter = { ...scope.meter, mirrorHit: () => void (hits.mirror += 1) };
  return { source: new IdentityDataSource(deps, { ...scope, meter }), upstream, hits, riskyUserWrites };
}

/** @param days How far the mirror of risk events reaches back. */
async function mirrorOf(tenant: { detections?: DetectionRows; risky?: RiskyRows }, days: number) {
  const mirrored = await setUpMirror({
    daysOf: { riskEvent: null, riskyUser: null },
    keysOf: { riskEvent: riskEventKeysOf, riskyUser: riskyUserKeysOf },
    doubtsOf: riskEventsInDoubt,
  });
  const from = daysAgo(days);
  const events = (tenant.detections ?? [])
    .filter(({ lastUpdatedDateTime }) => lastUpdatedDateTime >= from)
    .map((row) => toRiskEvent(riskDetectionRow.parse(row)));
  const users = (tenant.risky ?? []).map((row) => toRiskyUser(riskyUserRow.parse(row)));
  const { feed, sweep } = mirrored;
  await feed.move('riskEvent', { start: ticks(now), coveredFrom: ticks(from) });
  await feed.observe('riskEvent', events);
  await feed.move('riskyUser', { start: ticks(now), coveredFrom: 0n });
  await feed.observe('riskyUser', users);
  for (const topic of ['riskEvent', 'riskyUser'] as const) {
    await feed.move(topic, { isFilled: true });
    await settle();
    await sweep({}, topic);
    await sweep({}, topic);
  }
  return mirrored;
}

async function readPages<T extends { id: string }>(read: (after: string | undefined) => Promise<Connection<T>>) {
  const pages: object[] = [];
  for (let after: string | undefined; pages.length < 40; ) {
    const { edges, pageInfo, totalCount, nodes, info } = await read(after);
    pages.push({
      edges: edges.map(({ cursor, node }) => [node.id, cursor]),
      nodes,
      totalCount,
      truncated: info.truncated,
    });
    if (!pageInfo.hasNextPage) return pages;
    after = pageInfo.endCursor ?? undefined;
  }
  throw new Error('The list does not end.');
}

describe('Identity Protection from the mirror', () => {
  it('lists risk events as the upstream lists them, for every filter and page, whatever the window', async () => {
    let hits = 0;
    await fc.assert(
      fc.asyncProperty(detections, eventFilter, first, fc.constantFrom(20, 90), async (rows, filter, size, days) => {
        const mirrored = await mirrorOf({ detections: rows }, days);
        const fromMirror = open({ detections: rows }, mirrored.mirror);
        const list = (source: IdentityDataSource) =>
          readPages((after) => source.riskEvents(filter as never, { first: size, after }));
        try {
          expect(await list(fromMirror.source)).toEqual(await list(open({ detections: rows }).source));
          if (days === 90) expect(fromMirror.upstream.requests).toBe(0);
          hits += fromMirror.hits.mirror;
        } finally {
          await mirrored.stop();
        }
      }),
      { numRuns: 150 },
    );
    expect(hits).toBeGreaterThan(100);
  });

  it('joins to users, page by page, the risk events that the upstream has of them', async () => {
    await fc.assert(
      fc.asyncProperty(detections, user, first, fc.constantFrom(20, 90), async (rows, who, size, days) => {
        const mirrored = await mirrorOf({ detections: rows }, days);
        const fromMirror = open({ detections: rows }, mirrored.mirror);
        const fromUpstream = open({ detections: rows }).source;
        const key = { id: guid(who).toUpperCase() };
        try {
          const read = (source: IdentityDataSource) =>
            readPages((after) => source.riskEventsOfUserPage(key, { first: size, after }));
          const [mine, theirs] = [await read(fromMirror.source), await read(fromUpstream)];
          const known = (page: object) => ({
            ...page,
            totalCount: days === 90 && (page as { totalCount: unknown }).totalCount,
          });
          expect(mine.map(known)).toEqual(theirs.map(known));
          for (const back of [10, 40]) {
            const since = daysAgo(back);
            const recent = async (source: IdentityDataSource) =>
              (await source.riskEventsOfUser(key, since)).rows.filter((row) => (row.activityDateTime ?? '') >= since);
            const before = fromMirror.upstream.requests;
            expect(await recent(fromMirror.source)).toEqual(await recent(fromUpstream));
            if (back < days) expect(fromMirror.upstream.requests).toBe(before);
          }
          if (days === 90) expect(fromMirror.upstream.requests).toBe(0);
        } finally {
          await mirrored.stop();
        }
      }),
      { numRuns: 100 },
    );
  });

  it('knows every risky user, those without a time too, and who is none, without a call', async () => {
    await fc.assert(
      fc.asyncProperty(riskyUsers, userFilter, first, async (rows, filter, size) => {
        const mirrored = await mirrorOf({ risky: rows }, 90);
        const fromMirror = open({ risky: rows }, mirrored.mirror);
        const fromUpstream = open({ risky: rows }).source;
        const list = (source: IdentityDataSource) =>
          readPages((after) => source.riskyUsers(filter as never, { first: size, after }));
        try {
          expect(await list(fromMirror.source)).toEqual(await list(fromUpstream));
          for (let who = 0; who < 5; who += 1) {
            const id = guid(who);
            expect(await fromMirror.source.riskyUser({ id })).toEqual(await fromUpstream.riskyUser({ id }));
          }
          expect(fromMirror.upstream.requests).toBe(0);
        } finally {
          await mirrored.stop();
        }
      }),
      { numRuns: 60 },
    );
  });

  it('asks the upstream for the risk events of a user on whom we have just acted', async () => {
    const [row] = fc.sample(
      detections.filter((rows) => rows.length > 3),
      { numRuns: 1, seed: 7 },
    );
    const rows = (row as DetectionRows).map((one) => ({ ...one, userId: guid(1) }));
    const mirrored = await mirrorOf({ detections: rows }, 90);
    const { source, upstream, riskyUserWrites } = open({ detections: rows }, mirrored.mirror);
    await source.riskEventsOfUser({ id: guid(1) });
    expect(upstream.requests).toBe(0);
    const [action] = Object.values(riskActions);
    riskyUserWrites.pending.record([guid(1)], action as never, now);
    await source.riskEventsOfUser({ id: guid(1) });
    expect(upstream.requests).toBe(1);
    await mirrored.stop();
  });

  it('asks the upstream for the risk events of a user on whom another instance acted, until two sweeps have read them', async () => {
    const mirrored = await mirrorOf({ detections: [], risky: [] }, 90);
    const { source, upstream } = open({ detections: [] }, mirrored.mirror);
    const acted = toRiskyUser(
      riskyUserRow.parse({ id: guid(1), riskState: 'dismissed', riskLastUpdatedDateTime: now }),
    );
    await mirrored.feed.observe('riskyUser', [acted], 'MUTATION');
    await settle();
    expect((await source.riskEventsOfUser({ id: guid(1) })).info.source).toBe('UPSTREAM');
    expect((await source.riskEventsOfUser({ id: guid(2) })).info.source).toBe('MIRROR');
    expect(upstream.requests).toBe(1);
    await mirrored.sweep({}, 'riskEvent');
    await mirrored.sweep({}, 'riskEvent');
    expect((await source.riskEventsOfUser({ id: guid(1) })).info.source).toBe('MIRROR');
    await mirrored.stop();
  });
});
