import { createCache } from '../../../../src/cache/createCache.js';
import { McasActivitiesDataSource } from '../../../../src/datasources/mcas/McasActivitiesDataSource.js';
import { silentLogger } from '../../../../src/observability/logger.js';
import { createManualClock } from '../../cache/manualClock.js';
import { buildScope, FakeUpstream, type SeenCall, type Service } from '../support/fakeUpstream.js';

export const now = Date.parse('2026-11-21T08:00:00Z');

/** A row of the fake upstream: `owner` is what its `user.username` filter matches, however the row shows the user. */
export interface Row {
  readonly owner: string;
  readonly body: Readonly<Record<string, any>>;
}

/** Ways in which rows show their user. */
export const namings = ['user', 'failed', 'actor', 'entity', 'array'] as const;

export function row(id: string, owner: string, timestamp: number, naming: (typeof namings)[number] = 'user'): Row {
  const upn = naming === 'user' ? owner.toUpperCase() : owner;
  const named = {
    user: { user: { userName: upn, userTags: [] } },
    failed: { user: {}, failedUserData: { userName: upn } },
    actor: { user: {}, resolvedActor: { name: upn, saasId: '11161', instanceId: '0' } },
    entity: { user: {}, entityData: { 0: { displayName: 'X', id: { id: upn, saas: 11161, inst: 0 } }, 1: null } },
    array: { user: {}, entityData: [null, { displayName: 'X', id: { id: upn, saas: '11161', inst: 0 } }] },
  }[naming];
  return { owner, body: { _id: id, timestamp, ...named } };
}

/** Answers activity lists as Cloud Apps does: newest first, equal times in any order, at most `pageRows` rows. */
export function activityService(rows: readonly Row[], pageRows = 100): Service {
  const sorted = [...rows].sort((a, b) => b.body.timestamp - a.body.timestamp);
  return (call) => {
    if (call.method === 'GET')
      return rows.find(({ body }) => call.path.endsWith(`/${encodeURIComponent(body._id)}/`))?.body;
    const matching = sorted.filter((candidate) => matches(candidate, call.body.filters));
    const page = matching.slice(call.body.skip, call.body.skip + Math.min(call.body.limit, pageRows));
    return {
      data: page.map(({ body }) => body),
      hasNext: call.body.skip + page.length < matching.length,
      total: matching.length,
    };
  };
}

function matches({ owner, body }: Row, filters: SeenCall['body']): boolean {
  const users: string[] | undefined = filters['user.username']?.eq;
  const ids: string[] | undefined = filters['activity.id']?.eq;
  const { gte = Number.NEGATIVE_INFINITY, lte = Number.POSITIVE_INFINITY } = filters.date ?? {};
  const isOfUsers = users === undefined || users.some((user) => user.toLowerCase() === owner.toLowerCase());
  return isOfUsers && (ids === undefined || ids.includes(body._id)) && body.timestamp >= gte && body.timestamp <= lte;
}

/** A fresh datasource per operation over one cache and one upstream. */
export function setUp(service: Service) {
  const upstream = new FakeUpstream('MCAS', service);
  const clock = createManualClock(now);
  const cache = createCache({ clock, logger: silentLogger, random: () => 0 });
  const operation = () => {
    const scope = { ...buildScope(), requestId: crypto.randomUUID() };
    return { source: new McasActivitiesDataSource({ upstream, cache, clock }, scope), scope };
  };
  return { upstream, clock, cache, operation };
}

/** A small seeded generator, so that counts of calls are exact. */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
