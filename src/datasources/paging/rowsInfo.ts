import type { AnswerSource } from '../../schema/types/answerInfo.type.js';
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
    source: mergeSources(parts),
    stale: parts.some((part) => part.stale === true),
    truncated: parts.some((part) => part.truncated === true),
    warnings: uniqueWarnings(parts.flatMap((part) => part.warnings ?? [])),
  };
}

/** The source that cost most, because it is why the answer took as long as it did. */
function mergeSources(parts: readonly RowsInfo[]): AnswerSource {
  if (parts.some((part) => part.source === 'UPSTREAM')) return 'UPSTREAM';
  return parts.length > 0 && parts.every((part) => part.source === 'MIRROR') ? 'MIRROR' : 'CACHE';
}

/** The truth about one answer, cached or mirrored. */
export function toRowsInfo(
  answer: Pick<RowsInfo, 'asOf' | 'source' | 'stale'>,
  warnings: readonly AnswerWarning[] = [],
): RowsInfo {
  return {
    asOf: answer.asOf,
    source: answer.source,
    stale: answer.stale === true,
    truncated: warnings.some((warning) => warning.code === 'TRUNCATED'),
    warnings,
  };
}

function uniqueWarnings(warnings: readonly AnswerWarning[]): AnswerWarning[] {
  return [
    ...new Map(warnings.map((warning) => [`${warning.code} ${warning.upstream} ${warning.message}`, warning])).values(),
  ];
}
