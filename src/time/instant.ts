/**
 * RFC 3339 instants at the upstream's precision of 100 ns. JavaScript's `Date` cuts seven fraction digits to three,
 * so instants that only differ below a millisecond would compare equal; cursors, ties and guards use ticks instead.
 */

const pattern = /^(\d{4})-(\d{2})-(\d{2})[Tt ](\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,9}))?([Zz]|[+-]\d{2}:\d{2})$/;

/** The years 1 to 9999 in UTC: what can be written again, and what the upstreams take. */
const firstTick = BigInt(Date.parse('0001-01-01T00:00:00Z')) * 10_000n;
const lastTick = BigInt(Date.parse('9999-12-31T23:59:59.999Z')) * 10_000n + 9_999n;

/** Whether `text` is an RFC 3339 date-time with a zone, in the calendar, and of the years 1 to 9999 in UTC. */
export function isInstant(text: string): boolean {
  return parse(text) !== undefined;
}

/** 100 ns ticks since the Unix epoch; `undefined` when `text` is not an RFC 3339 date-time. Digits below 100 ns are cut. */
export function toTicks(text: string): bigint | undefined {
  return parse(text);
}

/** Negative when `a` is earlier, 0 when they are the same instant, positive when `a` is later. Unparsable text sorts first. */
export function compareInstants(a: string, b: string): number {
  const left = parse(a) ?? firstTick - 1n;
  const right = parse(b) ?? firstTick - 1n;
  return left < right ? -1 : left > right ? 1 : 0;
}

/** The instant `ticks` as UTC text with seven fraction digits. */
export function fromTicks(ticks: bigint): string {
  const fraction = ((ticks % 10_000n) + 10_000n) % 10_000n;
  const milliseconds = Number((ticks - fraction) / 10_000n);
  const rest = fraction.toString().padStart(4, '0');
  return `${new Date(milliseconds).toISOString().slice(0, -1)}${rest}Z`;
}

function parse(text: string): bigint | undefined {
  const match = pattern.exec(text);
  if (match === null) return undefined;
  const [, year, month, day, hour, minute, second, fraction = '', zone = 'Z'] = match;
  const date = `${year}-${month}-${day}`;
  const utcMs = Date.parse(`${date}T${hour}:${minute}:${second}Z`);
  if (Number.isNaN(utcMs) || new Date(utcMs).toISOString().slice(0, 10) !== date) return undefined;
  const zoneMinutes = /z/i.test(zone) ? 0 : offsetMinutes(zone);
  if (zoneMinutes === undefined) return undefined;
  const fractionTicks = BigInt(fraction.padEnd(7, '0').slice(0, 7));
  const ticks = BigInt(utcMs - zoneMinutes * 60_000) * 10_000n + fractionTicks;
  return ticks < firstTick || ticks > lastTick ? undefined : ticks;
}

function offsetMinutes(zone: string): number | undefined {
  const hours = Number(zone.slice(1, 3));
  const minutes = Number(zone.slice(4, 6));
  if (hours > 23 || minutes > 59) return undefined;
  return (zone.startsWith('-') ? -1 : 1) * (hours * 60 + minutes);
}
