/** Waits longer than this are not believed; a wrong header must not silence an upstream for a day. */
const longestBelievedMs = 600_000;

/**
 * Milliseconds that a refusal asks to wait, from the header in its three forms (seconds, decimal seconds as Microsoft
 * Graph has sent them, HTTP date) or from the Cloud Apps body "Try again in N seconds"; undefined when nothing says so.
 * @param headers Response headers with lower-case names.
 * @param nowMs Our clock, for a date without a `Date` header beside it.
 * @see https://www.rfc-editor.org/rfc/rfc9110#field.retry-after
 */
export function retryAfterMs(
  headers: Readonly<Record<string, string>>,
  bodyText: string,
  nowMs: number,
): number | undefined {
  const asked = fromHeader(headers['retry-after'], headers['date'], nowMs) ?? fromBody(bodyText);
  return asked === undefined ? undefined : Math.min(Math.max(asked, 0), longestBelievedMs);
}

function fromHeader(value: string | undefined, date: string | undefined, nowMs: number): number | undefined {
  const text = value?.trim() ?? '';
  if (/^\d+(\.\d+)?$/.test(text)) return Math.ceil(Number(text) * 1_000);
  // Without this look a bare number such as "-5" would be read as a year.
  if (!/^[A-Za-z]{3}/.test(text)) return undefined;
  const until = Date.parse(text);
  if (Number.isNaN(until)) return undefined;
  const upstreamNow = Date.parse(date ?? '');
  return until - (Number.isNaN(upstreamNow) ? nowMs : upstreamNow);
}

function fromBody(text: string): number | undefined {
  const match = /try again in (\d+(?:\.\d+)?) seconds?/i.exec(text.slice(0, 4_096));
  return match === null ? undefined : Math.ceil(Number(match[1]) * 1_000);
}
