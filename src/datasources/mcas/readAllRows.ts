import { compareInstants } from '../../time/instant.js';
import type { AnswerWarning, CallScope, UpstreamCall } from '../../upstream/contract.js';
import type { McasDeps } from './McasDeps.js';
import { truncatedWarning } from './truncation.js';
import type { McasPage } from './wireParts.js';

export interface AllRows<T> {
  readonly rows: readonly T[];
  /** Of the oldest part. */
  readonly asOf: string;
  readonly warnings: readonly AnswerWarning[];
}

/**
 * Reads a list by offset to its end, however many rows a page holds. The first call is always made, the others come out
 * of the allowance; `TRUNCATED` is among the warnings when they did not do.
 */
export async function readAllRows<T>(
  { upstream, allowance }: Pick<McasDeps, 'upstream' | 'allowance'>,
  scope: CallScope,
  call: (skip: number) => UpstreamCall<McasPage<T>>,
): Promise<AllRows<T>> {
  const rows: T[] = [];
  const warnings: AnswerWarning[] = [];
  allowance.take(scope);
  for (let asOf: string | undefined; ; ) {
    const answer = await upstream.send(call(rows.length), scope);
    rows.push(...answer.value.rows);
    warnings.push(...answer.warnings);
    asOf = asOf === undefined || compareInstants(answer.asOf, asOf) < 0 ? answer.asOf : asOf;
    if (!answer.value.hasNext || answer.value.rows.length === 0) return { rows, asOf, warnings };
    if (!allowance.take(scope)) return { rows, asOf, warnings: [...warnings, truncatedWarning] };
  }
}
