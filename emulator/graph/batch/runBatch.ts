import type { FastifyInstance, FastifyRequest } from 'fastify';
import { batchPartHeader, batchPartMark } from '../../http/batchPart.js';
import type { GraphContext } from '../GraphContext.js';
import type { BatchPart } from './parseBatch.js';

/** The answer to one part. */
export interface BatchAnswer {
  readonly id: string;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

export interface BatchScene {
  /** The server whose routes answer the parts. */
  readonly root: FastifyInstance;
  /** `v1.0` or `beta`: parts never leave the version of their envelope. */
  readonly version: string;
  readonly request: FastifyRequest;
  readonly graph: GraphContext;
}

/**
 * Runs the parts through the same routes as single calls, each with its own token check, budget and ledger entry.
 * A part waits for those that it depends on; if one of them failed it answers 424 without running.
 */
export async function runBatch(parts: readonly BatchPart[], scene: BatchScene): Promise<BatchAnswer[]> {
  const running = new Map<string, Promise<BatchAnswer>>();
  for (const part of parts) {
    const dependencies = (part.dependsOn ?? []).flatMap((id) => running.get(id.toLowerCase()) ?? []);
    running.set(part.id.toLowerCase(), runAfter(dependencies, part, scene));
  }
  const answers = await Promise.all(running.values());
  return scene.graph.switches.batchShuffle ? shuffle(answers, scene.graph) : answers;
}

async function runAfter(
  dependencies: readonly Promise<BatchAnswer>[],
  part: BatchPart,
  scene: BatchScene,
): Promise<BatchAnswer> {
  const done = await Promise.all(dependencies);
  if (done.some(({ status }) => status >= 400)) return failedDependency(part);
  return dispatch(part, scene);
}

async function dispatch(part: BatchPart, { root, version, request }: BatchScene): Promise<BatchAnswer> {
  const payload = toPayload(part);
  const response = await root.inject({
    method: part.method.toUpperCase() as 'GET',
    url: `/${version}/${part.url.replace(/^\//, '')}`,
    headers: { ...inheritedHeaders(request), ...lowerCaseNames(part.headers ?? {}), [batchPartHeader]: batchPartMark },
    ...(payload === undefined ? {} : { payload }),
  });
  const headers = Object.fromEntries(
    Object.entries(response.headers)
      .filter(([name]) => name !== 'connection' && name !== 'content-length')
      .map(([name, value]) => [canonicalName(name), String(value)]),
  );
  return {
    id: part.id,
    status: response.statusCode,
    headers,
    ...readBody(response.payload, String(response.headers['content-type'])),
  };
}

/** Parts speak with the envelope's token and correlation id. */
function inheritedHeaders(request: FastifyRequest): Record<string, string> {
  const { authorization } = request.headers;
  const { givenClientRequestId } = request.call;
  return {
    ...(authorization === undefined ? {} : { authorization }),
    ...(givenClientRequestId === null ? {} : { 'client-request-id': givenClientRequestId }),
  };
}

function lowerCaseNames(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}

/** JSON bodies are objects; anything else arrives as base64url text. */
function toPayload({ body }: BatchPart): string | Buffer | undefined {
  if (body === undefined || body === null) return undefined;
  return typeof body === 'string' ? Buffer.from(body, 'base64url') : JSON.stringify(body);
}

function readBody(payload: string, contentType: string): { readonly body?: unknown } {
  if (payload === '') return {};
  if (!contentType.includes('json')) return { body: Buffer.from(payload).toString('base64') };
  try {
    return { body: JSON.parse(payload) };
  } catch {
    return { body: payload };
  }
}

function canonicalName(name: string): string {
  return name === 'content-type' ? 'Content-Type' : name === 'retry-after' ? 'Retry-After' : name;
}

function failedDependency({ id }: BatchPart): BatchAnswer {
  const error = {
    code: 'FailedDependency',
    message: 'One or more of the requests that this request depends on has failed.',
  };
  return { id, status: 424, headers: { 'Content-Type': 'application/json' }, body: { error } };
}

function shuffle(answers: readonly BatchAnswer[], graph: GraphContext): BatchAnswer[] {
  return answers
    .map((answer) => ({ answer, rank: graph.random() }))
    .sort((a, b) => a.rank - b.rank)
    .map(({ answer }) => answer);
}
