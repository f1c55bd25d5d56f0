import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { ErrorCode } from '../errors/codes.js';
import { formatError } from '../errors/formatError.js';
import { AccessError } from '../errors/GatewayError.js';
import type { Logger } from '../observability/logger.js';

/** Answers a request that never became an operation, in GraphQL's shape, so that clients need one way to read errors. */
export function sendError(
  reply: FastifyReply,
  status: number,
  code: ErrorCode,
  message: string,
  extensions: object = {},
): FastifyReply {
  return reply
    .code(status)
    .header('cache-control', 'no-store')
    .type('application/json; charset=utf-8')
    .send(JSON.stringify({ errors: [{ message, extensions: { code, ...extensions } }] }));
}

/** Messages for what Fastify refuses before a handler runs; its own texts quote parts of the request. */
const refusals: Readonly<Record<string, string>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: 'The request body is larger than this gateway accepts.',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'The request body has to be application/json.',
  FST_ERR_CTP_INVALID_JSON_BODY: 'The request body is not valid JSON.',
  FST_ERR_CTP_EMPTY_JSON_BODY: 'The request body is empty.',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'The request body does not have the length that its header states.',
};

export function registerErrorHandlers(app: FastifyInstance, logger: Logger): void {
  app.setNotFoundHandler((_request, reply) =>
    sendError(reply, 404, 'BAD_REQUEST', 'There is nothing at this address.'),
  );
  app.setErrorHandler((error: FastifyError, request, reply) => answerError(error, request, reply, logger));
}

function answerError(error: FastifyError, request: FastifyRequest, reply: FastifyReply, logger: Logger): FastifyReply {
  if (error instanceof AccessError) return refuseCaller(reply, error);
  const status = error.statusCode ?? 500;
  // The caller closed the connection while a compressed answer was written; there is nobody left to answer.
  if (error.code === 'ERR_STREAM_PREMATURE_CLOSE') return reply;
  if (status >= 400 && status < 500)
    return sendError(reply, status, 'BAD_REQUEST', refusals[error.code] ?? 'The request is malformed.');
  logger.error({ requestId: request.id, err: error }, 'request failed');
  return sendError(reply, 500, 'INTERNAL', formatError(error).message, { requestId: request.id });
}

function refuseCaller(reply: FastifyReply, error: AccessError): FastifyReply {
  const status = error.code === 'UNAUTHENTICATED' ? 401 : 403;
  if (status === 401) void reply.header('www-authenticate', 'Bearer');
  return sendError(reply, status, error.code, error.message, error.extensions);
}
