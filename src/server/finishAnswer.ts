import type { GraphQLFormattedError } from 'graphql';
import { completeErrors } from '../errors/completeErrors.js';
import { isUnforeseen, rootOf } from '../errors/formatError.js';
import type { Logger } from '../observability/logger.js';
import type { Answer } from './answerStream.js';
import type { Operation } from './operation.js';

interface Result {
  readonly data?: Record<string, unknown> | null | undefined;
  readonly errors?: readonly GraphQLFormattedError[] | undefined;
  readonly extensions?: Record<string, unknown> | undefined;
}

/** The last step of every answer, on every transport: complete the formatted errors, add `extensions.gateway`. */
export function finishAnswer(result: Result, operation: Operation): Answer {
  const { data, errors, extensions } = result;
  const gateway = operation.meter.extension(operation.caller.withCost);
  const told = { ...extensions, ...(gateway === undefined ? {} : { gateway }) };
  return {
    ...(data === undefined ? {} : { data }),
    ...(errors === undefined || errors.length === 0
      ? {}
      : { errors: completeErrors(errors, operation.scope.requestId) }),
    ...(Object.keys(told).length === 0 ? {} : { extensions: told }),
  };
}

/** Logs what nobody foresaw, once per answer and with its cause; a caller that went away causes no log line. */
export function logUnforeseen(errors: readonly unknown[], operation: Operation, logger: Logger): void {
  if (operation.scope.signal.aborted) return;
  const unforeseen = errors.filter(isUnforeseen);
  if (unforeseen.length === 0) return;
  logger.error(
    { requestId: operation.scope.requestId, err: rootOf(unforeseen[0]), count: unforeseen.length },
    'operation failed',
  );
}
