import type { Readable } from 'node:stream';
import type { Dispatcher } from 'undici';
import type { Clock } from '../../time/clock.js';

export interface WireRequest {
  readonly method: Dispatcher.HttpMethod;
  /** Path and query from the origin. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface HttpAnswer {
  readonly kind: 'answer';
  readonly status: number;
  /** Lower-case names; repeated headers joined with a comma. */
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}

/** What can go wrong before there is a whole answer. */
export interface HttpFailure {
  readonly kind: 'failure';
  readonly reason: /** No connection: refused, not resolved, no route, certificate not trusted. */
    | 'not-sent'
    /** The connection was lost after the request may have been sent. */
    | 'lost'
    /** The attempt took longer than allowed. */
    | 'timeout'
    /** The deadline of the whole operation passed. */
    | 'deadline'
    /** Who asked went away. */
    | 'cancelled'
    /** More bytes than we read. */
    | 'too-large';
  readonly cause?: unknown;
}

export type HttpOutcome = HttpAnswer | HttpFailure;

export interface TransportLimits {
  readonly timeoutMs: number;
  readonly maxBodyBytes: number;
}

export type Transport = (request: WireRequest, limits: TransportLimits, signal: AbortSignal) => Promise<HttpOutcome>;

/** The bytes of a body as its sender had them before it encoded them. What it throws counts as a lost connection. */
export type Decode = (body: Readable, contentEncoding: string | undefined) => AsyncIterable<Buffer>;

/**
 * One HTTP exchange over undici. Never throws: what happened is a value.
 * @param decode For requests that accept encoded answers; the limit of bytes is one of decoded ones.
 */
export function createTransport(dispatcher: Dispatcher, origin: string, clock: Clock, decode?: Decode): Transport {
  return async (request, limits, signal) => {
    const timer = new AbortController();
    const expired = new AbortController();
    clock.sleep(limits.timeoutMs, timer.signal).then(
      () => expired.abort(),
      () => undefined,
    );
    try {
      const either = AbortSignal.any([signal, expired.signal]);
      return await exchange(dispatcher, origin, request, limits, either, decode);
    } catch (cause) {
      if (signal.aborted) return { kind: 'failure', reason: 'cancelled', cause };
      if (expired.signal.aborted) return { kind: 'failure', reason: 'timeout', cause };
      return { kind: 'failure', reason: wasNotSent(cause) ? 'not-sent' : 'lost', cause };
    } finally {
      timer.abort();
    }
  };
}

async function exchange(
  dispatcher: Dispatcher,
  origin: string,
  { method, path, headers, body }: WireRequest,
  { maxBodyBytes }: TransportLimits,
  signal: AbortSignal,
  decode: Decode = (plain) => plain,
): Promise<HttpOutcome> {
  const response = await dispatcher.request({
    origin,
    path,
    method,
    headers: { ...headers },
    body: body ?? null,
    signal,
    // The attempt's own timer, which knows the deadline, is the only one.
    headersTimeout: 0,
    bodyTimeout: 0,
  });
  const received = joined(response.headers);
  const text = await readText(decode(response.body, received['content-encoding']), maxBodyBytes);
  if (text === undefined) return { kind: 'failure', reason: 'too-large' };
  return { kind: 'answer', status: response.statusCode, headers: received, text };
}

/** The body as text, or undefined as soon as it is longer than allowed; the rest is not read. */
async function readText(body: AsyncIterable<Buffer>, maxBytes: number): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.byteLength;
    // Leaving the loop destroys the stream.
    if (bytes > maxBytes) return undefined;
    chunks.push(chunk);
  }
  return new TextDecoder().decode(Buffer.concat(chunks));
}

function joined(headers: Readonly<Record<string, string | string[] | undefined>>): Record<string, string> {
  const entries = Object.entries(headers).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries.map(([name, value]) => [name.toLowerCase(), [value].flat().join(', ')]));
}

const notSentCodes = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EADDRNOTAVAIL',
  'UND_ERR_CONNECT_TIMEOUT',
  'CERT_HAS_EXPIRED',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'ERR_TLS_CERT_ALTNAME_INVALID',
]);

/** Only failures of connecting count; a reset can come after the upstream has read the request. */
function wasNotSent(error: unknown): boolean {
  return notSentCodes.has(systemCode(error) ?? '');
}

/** The platform's code of an error, such as `ECONNRESET`. */
export function systemCode(error: unknown): string | undefined {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : undefined;
}
