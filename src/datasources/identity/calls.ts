import { z } from 'zod';
import type { RiskEvent } from '../../schema/types/riskEvent.type.js';
import type { RiskyUser, RiskyUserHistoryItem } from '../../schema/types/riskyUser.type.js';
import type { CallScope, Page, Upstream, UpstreamCall } from '../../upstream/contract.js';
import { parsePage } from '../../upstream/odata.js';
import { toPathSegment } from '../pathSegment.js';
import { toRiskEvent, toRiskyUser, toRiskyUserHistoryItem } from './map.js';
import { riskDetectionRow, riskyUserHistoryRow, riskyUserRow } from './wire.js';

/**
 * Calls to Microsoft Graph's Identity Protection. It takes one call a second from all applications of a tenant
 * together, so every list asks for the largest page.
 * @see https://learn.microsoft.com/graph/api/riskdetection-list
 * @see https://learn.microsoft.com/graph/api/riskyuser-list
 */
const detectionsPath = '/v1.0/identityProtection/riskDetections';
const riskyUsersPath = '/v1.0/identityProtection/riskyUsers';
/** More than 500 rows a page answers 400. */
const maxTop = '500';
const detectionPermission = 'IdentityRiskEvent.Read.All';
const riskyUserPermission = 'IdentityRiskyUser.Read.All';
const actionPermission = 'IdentityRiskyUser.ReadWrite.All';

const parseRiskEvent = (row: unknown): RiskEvent => toRiskEvent(riskDetectionRow.parse(row));
const parseRiskyUser = (row: unknown): RiskyUser => toRiskyUser(riskyUserRow.parse(row));
const parseHistoryItem = (row: unknown): RiskyUserHistoryItem => toRiskyUserHistoryItem(riskyUserHistoryRow.parse(row));

/** Length of the longest list URL without its filter. */
export const listUrlCharacters = `${detectionsPath}?$top=${maxTop}&$filter=`.length;

/** Risk detections in no particular order; the API has no `$orderby`, `$skip` or `$count`. */
export function riskDetectionsCall(filter: string | undefined): UpstreamCall<Page<RiskEvent>> {
  return {
    operation: 'identity.riskDetections.list',
    method: 'GET',
    path: detectionsPath,
    query: toQuery(filter),
    permission: detectionPermission,
    parse: (body) => parsePage(body, parseRiskEvent),
  };
}

/** @throws {UserInputError} when the text cannot be an id. */
export function riskDetectionCall(id: string): UpstreamCall<RiskEvent> {
  return {
    operation: 'identity.riskDetections.get',
    method: 'GET',
    path: `${detectionsPath}/${toPathSegment(id)}`,
    permission: detectionPermission,
    parse: (body) => parseRiskEvent(unwrap(body)),
  };
}

/** Risky users in no particular order. */
export function riskyUsersCall(filter: string | undefined): UpstreamCall<Page<RiskyUser>> {
  return {
    operation: 'identity.riskyUsers.list',
    method: 'GET',
    path: riskyUsersPath,
    query: toQuery(filter),
    permission: riskyUserPermission,
    parse: (body) => parsePage(body, parseRiskyUser),
  };
}

/** @throws {UserInputError} when the text cannot be an id. */
export function riskyUserCall(id: string): UpstreamCall<RiskyUser> {
  return {
    operation: 'identity.riskyUsers.get',
    method: 'GET',
    path: `${riskyUsersPath}/${toPathSegment(id)}`,
    permission: riskyUserPermission,
    parse: (body) => parseRiskyUser(unwrap(body)),
  };
}

/** @throws {UserInputError} when the text cannot be an id. */
export function riskyUserHistoryCall(id: string): UpstreamCall<Page<RiskyUserHistoryItem>> {
  return {
    operation: 'identity.riskyUsers.history',
    method: 'GET',
    path: `${riskyUsersPath}/${toPathSegment(id)}/history`,
    permission: riskyUserPermission,
    parse: (body) => parsePage(body, parseHistoryItem),
  };
}

/**
 * An action on up to 60 users, answered without a body. It is an act, so that it is never repeated when its outcome is
 * unclear.
 * @param verb Last segment of the path, such as `dismiss`.
 */
export function riskActionCall(verb: string, userIds: readonly string[]): UpstreamCall<undefined> {
  return {
    operation: `identity.riskyUsers.${verb}`,
    method: 'POST',
    path: `${riskyUsersPath}/${verb}`,
    body: { userIds },
    safeToRepeat: false,
    permission: actionPermission,
    parse: () => undefined,
  };
}

/** Rows of a list that was read to its end or to the page limit. */
export interface ReadRows<T> {
  /** Each id once: pages are known to repeat rows. */
  readonly rows: readonly T[];
  /** False when the page limit ended the reading. */
  readonly whole: boolean;
  readonly pages: number;
  /** Age of the oldest page. */
  readonly asOf: string;
}

/** Reads a list page by page, at most `maxPages`. */
export async function readRows<T extends { readonly id: string }>(
  call: UpstreamCall<Page<T>>,
  upstream: Upstream,
  scope: CallScope,
  maxPages: number,
): Promise<ReadRows<T>> {
  const rows = new Map<string, T>();
  let pages = 0;
  let asOf = '';
  let whole = true;
  for await (const answer of upstream.pages(call, scope)) {
    for (const row of answer.value.rows) rows.set(row.id, row);
    pages += 1;
    asOf ||= answer.asOf;
    whole = answer.value.nextLink === undefined;
    if (whole || pages >= maxPages) break;
  }
  return { rows: [...rows.values()], whole, pages, asOf };
}

const wrapped = z.looseObject({
  value: z.union([
    z
      .array(z.unknown())
      .length(1)
      .transform(([only]) => only),
    z.looseObject({}),
  ]),
});

/** One published example wraps a single entity in `value`. */
function unwrap(body: unknown): unknown {
  const parsed = wrapped.safeParse(body);
  return parsed.success ? parsed.data.value : body;
}

function toQuery(filter: string | undefined): Record<string, string> {
  return { $top: maxTop, ...(filter === undefined ? {} : { $filter: filter }) };
}
