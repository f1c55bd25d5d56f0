import type { AnswerSource } from '../../schema/types/answerInfo.type.js';
import type { Connection } from '../../schema/types/connection.js';
import type { AnswerWarning } from '../../upstream/contract.js';

/** What is known about the rows of a page beside the rows. */
export interface RowsInfo {
  readonly asOf: string;
  readonly source: AnswerSource;
  readonly stale?: boolean;
  readonly truncated?: boolean;
  readonly warnings?: readonly AnswerWarning[];
}

export interface ConnectionParts<T> {
  readonly rows: readonly T[];
  readonly cursorOf: (row: T) => string;
  readonly hasNextPage: boolean;
  readonly totalCount?: number | null;
  readonly totalCountIsApproximate?: boolean;
  readonly info: RowsInfo;
}

/** Puts rows into Relay's form. */
export function toConnection<T>(parts: ConnectionParts<T>): Connection<T> {
  const edges = parts.rows.map((node) => ({ cursor: parts.cursorOf(node), node }));
  const warnings = [...(parts.info.warnings ?? [])];
  return {
    edges,
    nodes: parts.rows,
    pageInfo: {
      hasNextPage: parts.hasNextPage,
      hasPreviousPage: false,
      startCursor: edges[0]?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    },
    totalCount: parts.totalCount ?? null,
    totalCountIsApproximate: parts.totalCountIsApproximate ?? false,
    info: {
      asOf: parts.info.asOf,
      source: parts.info.source,
      stale: parts.info.stale ?? false,
      truncated: parts.info.truncated ?? false,
      partial: warnings.some((warning) => warning.code === 'UPSTREAM_PARTIAL'),
      warnings,
    },
  };
}
