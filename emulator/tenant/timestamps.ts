export const SECOND_MS = 1000;
export const MINUTE_MS = 60 * SECOND_MS;
export const HOUR_MS = 60 * MINUTE_MS;
export const DAY_MS = 24 * HOUR_MS;

/**
 * Writes an instant as Microsoft Graph does for alerts: RFC 3339, UTC, seven fraction digits (100 ns).
 * @param ms milliseconds since 1970; a fraction is kept down to 100 ns.
 */
export function toGraphTime(ms: number): string {
  const wholeMs = Math.floor(ms);
  const ticks = Math.floor((ms - wholeMs) * 10_000);
  return `${new Date(wholeMs).toISOString().slice(0, -1)}${String(ticks).padStart(4, '0')}Z`;
}

/** Milliseconds since 1970 of a text that {@link toGraphTime} wrote; digits below the millisecond are dropped. */
export function fromGraphTime(text: string): number {
  return Date.parse(text);
}
