import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Row } from '../tenant/Tenant.js';
import { badRequest } from './GraphError.js';
import { wording } from './hiddenWords.js';
import { type QueryOptions, readNames } from './queryOptions.js';
import type { Resource } from './Resource.js';

/** Shapes rows as the caller asked: selected properties, sentinel words. */
export interface Presenter {
  /** Canonical names, or `undefined` without `$select`. */
  readonly selected: readonly string[] | undefined;
  present(row: Row): Row;
  /** Applies the sentinel alone. */
  word(row: Row): Row;
}

/** @throws {GraphError} 400 when `$select` names something that the type does not have. */
export function buildPresenter(
  resource: Resource,
  options: QueryOptions,
  request: FastifyRequest,
  reply: FastifyReply,
): Presenter {
  const selected = readSelect(resource, options);
  const names = selected ?? resource.defaultProperties;
  const word = wording(request, reply);
  return { selected, word, present: (row) => word(names === undefined ? row : pick(row, names)) };
}

function readSelect(resource: Resource, options: QueryOptions): string[] | undefined {
  const names = readNames(options, 'select');
  if (names === undefined || names.length === 0 || names.includes('*')) return undefined;
  return names.map((name) => {
    const known = resource.properties.find((property) => property.toLowerCase() === name.toLowerCase());
    if (known !== undefined) return known;
    throw badRequest(
      `Parsing OData Select and Expand failed: Could not find a property named '${name}' on type '${resource.typeName}'.`,
    );
  });
}

/** Absent members read null, as the service writes them. */
function pick(row: Row, names: readonly string[]): Row {
  return Object.fromEntries(names.map((name) => [name, row[name] ?? null]));
}
