import type { Row } from '../tenant/Tenant.js';
import { badRequest } from './GraphError.js';

/**
 * Reads a directory `$search`: quoted `"property:text"` clauses joined with `AND` and `OR`. Words of a display name match by
 * their beginning, any other property by its own.
 * @throws {GraphError} 400 for anything else.
 * @see https://learn.microsoft.com/graph/search-query-parameter#using-search-on-directory-object-collections
 */
export function parseDirectorySearch(text: string): (row: Row) => boolean {
  const alternatives = text
    .split(between('OR'))
    .map((alternative) => alternative.split(between('AND')).map(parseClause));
  return (row) => alternatives.some((clauses) => clauses.every((clause) => clause(row)));
}

/** The word between two clauses; the same word inside quotes is text. */
function between(word: string): RegExp {
  return new RegExp(`\\s+${word}\\s+(?=\\(*")`);
}

function parseClause(text: string): (row: Row) => boolean {
  const match = /^\(*"(\w+):([^"]*)"\)*$/.exec(text.trim());
  if (match === null) {
    throw badRequest(
      `Unrecognized query argument specified: '${text.trim()}'. Clauses must have the form "property:text".`,
      'Request_UnsupportedQuery',
    );
  }
  const [, property = '', wanted = ''] = match;
  const words = wanted
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  return (row) => {
    const value = String(row[property] ?? '').toLowerCase();
    if (property !== 'displayName') return value.startsWith(wanted.toLowerCase());
    const parts = value.split(/[\s\-.,_]+/);
    return words.every((word) => parts.some((part) => part.startsWith(word)));
  };
}
