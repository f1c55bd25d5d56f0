import type { MirrorOrder } from '../../mirror/MirrorTable.js';
import type { IncidentFilter, IncidentOrder } from '../../schema/inputs/incidentFilter.input.js';
import type { Incident } from '../../schema/types/incident.type.js';
import type { CallScope, Page, Upstream, UpstreamAnswer, UpstreamCall } from '../../upstream/contract.js';
import type { WalkableList, WalkRead, WalkRows } from '../paging/keysetWalk.js';
import { type CompiledIncidentFilter, toInstantLiteral } from './filter.js';
import { toIncident } from './map.js';
import { type IncidentWire, parseIncidentPage } from './wire.js';

export const incidentPermission = 'SecurityIncident.Read.All';
export const incidentsPath = '/v1.0/security/incidents';

/** Above 50 the upstream answers 400; an offset above 500 too. */
const maxTop = 50;
const maxSkip = 500;

/** One list of incidents as a caller asks for it. */
export interface IncidentList {
  readonly filter?: IncidentFilter | null;
  readonly orderBy: IncidentOrder;
}

const orders = {
  CREATED_DESC: { property: 'createdDateTime', direction: 'desc' },
  CREATED_ASC: { property: 'createdDateTime', direction: 'asc' },
  LAST_UPDATE_DESC: { property: 'lastUpdateDateTime', direction: 'desc' },
  LAST_UPDATE_ASC: { property: 'lastUpdateDateTime', direction: 'asc' },
} as const;

interface ListingOptions {
  readonly orderBy: IncidentOrder;
  readonly filter: CompiledIncidentFilter;
  readonly first: number;
  /** Whether the first read asks how many incidents match in all. */
  readonly count: boolean;
}

/** The upstream's list in the form that {@link walkKeysetPage} pages through. */
export function walkableIncidents(
  upstream: Upstream,
  scope: CallScope,
  options: ListingOptions,
): WalkableList<Incident> {
  const { property, direction } = orders[options.orderBy];
  const limit = Math.min(maxTop, options.first + 3);
  let callsLeft = 2 * Math.ceil((options.first + 1) / limit) + Math.ceil(maxSkip / limit) + 2;
  let count = options.count;
  return {
    direction,
    orderOf: (incident) => incident[property] ?? '',
    idOf: (incident) => incident.id,
    limit,
    maxSkip,
    mayCall: () => callsLeft-- > 0,
    read: async (request) => {
      const bound = boundTerms(property, direction, request);
      const call = listCall([...options.filter.terms, ...bound], {
        ...request,
        orderby: `${property} ${direction}`,
        count,
      });
      count = false;
      return toRows(await firstRows(upstream, call, scope), request.limit);
    },
  };
}

/** The value that an order compares; empty when the incident has none. */
export function orderValue(incident: Incident, orderBy: IncidentOrder): string {
  return incident[orders[orderBy].property] ?? '';
}

/** The same order in the terms of the mirror. */
export function mirrorOrderOf(orderBy: IncidentOrder): {
  readonly order: MirrorOrder;
  readonly direction: 'asc' | 'desc';
} {
  const { property, direction } = orders[orderBy];
  return { order: property === 'createdDateTime' ? 'created' : 'updated', direction };
}

/** Asks how many incidents match, with the least data. */
export function countCall(filter: CompiledIncidentFilter): UpstreamCall<Page<IncidentWire>> {
  return listCall(filter.terms, { orderby: 'createdDateTime desc', limit: 1, skip: 0, count: true });
}

function boundTerms(property: string, direction: 'asc' | 'desc', request: WalkRead): string[] {
  if (request.bound === undefined) return [];
  const operator = { asc: request.exclusive ? 'gt' : 'ge', desc: request.exclusive ? 'lt' : 'le' }[direction];
  return [`${property} ${operator} ${toInstantLiteral(request.bound)}`];
}

interface ListCallOptions {
  readonly orderby: string;
  readonly limit: number;
  readonly skip: number;
  readonly count: boolean;
}

function listCall(terms: readonly string[], options: ListCallOptions): UpstreamCall<Page<IncidentWire>> {
  return {
    operation: 'incidents.list',
    method: 'GET',
    path: incidentsPath,
    query: {
      ...(terms.length > 0 ? { $filter: terms.join(' and ') } : {}),
      $orderby: options.orderby,
      $top: String(options.limit),
      ...(options.skip > 0 ? { $skip: String(options.skip) } : {}),
      ...(options.count ? { $count: 'true' } : {}),
    },
    permission: incidentPermission,
    parse: parseIncidentPage,
  };
}

/** The first page that has rows: the upstream may send empty pages with a nextLink before it. */
async function firstRows(
  upstream: Upstream,
  call: UpstreamCall<Page<IncidentWire>>,
  scope: CallScope,
): Promise<UpstreamAnswer<Page<IncidentWire>>> {
  let last: UpstreamAnswer<Page<IncidentWire>> | undefined;
  for await (const answer of upstream.pages(call, scope)) {
    if (answer.value.rows.length > 0) return answer;
    last = answer;
  }
  return last ?? upstream.send(call, scope);
}

function toRows(answer: UpstreamAnswer<Page<IncidentWire>>, limit: number): WalkRows<Incident> {
  return {
    rows: answer.value.rows.map(toIncident),
    hasMore: answer.value.nextLink !== undefined || answer.value.rows.length >= limit,
    asOf: answer.asOf,
    warnings: answer.warnings,
    total: answer.value.count,
  };
}
