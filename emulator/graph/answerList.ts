import type { FastifyReply, FastifyRequest } from 'fastify';
import type { FilterNode } from '../odata/ast.js';
import { compileFilter } from '../odata/compileFilter.js';
import { parseFilter } from '../odata/parseFilter.js';
import { type OrderKey, parseOrderBy } from '../odata/parseOrderBy.js';
import type { Row } from '../tenant/Tenant.js';
import { checkDirectoryQuery, isAdvanced } from './directoryQuery.js';
import { expandRows } from './expandRows.js';
import type { GraphContext } from './GraphContext.js';
import { badRequest, GraphError } from './GraphError.js';
import { type PageToken, readPageToken, writePageToken } from './pageToken.js';
import { buildPresenter } from './present.js';
import { type QueryOptions, readCount, readInteger, readNames, readQueryOptions } from './queryOptions.js';
import type { Resource } from './Resource.js';
import { parseDirectorySearch } from './searchDirectory.js';
import { compareKeyed, type Keyed, sortRows } from './sortRows.js';

/**
 * Answers a collection with every option that the resource supports.
 * @param within rows to choose from, when not the whole collection.
 * @throws {GraphError} 400 for an option that the resource refuses.
 */
export function answerList(
  request: FastifyRequest,
  reply: FastifyReply,
  resource: Resource,
  graph: GraphContext,
  within?: Iterable<Row>,
): Row {
  const options = readQueryOptions(request.originalUrl);
  const page = readPage(resource, options);
  const order = readOrder(resource, options);
  const expanded = readExpand(resource, options);
  const presenter = buildPresenter(resource, options, request, reply);
  const matching = selectRows(request, resource, graph, options, within);
  const sorted = sortRows(matching, order, resource.filter);
  const start = page.token === undefined ? page.skip : positionAfter(sorted, page.token, order);
  const rows = sorted.slice(start, start + page.size);
  const last = rows.at(-1);
  const hasMore = start + page.size < sorted.length && last !== undefined;
  const link = hasMore && resource.paging.linksNext(options.top !== undefined);
  return {
    '@odata.context': contextOf(request, resource, presenter.selected, graph),
    ...(showsCount(resource, options, request, page.token) ? { '@odata.count': sorted.length } : {}),
    ...(link ? { '@odata.nextLink': nextLink(request, graph, last) } : {}),
    value: expandRows(
      rows.map(({ row }) => row),
      expanded,
      graph,
      'list',
    ).map(({ row, navigation }) => ({
      ...presenter.present(row),
      ...presenter.word(navigation),
    })),
  };
}

/** Number of the rows that `$filter` leaves, of the whole collection or of those `within`. */
export function countRows(
  request: FastifyRequest,
  resource: Resource,
  graph: GraphContext,
  within?: Iterable<Row>,
): number {
  const options = readQueryOptions(request.originalUrl);
  return [...selectRows(request, resource, graph, options, within)].length;
}

function selectRows(
  request: FastifyRequest,
  resource: Resource,
  graph: GraphContext,
  options: QueryOptions,
  within?: Iterable<Row>,
): Iterable<Row> {
  const filter = options.filter === undefined ? undefined : parseFilter(options.filter);
  const search = readSearch(request, resource, graph, options, filter);
  const kind = resource.directory === true && isAdvanced(request, options) ? 'index' : 'list';
  const predicate = filter === undefined ? undefined : compileFilter(filter, resource.filter);
  const all = within ?? graph.store.rows(resource, kind);
  if (predicate === undefined && search === undefined) return all;
  const matching: Row[] = [];
  for (const row of all) {
    if ((predicate?.(row) ?? true) && (search?.(row) ?? true)) matching.push(row);
  }
  return matching;
}

