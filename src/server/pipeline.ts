import { OperationTypeNode } from 'graphql';
import type { PreparedOperation } from '../execution/contract.js';
import type { Operation } from './operation.js';

/**
 * The way of an operation, the same over HTTP, WebSocket and server-sent events, in this order:
 *
 *  1. principal          `transports/*`: the access token is verified (HTTP: `onRequest`; WebSocket: `ConnectionInit`)
 *  2. origin and CSRF    `originGuard.ts` for sockets and streams; Apollo Server's preflight rule for plain HTTP
 *  3. rate limit         of a principal: needs step 1 and must not parse
 *  4. trusted documents  looked up by id or hash, so that nothing else is parsed
 *  5. operation cache    answers that passed steps 6–8 for the same access scope, in flight or fresh
 *  6. parse, validate    Apollo Server; `subscriptions.ts` for subscriptions
 *  7. admission          the list below: permission, cost limits, the deadline
 *  8. execute            `execution/contract.ts`: our own schema, or the schema joined with those of subgraphs
 *  9. answer             `finishAnswer.ts`: errors completed, `extensions.gateway` added, status set
 *
 * Of steps 3–5 and of cost limits there is only the place. The three read the raw request and belong into the transports'
 * common entry `createOperationRunner` and the HTTP handler; limits on depth and cost belong into the list, after
 * permission and before the deadline is granted.
 */
export const admission: readonly AdmissionStep[] = [permission, timeForJoins];

export interface Admitted {
  readonly prepared: PreparedOperation;
  readonly kind: OperationTypeNode;
  readonly operation: Operation;
  /** `REQUEST_TIMEOUT_MS`. */
  readonly timeoutMs: number;
}

/** Throws a `GatewayError` to refuse the operation. */
type AdmissionStep = (request: Admitted) => void;

/**
 * Runs the steps between validation and execution; the operation then has what executes it.
 * @throws {GatewayError} of the first step that refuses.
 */
export function admit(request: Admitted): void {
  for (const step of admission) step(request);
  request.operation.prepared = request.prepared;
}

function permission({ prepared, operation }: Admitted): void {
  prepared.authorize(operation.caller.principal);
}

function timeForJoins({ prepared, kind, operation, timeoutMs }: Admitted): void {
  if (kind !== OperationTypeNode.SUBSCRIPTION) operation.allow(timeFor(prepared, timeoutMs));
}

const maxJoinTimeoutMs = 30_000;

/**
 * Milliseconds that one answer of the operation may take. Joins ask several services one after the other, so operations
 * with joins get twice the time, at most 30 seconds.
 */
export function timeFor({ joins }: Pick<PreparedOperation, 'joins'>, timeoutMs: number): number {
  return joins ? Math.max(timeoutMs, Math.min(2 * timeoutMs, maxJoinTimeoutMs)) : timeoutMs;
}
