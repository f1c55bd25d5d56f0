import { createCache } from '../../../../src/cache/createCache.js';
import { McasAccountsDataSource } from '../../../../src/datasources/mcas/accounts/McasAccountsDataSource.js';
import { McasAlertMutations } from '../../../../src/datasources/mcas/alerts/McasAlertMutations.js';
import { McasAlertsDataSource } from '../../../../src/datasources/mcas/alerts/McasAlertsDataSource.js';
import { CallAllowance } from '../../../../src/datasources/mcas/calls.js';
import { McasDiscoveryDataSource } from '../../../../src/datasources/mcas/discovery/McasDiscoveryDataSource.js';
import { McasIPRangeMutations } from '../../../../src/datasources/mcas/ipRanges/McasIPRangeMutations.js';
import { McasIPRangesDataSource } from '../../../../src/datasources/mcas/ipRanges/McasIPRangesDataSource.js';
import { buildMemoryIdempotencyStore } from '../../../../src/datasources/mutations/buildMemoryIdempotencyStore.js';
import type { IdempotencyStore } from '../../../../src/datasources/mutations/IdempotencyStore.js';
import { KeyedLock } from '../../../../src/datasources/mutations/KeyedLock.js';
import { UpstreamError } from '../../../../src/errors/GatewayError.js';
import { silentLogger } from '../../../../src/observability/logger.js';
import { createManualClock } from '../../cache/manualClock.js';
import { buildScope, FakeUpstream, type SeenCall, type Service } from '../support/fakeUpstream.js';
import { now } from './support.js';

/** Fresh datasources per operation over one cache and one upstream. */
export function setUpCloudApps(service: Service, idempotency?: IdempotencyStore) {
  const upstream = new FakeUpstream('MCAS', service);
  const clock = createManualClock(now);
  const cache = createCache({ clock, logger: silentLogger, random: () => 0 });
  const locks = new KeyedLock();
  const caller = { principal: 'tenant ann', idempotency: idempotency ?? buildMemoryIdempotencyStore(clock) };
  const operation = () => {
    const scope = { ...buildScope(), requestId: crypto.randomUUID() };
    const deps = { upstream, cache, clock, allowance: new CallAllowance(), locks };
    const alerts = new McasAlertsDataSource(deps, scope);
    const ranges = new McasIPRangesDataSource(deps, scope);
    return {
      scope,
      alerts,
      ranges,
      accounts: new McasAccountsDataSource(deps, scope),
      discovery: new McasDiscoveryDataSource(deps, scope),
      alertMutations: new McasAlertMutations(alerts, caller),
      rangeMutations: new McasIPRangeMutations(ranges, caller),
    };
  };
  return { upstream, clock, cache, operation };
}

/** The n-th id of an alert. */
export function alertId(n: number): string {
  return n.toString(16).padStart(24, '0');
}

/** One page of a list by offset, of at most `pageRows` rows. */
export function pageOf(rows: readonly object[], call: SeenCall, pageRows = 100): object {
  const { skip, limit } = call.body;
  const data = rows.slice(skip, skip + Math.min(limit, pageRows));
  return { data, hasNext: skip + data.length < rows.length, total: rows.length, max: pageRows, moreThanTotal: false };
}

/** Answers lists and single reads of alerts as Cloud Apps does. */
export function alertService(rows: readonly Record<string, any>[], pageRows = 100): Service {
  return (call) => {
    if (call.method === 'GET') return rows.find(({ _id }) => call.path.endsWith(`/${_id}/`));
    const { filters } = call.body;
    const { gte = Number.NEGATIVE_INFINITY, lte = Number.POSITIVE_INFINITY } = filters.date ?? {};
    const ids: string[] | undefined = filters.id?.eq;
    const matching = rows
      .filter(({ _id, timestamp }) => (ids?.includes(_id) ?? true) && timestamp >= gte && timestamp <= lte)
      .sort((a, b) => b.timestamp - a.timestamp);
    return pageOf(matching, call, pageRows);
  };
}

/** A failure after which a write may have been carried out or not. */
export function lostAnswer(): UpstreamError {
  return new UpstreamError('UPSTREAM_UNAVAILABLE', 'broke', { upstream: 'MCAS' }, { effect: 'unknown' });
}

/** The upstream found the values wrong. */
export function refusal(): UpstreamError {
  return new UpstreamError('UPSTREAM_BAD_RESPONSE', 'odd', { upstream: 'MCAS' }, { effect: 'none', status: 400 });
}
