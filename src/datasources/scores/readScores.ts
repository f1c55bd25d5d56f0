import type { SecureScore } from '../../schema/types/secureScore.type.js';
import type { SecureScoreControlProfile } from '../../schema/types/secureScoreControlProfile.type.js';
import { compareInstants } from '../../time/instant.js';
import type { AnswerWarning, CallScope, Page, Upstream, UpstreamCall } from '../../upstream/contract.js';
import { toControlProfile, toSecureScore } from './map.js';
import { parseProfilePage, parseScorePage } from './wire.js';

const permission = 'SecurityEvents.Read.All';

/** Rows read from the upstream with what is known about them. */
export interface ReadRows<T> {
  readonly rows: readonly T[];
  /** True when the upstream has no further rows. */
  readonly isAll: boolean;
  readonly asOf: string;
  readonly warnings: readonly AnswerWarning[];
}

/** The newest scores. The upstream makes one row a day and sends the newest first, so `$top` counts days with a score. */
export async function readNewestScores(
  upstream: Upstream,
  scope: CallScope,
  count: number,
): Promise<ReadRows<SecureScore>> {
  const call = listCall('secureScores', count, parseScorePage);
  const read = await readPages(upstream, call, scope, count);
  const rows = read.rows.map(toSecureScore).sort(newestFirst).slice(0, count);
  return { ...read, rows, isAll: read.isAll && read.rows.length < count };
}

/** Every control profile, following the upstream's pages to the end. */
export async function readControlProfiles(
  upstream: Upstream,
  scope: CallScope,
): Promise<ReadRows<SecureScoreControlProfile>> {
  const call = listCall('secureScoreControlProfiles', 999, parseProfilePage);
  const read = await readPages(upstream, call, scope, Number.POSITIVE_INFINITY);
  return { ...read, rows: read.rows.map(toControlProfile) };
}

/** Newest first, equal times by id. */
function newestFirst(a: SecureScore, b: SecureScore): number {
  return compareInstants(b.createdDateTime ?? '', a.createdDateTime ?? '') || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);
}

function listCall<W>(collection: string, top: number, parse: (body: unknown) => Page<W>): UpstreamCall<Page<W>> {
  return {
    operation: `${collection}.list`,
    method: 'GET',
    path: `/v1.0/security/${collection}`,
    query: { $top: String(top) },
    permission,
    parse,
  };
}

/** Each row once: pages are known to repeat rows. */
async function readPages<W extends { readonly id: string }>(
  upstream: Upstream,
  call: UpstreamCall<Page<W>>,
  scope: CallScope,
  enough: number,
): Promise<ReadRows<W>> {
  const rows = new Map<string, W>();
  const warnings: AnswerWarning[] = [];
  let asOf: string | undefined;
  let isAll = true;
  for await (const answer of upstream.pages(call, scope)) {
    for (const row of answer.value.rows) rows.set(row.id, row);
    warnings.push(...answer.warnings);
    asOf = asOf === undefined || compareInstants(answer.asOf, asOf) < 0 ? answer.asOf : asOf;
    isAll = answer.value.nextLink === undefined;
    if (rows.size >= enough) break;
  }
  if (asOf === undefined) throw new Error('A list of pages ended without a page.');
  return { rows: [...rows.values()], isAll, asOf, warnings };
}