function readSearch(
  request: FastifyRequest,
  resource: Resource,
  graph: GraphContext,
  options: QueryOptions,
  filter: FilterNode | undefined,
): ((row: Row) => boolean) | undefined {
  if (resource.directory !== true) {
    if (options.search !== undefined) throw badRequest("Query option 'Search' is not allowed.");
    return undefined;
  }
  checkDirectoryQuery(request, options, filter, graph.switches.directoryOrLimit);
  return options.search === undefined ? undefined : parseDirectorySearch(options.search);
}

interface Page {
  readonly size: number;
  readonly skip: number;
  readonly token: PageToken | undefined;
}

function readPage(resource: Resource, options: QueryOptions): Page {
  const { paging } = resource;
  const top = readInteger(options, 'top');
  const token = options.skiptoken === undefined ? undefined : readPageToken(options.skiptoken);
  if (top !== undefined && paging.overMax !== 'clamp' && (top > paging.maxTop || top === 0)) {
    throw new GraphError(400, paging.overMax.code, paging.overMax.message(top));
  }
  return { size: Math.min(top ?? paging.defaultSize, paging.maxTop), skip: readSkip(resource, options), token };
}

function readSkip({ paging }: Resource, options: QueryOptions): number {
  const skip = readInteger(options, 'skip');
  if (skip === undefined) return 0;
  if (paging.maxSkip === undefined)
    throw badRequest("'$skip' is not supported by the service.", 'Request_UnsupportedQuery');
  if (skip > paging.maxSkip) throw badRequest(`$skip=${skip} cannot exceed ${paging.maxSkip}`);
  return skip;
}

function readOrder(resource: Resource, options: QueryOptions): readonly OrderKey[] {
  if (options.orderby === undefined) return resource.defaultOrder;
  return parseOrderBy(options.orderby).map((key) => {
    const known = resource.orderBy.find((name) => name.toLowerCase() === key.property.toLowerCase());
    if (known === undefined)
      throw badRequest(`The property '${key.property}' cannot be used in the $orderby query option.`);
    return { ...key, property: known };
  });
}

function readExpand(resource: Resource, options: QueryOptions): readonly string[] {
  return (readNames(options, 'expand') ?? []).map((name) => {
    const known = resource.expand?.find((candidate) => candidate.toLowerCase() === name.toLowerCase());
    if (known !== undefined) return known;
    throw badRequest(
      `Parsing OData Select and Expand failed: '${name}' is not a navigation property of '${resource.typeName}'.`,
    );
  });
}

function positionAfter(sorted: readonly Keyed[], token: PageToken, order: readonly OrderKey[]): number {
  const index = sorted.findIndex((keyed) => compareKeyed(keyed, token, order) > 0);
  return index < 0 ? sorted.length : index;
}

function showsCount(
  resource: Resource,
  options: QueryOptions,
  request: FastifyRequest,
  token: PageToken | undefined,
): boolean {
  if (!readCount(options) || resource.count === 'ignored') return false;
  if (resource.directory === true && !isAdvanced(request, options)) return false;
  return resource.count === 'everyPage' || token === undefined;
}

function nextLink(request: FastifyRequest, graph: GraphContext, last: Keyed): string {
  const start = request.originalUrl.indexOf('?');
  const path = start < 0 ? request.originalUrl : request.originalUrl.slice(0, start);
  const query = start < 0 ? '' : request.originalUrl.slice(start + 1);
  const kept = query.split('&').filter((part) => part !== '' && !/^(?:\$|%24)?(?:skip|skiptoken)=/i.test(part));
  const token = writePageToken({ id: last.id, keys: last.keys });
  return `${graph.urls.graph}${path}?${[...kept, `$skiptoken=${token}`].join('&')}`;
}

function contextOf(
  request: FastifyRequest,
  resource: Resource,
  selected: readonly string[] | undefined,
  graph: GraphContext,
): string {
  const version = request.originalUrl.split('/')[1] ?? 'v1.0';
  const suffix = selected === undefined ? '' : `(${selected.join(',')})`;
  return `${graph.urls.graph}/${version}/$metadata#${resource.path}${suffix}`;
}
