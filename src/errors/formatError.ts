import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import { type ErrorCode, errorCodes } from './codes.js';
import { GatewayError } from './GatewayError.js';

const neutralMessage = 'The gateway failed to answer; `requestId` finds the cause in its log.';

/**
 * The one translation of errors to GraphQL. Errors of ours keep code, message and extensions; GraphQL's own errors keep
 * their message under our codes; everything else becomes `INTERNAL` with a message that tells nothing.
 * @param error As graphql-js reports it, or anything that was thrown.
 */
export function formatError(error: unknown): GraphQLFormattedError {
  const reported = error instanceof GraphQLError ? error.toJSON() : { message: '' };
  const { message, code, extensions } = describe(rootOf(error), error);
  return { ...reported, message, extensions: { code, ...extensions } };
}

/** Whether only our log can explain the error: nobody foresaw it. */
export function isUnforeseen(error: unknown): boolean {
  return describe(rootOf(error), error).code === 'INTERNAL';
}

/** What was thrown, below the wrappers that GraphQL execution adds for path and location. */
export function rootOf(error: unknown): unknown {
  return error instanceof GraphQLError && error.originalError !== undefined ? rootOf(error.originalError) : error;
}

interface Description {
  readonly message: string;
  readonly code: ErrorCode;
  readonly extensions?: Readonly<Record<string, unknown>>;
}

function describe(root: unknown, reported: unknown): Description {
  if (root instanceof GatewayError) return { message: root.message, code: root.code, extensions: root.extensions };
  if (isTimeout(root))
    return { message: 'The operation ran out of time before this field was answered.', code: 'UPSTREAM_TIMEOUT' };
  if (reported instanceof GraphQLError) return describeGraphQL(root, reported);
  return { message: neutralMessage, code: 'INTERNAL' };
}

function describeGraphQL(root: unknown, reported: GraphQLError): Description {
  const code = knownCode(reported.extensions.code);
  if (code !== undefined && code !== 'INTERNAL') return { message: reported.message, code };
  return code === undefined && isFaultOfCaller(root, reported)
    ? { message: reported.message, code: 'BAD_USER_INPUT' }
    : { message: neutralMessage, code: 'INTERNAL' };
}

/**
 * graphql-js gives its own errors no code. Before execution (no path) they complain about the request; during execution
 * those that name source nodes do (an absent variable for a required argument), while those without nodes come from
 * values of ours that could not be serialised.
 */
function isFaultOfCaller(root: unknown, reported: GraphQLError): boolean {
  if (reported.path === undefined) return root === reported || hasNodes(reported);
  return root instanceof GraphQLError && root !== reported && hasNodes(root);
}

function hasNodes({ nodes }: GraphQLError): boolean {
  return nodes !== undefined && nodes.length > 0;
}

/** Words of Apollo Server that mean the same as one of ours. */
const synonyms: Readonly<Record<string, ErrorCode>> = {
  INTERNAL_SERVER_ERROR: 'INTERNAL',
  PERSISTED_QUERY_NOT_SUPPORTED: 'PERSISTED_QUERY_NOT_FOUND',
};

function knownCode(code: unknown): ErrorCode | undefined {
  if (typeof code !== 'string') return undefined;
  return Object.hasOwn(errorCodes, code) ? (code as ErrorCode) : synonyms[code];
}

function isTimeout(root: unknown): boolean {
  return root instanceof Error && root.name === 'TimeoutError';
}
