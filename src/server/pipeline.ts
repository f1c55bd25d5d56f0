import { type DocumentNode, type GraphQLSchema, type OperationDefinitionNode, OperationTypeNode } from 'graphql';
import { requirePermissions } from '../auth/requirePermissions.js';
import { selectsField } from '../auth/selectedRootFields.js';
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
 *  8. execute            graphql-js, resolvers, loaders
 *  9. answer             `finishAnswer.ts`: errors completed, `extensions.gateway` added, status set
 *
 * Of steps 3–5 and of cost limits there is only the place. The three read the raw request and belong into the transports'
 * common entry `createOperationRunner` and the HTTP handler; limits on depth and cost belong into the list, after
 * permission and before the deadline is granted.
 */
export const admission: readonly AdmissionStep[] = [permission, timeForJoins];

export interface Admitted {
  readonly schema: GraphQLSchema;
  readonly document: DocumentNode;
  readonly definition: OperationDefinitionNode;
  readonly operation: Operation;
  /** `REQUEST_TIMEOUT_MS`. */
  readonly timeoutMs: number;
}

/** Throws a `GatewayError` to refuse the operation. */
type AdmissionStep = (request: Admitted) => void;

/** Runs the steps between validation and execution. @throws {GatewayError} of the first step that refuses. */
export function admit(request: Admitted): void {
  for (const step of admission) step(request);
}

function permission({ schema, document, definition, operation }: Admitted): void {
  requirePermissions(schema, document, definition, operation.caller.principal);
}

function timeForJoins({ schema, document, definition, operation, timeoutMs }: Admitted): void {
  if (definition.operation !== OperationTypeNode.SUBSCRIPTION)
    operation.allow(timeFor(schema, document, definition, timeoutMs));
}

const maxJoinTimeoutMs = 30_000;

/**
 * Milliseconds that one answer of the operation may take. Joins ask several upstreams one after the other, so
 * operations that select a field marked `@Extensions({ join: true })` get twice the time, at most 30 seconds.
 */
export function timeFor(
  schema: GraphQLSchema,
  document: DocumentNode,
  definition: OperationDefinitionNode,
  timeoutMs: number,
): number {
  const joins = selectsField(schema, document, definition, (field) => field.extensions.join === true);
  return joins ? Math.max(timeoutMs, Math.min(2 * timeoutMs, maxJoinTimeoutMs)) : timeoutMs;
}
