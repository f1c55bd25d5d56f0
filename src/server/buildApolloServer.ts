import { ApolloServer, type ApolloServerPlugin, HeaderMap } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginInlineTraceDisabled,
  ApolloServerPluginLandingPageDisabled,
  ApolloServerPluginSchemaReportingDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from '@apollo/server/plugin/disabled';
import { ApolloServerPluginInlineTrace } from '@apollo/server/plugin/inlineTrace';
import { GraphQLError, OperationTypeNode } from 'graphql';
import { formatError } from '../errors/formatError.js';
import { AccessError, GatewayError } from '../errors/GatewayError.js';
import type { OperationContext } from '../execution/contract.js';
import type { Logger } from '../observability/logger.js';
import type { GatewayMetrics } from '../observability/metrics.js';
import type { Answer } from './answerStream.js';
import { finishAnswer, logUnforeseen } from './finishAnswer.js';
import type { Operation } from './operation.js';
import { isRequestError, outcomeOf } from './outcome.js';
import { parseOptions } from './parseOptions.js';
import { admit } from './pipeline.js';
import type { ServedSchemas } from './servedSchemas.js';

/** What Apollo Server hands through: the context of the execution and the operation it belongs to. */
export interface ServerContext extends OperationContext {
  readonly operation: Operation;
}

export interface ApolloOptions {
  readonly schemas: ServedSchemas;
  readonly introspection: boolean;
  readonly timeoutMs: number;
  readonly logger: Logger;
  readonly metrics: GatewayMetrics;
  /** Adds a trace of all fields to the answers that ask for one; hooks every field, and changes the schema for that. */
  readonly withTraces?: boolean;
}

/**
 * Apollo Server as the executor of queries and mutations on every transport: cross-site request forgery prevention on,
 * no stack traces, nothing reported to anybody, and, but for traces, no plugin that hooks every field.
 */
export function buildApolloServer(options: ApolloOptions): ApolloServer<ServerContext> {
  return new ApolloServer<ServerContext>({
    gateway: options.schemas.toApolloGateway(),
    introspection: options.introspection,
    hideSchemaDetailsFromClientErrors: !options.introspection,
    csrfPrevention: true,
    parseOptions,
    includeStacktraceInErrorResponses: false,
    stopOnTerminationSignals: false,
    formatError: (_formatted, error) => formatError(error),
    logger: toApolloLogger(options.logger),
    plugins: [
      ApolloServerPluginCacheControlDisabled(),
      options.withTraces === true ? ApolloServerPluginInlineTrace() : ApolloServerPluginInlineTraceDisabled(),
      ApolloServerPluginLandingPageDisabled(),
      ApolloServerPluginSchemaReportingDisabled(),
      ApolloServerPluginUsageReportingDisabled(),
      buildPipelinePlugin(options),
    ],
  });
}

function buildPipelinePlugin({
  schemas,
  timeoutMs,
  logger,
  metrics,
}: ApolloOptions): ApolloServerPlugin<ServerContext> {
  return {
    async requestDidStart({ contextValue: { operation } }) {
      return {
        async didResolveOperation({ schema, document, operation: definition }) {
          if (definition === undefined) return;
          const kind = definition.operation;
          if (kind === OperationTypeNode.SUBSCRIPTION) throw needsStream();
          const prepared = await schemas.prepare(schema, document, definition);
          refuseAsGraphQL(() => admit({ prepared, kind, operation, timeoutMs }));
        },
        async didEncounterErrors({ errors }) {
          logUnforeseen(errors, operation, logger);
        },
        async willSendResponse({ request, response, operation: definition }) {
          if (response.body.kind !== 'single') return;
          const answer = finishAnswer(response.body.singleResult, operation);
          response.body.singleResult = answer;
          if (answersInBody(answer, request.http?.headers.get('accept'))) response.http.status = 200;
          response.http.headers.set('cache-control', 'no-store');
          metrics.operation(definition?.operation ?? 'unknown', outcomeOf(answer), operation.elapsedSeconds());
        },
      };
    },
  };
}

/**
 * GraphQL over HTTP: a client that did not ask for `application/graphql-response+json` finds request errors in the body
 * of a 200.
 * @see https://graphql.github.io/graphql-over-http/draft/#sec-application-json
 */
function answersInBody(answer: Answer, accept: string | undefined): boolean {
  return isRequestError(answer) && accept?.includes('application/graphql-response+json') !== true;
}

/** Apollo Server takes the HTTP status of a refusal from the error's extensions. */
function refuseAsGraphQL(step: () => void): void {
  try {
    step();
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error;
    const status = error instanceof AccessError ? statusOf[error.code] : 400;
    throw new GraphQLError(error.message, {
      originalError: error,
      extensions: { code: error.code, http: { status, headers: new HeaderMap() } },
    });
  }
}

const statusOf = { UNAUTHENTICATED: 401, FORBIDDEN: 403 } as const;

function needsStream(): GraphQLError {
  return new GraphQLError('Subscriptions need a WebSocket (graphql-transport-ws) or `Accept: text/event-stream`.', {
    extensions: { code: 'BAD_REQUEST', http: { status: 400, headers: new HeaderMap() } },
  });
}

function toApolloLogger(logger: Logger) {
  return {
    debug: (message?: unknown) => logger.debug({ source: 'apollo' }, String(message)),
    info: (message?: unknown) => logger.debug({ source: 'apollo' }, String(message)),
    warn: (message?: unknown) => logger.warn({ source: 'apollo' }, String(message)),
    error: (message?: unknown) => logger.error({ source: 'apollo' }, String(message)),
  };
}
