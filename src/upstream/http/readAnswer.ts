import type { AnswerWarning, UpstreamAnswer, UpstreamCall, UpstreamName } from '../contract.js';
import { NotFoundError } from '../contract.js';
import { badResponse, type CallLabel, fromStatus } from '../failures.js';
import { withRelativeNextLink } from './nextLink.js';
import type { HostRoot } from './target.js';
import type { HttpAnswer } from './transport.js';

/** An answer as the upstream gave it, alone or as a part of a `$batch`. */
export type Payload = Pick<HttpAnswer, 'status' | 'headers'> & ({ readonly text: string } | { readonly body: unknown });

/**
 * Checks and converts an answer.
 * @throws {NotFoundError} on 404.
 * @throws {UpstreamError} on any other error status, and when the body is not what `call.parse` accepts.
 */
export function readAnswer<T>(
  payload: Payload,
  call: Pick<UpstreamCall<T>, 'parse' | 'expects'>,
  label: CallLabel,
  root: HostRoot,
  nowMs: number,
): UpstreamAnswer<T> {
  const { status, headers } = payload;
  if (status === 404) throw new NotFoundError(label.upstream, label.requestId);
  if (status < 200 || status > 299) throw fromStatus(label, status, 'text' in payload ? payload.text : payload.body);
  const body = 'body' in payload ? payload.body : bodyReaders[call.expects ?? 'json'](payload.text, headers, label);
  return {
    status,
    value: convert(body, call, label, root),
    asOf: upstreamTime(headers, nowMs),
    warnings: status === 206 ? partialWarnings(label.upstream, headers['warning'] ?? '') : [],
  };
}

const bodyReaders = { json: parseJson, text: readPlainText } as const;

function parseJson(text: string, headers: Payload['headers'], label: CallLabel): unknown {
  if (text.trim() === '') return undefined;
  if (!/^[^;]*[/+]json\b/i.test(headers['content-type'] ?? ''))
    throw badResponse(label, 'the content type is not JSON');
  try {
    return JSON.parse(text);
  } catch {
    // The parser's error quotes the body, so it is not kept as a cause.
    throw badResponse(label, 'the body is not valid JSON', { bodyLength: text.length });
  }
}

function readPlainText(text: string, headers: Payload['headers'], label: CallLabel): string {
  const type = headers['content-type'];
  if (type === undefined && text === '') return text;
  if (!/^text\/(?!html\b)/i.test(type ?? '')) throw badResponse(label, 'the content type is not plain text');
  return text;
}

function convert<T>(body: unknown, call: Pick<UpstreamCall<T>, 'parse'>, label: CallLabel, root: HostRoot): T {
  let local: unknown;
  try {
    local = withRelativeNextLink(body, root);
  } catch (cause) {
    throw badResponse(label, 'the next link leads elsewhere', {}, cause);
  }
  try {
    return call.parse(local);
  } catch (cause) {
    throw badResponse(label, 'the body is not of the documented shape', {}, cause);
  }
}

/** RFC 3339 from the `Date` header, else from our clock. */
function upstreamTime(headers: Payload['headers'], nowMs: number): string {
  const atMs = Date.parse(headers['date'] ?? '');
  return new Date(Number.isNaN(atMs) ? nowMs : atMs).toISOString();
}

/**
 * One warning per provider that failed: `199 - "Vendor/Provider/StatusCode/LatencyInMs"`, comma separated.
 * @see https://learn.microsoft.com/en-us/graph/api/resources/security-error-codes
 */
function partialWarnings(upstream: UpstreamName, header: string): AnswerWarning[] {
  const providers = [...header.matchAll(/"([\w .-]{1,60})\/([\w .-]{1,60})\/(\d{3})\/[^"]*"/g)];
  const messages = providers.map(
    ([, vendor, provider, status]) => `${vendor} ${provider} did not contribute (status ${status}).`,
  );
  if (messages.length === 0) messages.push('A provider behind the upstream did not contribute.');
  return messages.map((message) => ({ code: 'UPSTREAM_PARTIAL', upstream, message }));
}
