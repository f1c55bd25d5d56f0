import type { UpstreamCall } from '../../../upstream/contract.js';
import { toPathSegment } from '../../pathSegment.js';
import { pageLimit } from '../calls.js';
import type { McasFilters } from '../operators.js';
import type { McasPage } from '../wireParts.js';
import { type IPRangeWire, parseIPRangePage, parseNewId } from './wire.js';

const path = '/api/v1/subnet/';
const writePermission = 'Investigation.manage';

/** By name. Sent as POST, which changes nothing and may be repeated. */
export function listIPRangesCall(filters: McasFilters, skip: number): UpstreamCall<McasPage<IPRangeWire>> {
  return {
    operation: 'mcas.subnets.list',
    method: 'POST',
    path,
    body: { filters, skip, limit: pageLimit, sortField: 'name', sortDirection: 'asc' },
    safeToRepeat: true,
    permission: 'Investigation.read',
    parse: parseIPRangePage,
  };
}

/** Everything that a range is; what is left out becomes empty. */
export interface IPRangeBody {
  readonly name: string;
  readonly category: number;
  /** As they were typed. */
  readonly subnets: readonly string[];
  readonly organization?: string;
  readonly overrideOrganization?: boolean;
  /** Names, or tags as they were read. */
  readonly tags?: readonly unknown[];
}

export function createIPRangeCall(body: IPRangeBody): UpstreamCall<string> {
  return {
    operation: 'mcas.subnets.create',
    method: 'POST',
    path: `${path}create_rule/`,
    body,
    permission: writePermission,
    parse: parseNewId,
  };
}

/** The answer's body is undocumented and not looked at. */
export function updateIPRangeCall(id: string, body: IPRangeBody): UpstreamCall<undefined> {
  return {
    operation: 'mcas.subnets.update',
    method: 'POST',
    path: `${path}${toPathSegment(id)}/update_rule/`,
    body,
    permission: writePermission,
    parse: () => undefined,
  };
}

/** The answer's body is undocumented and not looked at. */
export function deleteIPRangeCall(id: string): UpstreamCall<undefined> {
  return {
    operation: 'mcas.subnets.delete',
    method: 'DELETE',
    path: `${path}${toPathSegment(id)}/`,
    permission: writePermission,
    parse: () => undefined,
  };
}
