import { odataString } from '../../upstream/odata.js';

/**
 * Text of OData filters: literals and the limits that Microsoft Graph puts on them.
 * @see https://learn.microsoft.com/graph/query-parameters
 */

/** At most this many values in one `in (…)` and clauses in one `or` chain. */
export const maxValuesPerFilter = 15;

/** Advanced queries refuse URLs above 2,048 characters; the host takes its part of them. */
export const maxUrlCharacters = 2_000;

/** Replaces halves of surrogate pairs, which no URL encoder takes. */
export function toWellFormed(text: string): string {
  return text.replace(/\p{Surrogate}/gu, '\uFFFD');
}

/** A text literal, safe for every encoder. */
export function textLiteral(value: string): string {
  return odataString(toWellFormed(value));
}

/** `a eq 'x' or a eq 'y'`; in parentheses, so that it can stand beside an `and`. */
export function anyOf(property: string, values: readonly string[]): string {
  const clauses = values.map((value) => `${property} eq ${textLiteral(value)}`);
  return clauses.length === 1 ? (clauses[0] as string) : `(${clauses.join(' or ')})`;
}

/** Length of a text in a URL by the strictest of the usual encoders, which escapes quotes and parentheses too. */
export function encodedLength(text: string): number {
  return encodeURIComponent(toWellFormed(text)).replace(/[!'()*~]/g, '%27').length;
}

/**
 * Cuts values into the fewest runs that fit one filter each; the order stays.
 * @param fixedCharacters Encoded length of the rest of the URL.
 * @param charactersOf Encoded length that a value adds.
 */
export function chunkForFilter(
  values: readonly string[],
  fixedCharacters: number,
  charactersOf: (value: string) => number,
): string[][] {
  const chunks: string[][] = [];
  let used = Number.POSITIVE_INFINITY;
  for (const value of values) {
    const added = charactersOf(value);
    const last = chunks.at(-1);
    if (last !== undefined && last.length < maxValuesPerFilter && used + added <= maxUrlCharacters) {
      last.push(value);
      used += added;
    } else {
      chunks.push([value]);
      used = fixedCharacters + added;
    }
  }
  return chunks;
}
