import type { SubgraphFault, SubgraphResult } from '../contract.js';
import { SubgraphError } from '../SubgraphError.js';
import type { RemoteSubgraphConfig } from './config.js';
import { badResponse } from './failures.js';

/** Whose answer it is, and whether clients may read its messages. */
export type Origin = Pick<RemoteSubgraphConfig, 'name' | 'exposeErrors'>;

/** Messages longer than this are cut. */
const maxMessageCharacters = 1_000;

/**
 * An answer to GraphQL, from parsed JSON: `data` that is an object or null, or errors, or both.
 * @throws {SubgraphError} `UPSTREAM_BAD_RESPONSE` when it is neither.
 * @see https://spec.graphql.org/October2021/#sec-Response-Format
 */
export function readResult(body: unknown, origin: Origin): SubgraphResult {
  if (!isObject(body)) throw badResponse(origin.name, 'the answer is no object');
  const { data, errors } = body;
  if (data !== undefined && data !== null && !isObject(data)) throw badResponse(origin.name, '"data" is no object');
  if (errors !== undefined && errors !== null && !Array.isArray(errors)) {
    throw badResponse(origin.name, '"errors" is no list');
  }
  const faults = readFaults(errors ?? [], origin);
  if (data === undefined && faults.length === 0) throw badResponse(origin.name, 'it holds neither data nor errors');
  return { data: data ?? null, faults };
}

/** Whether parsed JSON is an answer to GraphQL at all. */
export function isResult(body: unknown): boolean {
  try {
    readResult(body, { name: '' });
    return true;
  } catch {
    return false;
  }
}

/** Equal errors are one object: an answer may name the same one for thousands of places. */
function readFaults(errors: readonly unknown[], origin: Origin): SubgraphFault[] {
  const known = new Map<string, SubgraphError>();
  return errors.map((reported) => {
    const { message, path, extensions } = isObject(reported) ? reported : {};
    const code = readCode(isObject(extensions) ? extensions.code : undefined);
    const text = readMessage(message, origin);
    const key = JSON.stringify([code, text]);
    const error = known.get(key) ?? toError(text, code, origin);
    known.set(key, error);
    return isPath(path) ? { path, error } : { error };
  });
}

function toError(message: string, subgraphCode: string | undefined, { name }: Origin): SubgraphError {
  const details = { subgraph: name, ...(subgraphCode === undefined ? {} : { subgraphCode }) };
  return new SubgraphError('SUBGRAPH_ERROR', message, details);
}

function readMessage(message: unknown, { name, exposeErrors }: Origin): string {
  if (exposeErrors !== true || typeof message !== 'string' || message === '')
    return `The subgraph "${name}" reported an error.`;
  return message.slice(0, maxMessageCharacters);
}

/** A code is shown when it is a plain word, so that nothing else can be said with it. */
function readCode(code: unknown): string | undefined {
  return typeof code === 'string' && code.length <= 64 && /^[A-Z][A-Z0-9_]*$/.test(code) ? code : undefined;
}

function isPath(path: unknown): path is (string | number)[] {
  return (
    Array.isArray(path) &&
    path.length > 0 &&
    path.every((step) => typeof step === 'string' || (Number.isInteger(step) && step >= 0))
  );
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
