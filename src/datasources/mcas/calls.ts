import type { CallScope, UpstreamCall } from '../../upstream/contract.js';
import { toPathSegment } from '../pathSegment.js';
import { type EpochSpan, type McasFilters, withDate } from './operators.js';
import { type ActivityPage, type ActivityWire, parseActivity, parseActivityPage } from './wire.js';

const path = '/api/v1/activities/';
const permission = 'Investigation.read';

/** The documented cap of rows per answer. */
export const pageLimit = 100;
/** Microsoft's own PowerShell module never asks beyond this offset plus limit. */
export const maxSkip = 5_000 - pageLimit;
/** The ordinary activity list reaches back about this far. */
export const listWindowMs = 30 * 24 * 3_600_000;

/** Newest first. The lists are sent as POST, which changes nothing and may be repeated. */
export function listActivitiesCall(filters: McasFilters, date: EpochSpan, skip: number): UpstreamCall<ActivityPage> {
  return {
    operation: 'mcas.activities.list',
    method: 'POST',
    path,
    body: {
      filters: withDate(filters, date),
      skip,
      limit: pageLimit,
      sortField: 'date',
      sortDirection: 'desc',
    },
    safeToRepeat: true,
    permission,
    parse: parseActivityPage,
  };
}

export function getActivityCall(id: string): UpstreamCall<ActivityWire> {
  return {
    operation: 'mcas.activities.get',
    method: 'GET',
    path: `${path}${toPathSegment(id)}/`,
    permission,
    parse: parseActivity,
  };
}

/** The earlier of two open ends. */
export function earlier(a: number | undefined, b: number | undefined): number | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return Math.min(a, b);
}

/**
 * Counts the calls of each operation: the tenant has 30 a minute for everybody, so one operation takes at most 12.
 * Keyed by request id, so that a refresh behind an answer counts for itself.
 */
export class CallAllowance {
  private readonly used = new Map<string, number>();

  constructor(private readonly callsPerOperation = 12) {}

  /** Takes one call if there is one left. */
  take(scope: CallScope): boolean {
    const used = this.used.get(scope.requestId) ?? 0;
    if (used >= this.callsPerOperation) return false;
    this.used.set(scope.requestId, used + 1);
    return true;
  }
}
