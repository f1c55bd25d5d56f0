import { z } from 'zod';
import type { CallScope, UpstreamCall, UpstreamName } from './contract.js';
import { ownHeaders, requestHeaders } from './http/headers.js';
import { type HostRoot, pathAndQuery } from './http/target.js';
import type { HttpAnswer, WireRequest } from './http/transport.js';

/** What the upstream answered to one part. */
export interface PartAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
}

/** The version segment of a path; a batch never crosses versions. */
export function versionOf(path: string): string {
  return path.split('/', 2)[1] ?? '';
}

/**
 * The request that carries `calls`, all of one version. Parts are numbered by position and relative to the version root.
 * @see https://learn.microsoft.com/en-us/graph/json-batching
 */
export function buildEnvelope(
  upstream: UpstreamName,
  root: HostRoot,
  version: string,
  calls: readonly UpstreamCall<unknown>[],
  scope: CallScope,
): WireRequest {
  const body = { requests: calls.map((call, position) => buildPart(upstream, version, call, position)) };
  return {
    method: 'POST',
    path: `${root.prefix}/${version}/$batch`,
    headers: requestHeaders(upstream, { body }, scope),
    body: JSON.stringify(body),
  };
}

function buildPart(upstream: UpstreamName, version: string, call: UpstreamCall<unknown>, position: number): object {
  // A POST part needs a body even where the plain call has none.
  const body = call.body ?? (call.method === 'POST' ? {} : undefined);
  return {
    id: String(position),
    method: call.method,
    url: pathAndQuery(call).slice(`/${version}`.length),
    headers: ownHeaders(upstream, body === undefined ? call : { ...call, body }),
    ...(body === undefined ? {} : { body }),
  };
}

const envelopeSchema = z.object({ responses: z.array(z.unknown()) });

const textual = z.union([z.string(), z.number()]).transform(String);
const partSchema = z.object({
  id: textual,
  status: z.number().int().min(100).max(599),
  headers: z.record(z.string(), textual).nullish(),
  body: z.unknown().optional(),
});

/**
 * The answers by position, in whatever order they came; one that is not readable is missing. Undefined when the envelope
 * itself is not one. The age of a part's data is that of the envelope, because parts carry no `Date`.
 */
export function readEnvelope(envelope: HttpAnswer): Map<number, PartAnswer> | undefined {
  const parsed = envelopeSchema.safeParse(parseJson(envelope.text));
  if (!parsed.success) return undefined;
  const { date } = envelope.headers;
  const answers = new Map<number, PartAnswer>();
  for (const response of parsed.data.responses) {
    const part = partSchema.safeParse(response);
    if (!part.success) continue;
    const { id, status, headers, body } = part.data;
    const own = lowerCased(headers ?? {});
    answers.set(Number(id), { status, headers: date === undefined ? own : { date, ...own }, body: body ?? undefined });
  }
  return answers;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function lowerCased(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}
