import { ODataSyntaxError } from './errors.js';

/** One key of `$orderby`. */
export interface OrderKey {
  readonly property: string;
  readonly descending: boolean;
}

/**
 * Reads `$orderby`: names separated by commas, each with an optional `asc` or `desc`.
 * @throws {ODataSyntaxError} when it is anything else.
 */
export function parseOrderBy(text: string): OrderKey[] {
  return text.split(',').map((part) => {
    const match = /^\s*([A-Za-z_][\w/]*)(?:\s+(asc|desc))?\s*$/i.exec(part);
    if (match === null) throw new ODataSyntaxError(`Syntax error in $orderby: '${part.trim()}'.`, 0);
    return { property: match[1] as string, descending: match[2]?.toLowerCase() === 'desc' };
  });
}
