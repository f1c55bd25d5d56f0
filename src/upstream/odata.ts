import { z } from 'zod';
import { fromTicks, toTicks } from '../time/instant.js';
import type { Page } from './contract.js';

const collection = z.looseObject({
  value: z.array(z.unknown()),
  '@odata.nextLink': z.string().nullish(),
  '@odata.count': z.number().int().nonnegative().nullish().catch(null),
});

/**
 * Reads one page of an OData collection. A row that does not parse makes the whole page fail: a list that silently lacks
 * rows is worse than none.
 * @throws when the body is no collection, or what `parseRow` throws.
 */
export function parsePage<T>(body: unknown, parseRow: (row: unknown) => T): Page<T> {
  const page = collection.parse(body);
  const nextLink = page['@odata.nextLink'];
  const count = page['@odata.count'];
  return {
    rows: page.value.map(parseRow),
    ...(nextLink ? { nextLink } : {}),
    ...(typeof count === 'number' ? { count } : {}),
  };
}

/** A string literal of a filter: in single quotes, those within doubled. */
export function odataString(value: string): string {
  return `'${value.replaceAll("'", "''")}'`;
}

/**
 * A date-time literal of a filter: UTC, without quotes, with all digits.
 * @throws {RangeError} when `instant` is not RFC 3339.
 */
export function odataDate(instant: string): string {
  const ticks = toTicks(instant);
  if (ticks === undefined) throw new RangeError('A filter date must be RFC 3339.');
  return fromTicks(ticks);
}
