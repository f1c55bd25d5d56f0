import type { Cached } from '../../cache/contract.js';
import { compareInstants } from '../../time/instant.js';
import type { AnswerWarning } from '../../upstream/contract.js';
import type { RowsInfo } from './connection.js';

/** What is true of rows put together from several answers: the oldest age, and every flaw of any part. */
export function mergeRowsInfo(parts: readonly RowsInfo[], whenEmptyAsOf: string): RowsInfo {
  const oldest = parts.reduce<string | undefined>(
    (asOf, part) => (asOf === undefined || compareInstants(part.asOf, asOf) < 0 ? part.asOf : asOf),
    undefined,
  );
  return {
    asOf: oldest ?? whenEmptyAsOf,
    source: parts.some((part) => part.source === 'UPSTREAM') ? 'UPSTREAM' : 'CACHE',
    stale: parts.some((part) => part.stale === true),
    truncated: parts.some((part) => part.truncated === true),
    warnings: uniqueWarnings(parts.flatMap((part) => part.warnings ?? [])),
  };
}

/** The truth about one cached value. */
export function toRowsInfo(cached: Cached<unknown>, warnings: readonly AnswerWarning[] = []): RowsInfo {
  return {
    asOf: cached.asOf,
    source: cached.source,
    stale: cached.stale,
    truncated: warnings.some((warning) => warning.code === 'TRUNCATED'),
    warnings,
  };
}

function uniqueWarnings(warnings: readonly AnswerWarning[]): AnswerWarning[] {
  return [
    ...new Map(warnings.map((warning) => [`${warning.code} ${warning.upstream} ${warning.message}`, warning])).values(),
  ];
}
