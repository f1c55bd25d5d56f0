import { randomUUID } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { compileFilter } from '../../odata/compileFilter.js';
import { parseFilter } from '../../odata/parseFilter.js';
import { parseOrderBy } from '../../odata/parseOrderBy.js';
import type { Row } from '../../tenant/Tenant.js';
import type { GraphContext } from '../GraphContext.js';
import { badRequest } from '../GraphError.js';
import { buildPresenter } from '../present.js';
import { type QueryOptions, readCount, readInteger, readQueryOptions } from '../queryOptions.js';
import { sortRows } from '../sortRows.js';

/** A provider that returns its rows whatever `$filter` says. */
const filterlessProvider = 'Office 365 Security and Compliance';

/** Offsets that `$skiptoken`s stand for; the tokens themselves are GUIDs that say nothing. */
export type LegacyPages = Map<string, number>;

/**
 * Joins the providers' answers. `$top` and `$skip` go to each provider, so k providers may return k × `$top` rows.
 * @throws {GraphError} 400.
 * @see https://learn.microsoft.com/graph/api/alert-list
 */
export function listLegacyAlerts(
  request: FastifyRequest,
  reply: FastifyReply,
  graph: GraphContext,
  pages: LegacyPages,
): Row {
  const resource = graph.resources.legacyAlerts;
  const options = readQueryOptions(request.originalUrl);
  const top = Math.min(readInteger(options, 'top') ?? resource.paging.defaultSize, resource.paging.maxTop);
  const start = readStart(options, resource.paging.maxSkip ?? 0, pages);
  const order = options.orderby === undefined ? resource.defaultOrder : parseOrderBy(options.orderby);
  const presenter = buildPresenter(resource, options, request, reply);
  const providers = groupByProvider(matchingRows(options, graph)).map((rows) => sortRows(rows, order, resource.filter));
  const shown = providers.flatMap((rows) => rows.slice(start, start + top).map(({ row }) => row));
  const hasMore = providers.some((rows) => rows.length > start + top);
  const total = providers.reduce((sum, rows) => sum + rows.length, 0);
  return {
    '@odata.context': `${graph.urls.graph}/v1.0/$metadata#security/alerts`,
    ...(readCount(options) ? { '@odata.count': total } : {}),
    ...(hasMore && top > 0 ? { '@odata.nextLink': nextLink(request, graph, pages, start + top) } : {}),
    value: sortRows(shown, order, resource.filter).map(({ row }) => presenter.present(row)),
  };
}

function matchingRows(options: QueryOptions, graph: GraphContext): Row[] {
  const resource = graph.resources.legacyAlerts;
  const rows = [...graph.store.rows(resource, 'list')];
  if (options.filter === undefined) return rows;
  const predicate = compileFilter(parseFilter(options.filter), resource.filter);
  return rows.filter((row) => providerOf(row) === filterlessProvider || predicate(row));
}

function groupByProvider(rows: readonly Row[]): Row[][] {
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const provider = providerOf(row);
    const group = groups.get(provider);
    if (group === undefined) groups.set(provider, [row]);
    else group.push(row);
  }
  return [...groups.values()];
}

function providerOf(row: Row): string {
  return String((row.vendorInformation as { provider?: unknown } | null | undefined)?.provider ?? '');
}

function readStart(options: QueryOptions, maxSkip: number, pages: LegacyPages): number {
  if (options.skiptoken !== undefined) {
    const start = pages.get(options.skiptoken);
    if (start === undefined) throw badRequest('The skip token is not valid.');
    return start;
  }
  const skip = readInteger(options, 'skip') ?? 0;
  if (skip > maxSkip) throw badRequest(`$skip=${skip} cannot exceed ${maxSkip}`);
  return skip;
}

function nextLink(request: FastifyRequest, graph: GraphContext, pages: LegacyPages, start: number): string {
  const token = randomUUID();
  if (pages.size > 10_000) pages.clear();
  pages.set(token, start);
  const at = request.originalUrl.indexOf('?');
  const path = at < 0 ? request.originalUrl : request.originalUrl.slice(0, at);
  const kept = (at < 0 ? '' : request.originalUrl.slice(at + 1))
    .split('&')
    .filter((part) => part !== '' && !/^(?:\$|%24)?(?:skip|skiptoken)=/i.test(part));
  return `${graph.urls.graph}${path}?${[...kept, `$skiptoken=${token}`].join('&')}`;
}
