import type { FastifyRequest } from 'fastify';
import type { FilterNode } from '../odata/ast.js';
import { longestAlternative, longestList, someNode } from '../odata/measureFilter.js';
import { badRequest, type GraphError } from './GraphError.js';
import { type QueryOptions, readCount } from './queryOptions.js';

const maxClauses = 15;
const maxAdvancedUrl = 2048;

/** Whether the caller asked for the advanced index. @see https://learn.microsoft.com/graph/aad-advanced-queries */
export function isAdvanced(request: FastifyRequest, options: QueryOptions): boolean {
  return String(request.headers.consistencylevel ?? '').toLowerCase() === 'eventual' && readCount(options);
}

/**
 * Refuses what the directory answers only with `ConsistencyLevel: eventual` and `$count=true`, and filters that are too long.
 * @throws {GraphError} 400.
 */
export function checkDirectoryQuery(
  request: FastifyRequest,
  options: QueryOptions,
  filter: FilterNode | undefined,
  orLimit: boolean,
): void {
  const advanced = isAdvanced(request, options);
  if (filter !== undefined) checkLength(filter, orLimit);
  if (advanced && request.originalUrl.length > maxAdvancedUrl)
    throw badRequest('The request URL is too long.', 'Request_BadRequest');
  if (advanced) return;
  if (options.search !== undefined) {
    throw unsupported(
      "Request with $search query parameter only works through MSGraph with a special request header: 'ConsistencyLevel: eventual'",
    );
  }
  if (filter !== undefined && someNode(filter, needsIndex)) {
    throw unsupported(
      'Operator is not supported because the required parameters might be missing. Try adding $count=true query parameter and ConsistencyLevel:eventual header.',
    );
  }
  if (filter !== undefined && options.orderby !== undefined)
    throw unsupported('Sorting not supported for current query.');
}

function needsIndex(node: FilterNode): boolean {
  if (node.kind === 'not') return true;
  if (node.kind === 'compare') return node.operator === 'ne';
  return node.kind === 'function' && node.name === 'endswith';
}

function checkLength(filter: FilterNode, orLimit: boolean): void {
  const length = Math.max(longestList(filter), orLimit ? longestAlternative(filter) : 0);
  if (length <= maxClauses) return;
  throw unsupported(
    `Too many child clauses specified in search filter expression containing 'OR' operators: ${length}. Max allowed: ${maxClauses}.`,
  );
}

function unsupported(message: string): GraphError {
  return badRequest(message, 'Request_UnsupportedQuery');
}
