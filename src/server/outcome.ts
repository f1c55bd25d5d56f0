import type { Answer } from './answerStream.js';

/** Faults of the request itself, found before anything was executed. */
const requestErrorCodes: ReadonlySet<unknown> = new Set([
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'OPERATION_RESOLUTION_FAILURE',
  'BAD_USER_INPUT',
]);

/** Whether nothing was executed because the document or its variables are wrong. */
export function isRequestError(answer: Answer): boolean {
  return answer.data === undefined && requestErrorCodes.has(answer.errors?.[0]?.extensions?.code);
}

/** `ok`, or the code of the first error; bounded, so that it can label a metric. */
export function outcomeOf(answer: Answer): string {
  const first = answer.errors?.[0];
  return first === undefined ? 'ok' : String(first.extensions?.code ?? 'INTERNAL');
}
