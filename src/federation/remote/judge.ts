import type { HttpAnswer, HttpOutcome } from '../../upstream/http/transport.js';
import type { RetryCause } from '../../upstream/retry/nextDelayMs.js';
import { retryAfterMs } from '../../upstream/retry/retryAfter.js';
import type { SubgraphResult } from '../contract.js';
import { SubgraphError } from '../SubgraphError.js';
import * as failures from './failures.js';
import { isResult, type Origin, readResult } from './readResult.js';

/** What an attempt came to. */
export type Verdict =
  | { readonly ok: true; readonly result: SubgraphResult; readonly text: string }
  | {
      readonly ok: false;
      readonly error: SubgraphError;
      /** Present when another attempt may do better. */
      readonly cause?: RetryCause;
      /** How long the subgraph asks to wait. */
      readonly retryAfterMs?: number;
    };

/** @param nowMs Our clock, for a `Retry-After` that is a date. */
export function judge(outcome: HttpOutcome, origin: Origin, nowMs: number): Verdict {
  if (outcome.kind === 'answer') return judgeAnswer(outcome, origin, nowMs);
  const error = failures.fromFailure(origin.name, outcome);
  if (outcome.reason === 'not-sent') return { ok: false, error, cause: 'not-sent' };
  const mayDoBetter = outcome.reason === 'lost' && error.code === 'UPSTREAM_UNAVAILABLE';
  return mayDoBetter ? { ok: false, error, cause: 'unclear' } : { ok: false, error };
}

/**
 * An answer to GraphQL whose status is a server error becomes one with status 200: the subgraph is not down. The status
 * of a refusal, or of a proxy in front of the subgraph, counts whatever the body.
 * @see https://graphql.github.io/graphql-over-http/draft/#sec-application-graphql-response-json
 */
export function withGraphQLStatus(outcome: HttpOutcome): HttpOutcome {
  if (outcome.kind === 'failure' || outcome.status < 500 || proxyFaults.has(outcome.status)) return outcome;
  const type = outcome.headers['content-type'] ?? '';
  const isAnswer = /^application\/graphql-response\+json\b/i.test(type) && isResult(parsed(outcome.text));
  return isAnswer ? { ...outcome, status: 200 } : outcome;
}

/** The same answer once more, as objects of its own. Only for the text of a verdict that is `ok`. */
export function readAgain(text: string, origin: Origin): SubgraphResult {
  return readResult(JSON.parse(text), origin);
}

const proxyFaults: ReadonlySet<number> = new Set([502, 503, 504]);

function judgeAnswer(answer: HttpAnswer, origin: Origin, nowMs: number): Verdict {
  const { status, headers } = answer;
  const { name } = origin;
  if (status >= 200 && status < 300) return read(answer, origin);
  if (status === 401 || status === 403) return { ok: false, error: failures.forbidden(name, { status }) };
  const asked = retryAfterMs(headers, '', nowMs);
  if (asked !== undefined && (status === 429 || status === 503)) {
    return { ok: false, error: failures.throttled(name, status, asked), cause: 'throttled', retryAfterMs: asked };
  }
  if (status === 429) return { ok: false, error: failures.throttled(name, status, undefined) };
  if (proxyFaults.has(status)) return { ok: false, error: failures.faulty(name, status), cause: 'unclear' };
  if (status >= 500 || status === 408) return { ok: false, error: failures.faulty(name, status) };
  // Servers refuse documents and variables with 400 and say why in GraphQL's own form.
  if (status >= 400 && isResult(parsed(answer.text))) return read(answer, origin);
  return { ok: false, error: failures.badResponse(name, `status ${status}`, { status }) };
}

/** The content type does not matter here: what reads as an answer is one. */
function read({ text, status }: HttpAnswer, origin: Origin): Verdict {
  const body = parsed(text);
  if (body === undefined) {
    return { ok: false, error: failures.badResponse(origin.name, 'the body is not JSON', { status }) };
  }
  try {
    return { ok: true, result: readResult(body, origin), text };
  } catch (error) {
    if (error instanceof SubgraphError) return { ok: false, error };
    throw error;
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The parser's error quotes the body.
    return undefined;
  }
}
