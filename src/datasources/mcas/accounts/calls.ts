import type { UpstreamCall } from '../../../upstream/contract.js';
import { toPathSegment } from '../../pathSegment.js';
import { pageLimit } from '../calls.js';
import type { McasFilters } from '../operators.js';
import type { McasPage } from '../wireParts.js';
import type { AccountKey } from './accountKey.js';
import { type AccountWire, parseAccount, parseAccountPage, parseTree } from './wire.js';

const path = '/api/v1/entities/';
const permission = 'Investigation.read';

/** By name, so that pages follow each other. Sent as POST, which changes nothing and may be repeated. */
export function listAccountsCall(filters: McasFilters, skip: number): UpstreamCall<McasPage<AccountWire>> {
  return {
    operation: 'mcas.entities.list',
    method: 'POST',
    path,
    body: { filters, skip, limit: pageLimit, sortField: 'username', sortDirection: 'asc' },
    safeToRepeat: true,
    permission,
    parse: parseAccountPage,
  };
}

export function getAccountCall(key: AccountKey): UpstreamCall<AccountWire> {
  return {
    operation: 'mcas.entities.get',
    method: 'GET',
    path: `${path}${toEntityPath(key)}/`,
    permission,
    parse: parseAccount,
  };
}

export function retrieveTreeCall(key: AccountKey): UpstreamCall<readonly AccountWire[]> {
  return {
    operation: 'mcas.entities.tree',
    method: 'GET',
    path: `${path}${toEntityPath(key)}/retrieve_tree/`,
    permission,
    parse: parseTree,
  };
}

/** The upstream names an entity by the base64 of its key. */
function toEntityPath({ id, saas, inst }: AccountKey): string {
  return toPathSegment(Buffer.from(JSON.stringify({ id, saas, inst })).toString('base64'));
}
