import { LRUCache } from 'lru-cache';

/** Instants here are milliseconds since the Unix epoch; local times are the same number for the same reading of a clock in UTC. */

export const spanUnits = ['HOUR', 'DAY', 'WEEK'] as const;
export type SpanUnit = (typeof spanUnits)[number];

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
/** The epoch began on a Thursday; weeks begin on Monday. */
const firstMondayMs = 4 * dayMs;

/**
 * Where hours, days or weeks (from Monday) begin in a time zone: the first edge is at or before `fromMs`, the last at or
 * after `toMs`. A day has 23 or 25 hours where clocks change; one whose midnight is skipped begins with the first instant
 * of its date.
 * @param timeZone Name of the IANA data base that {@link isTimeZone} knows.
 * @param maxEdges Stops behind so many.
 */
export function zonedEdges(timeZone: string, unit: SpanUnit, fromMs: number, toMs: number, maxEdges: number): number[] {
  const zone = new Zone(timeZone);
  const edges = [unit === 'HOUR' ? zone.startOfHour(fromMs) : zone.startOfDay(firstDay(zone, unit, fromMs))];
  let day = firstDay(zone, unit, fromMs);
  while (lastOf(edges) < toMs && edges.length <= maxEdges) {
    day += unit === 'WEEK' ? 7 * dayMs : dayMs;
    const next = unit === 'HOUR' ? zone.nextHour(lastOf(edges)) : zone.startOfDay(day);
    if (next > lastOf(edges)) edges.push(next);
  }
  return edges;
}

/** Whether the platform knows the zone by this name. */
export function isTimeZone(name: string): boolean {
  try {
    offsets(name);
    return true;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

function firstDay(zone: Zone, unit: SpanUnit, atMs: number): number {
  const localMs = atMs + zone.offsetMs(atMs);
  return unit === 'WEEK' ? floorTo(localMs - firstMondayMs, 7 * dayMs) + firstMondayMs : floorTo(localMs, dayMs);
}

function lastOf(edges: readonly number[]): number {
  return edges.at(-1) as number;
}

function floorTo(value: number, step: number): number {
  return Math.floor(value / step) * step;
}

class Zone {
  readonly #format: Intl.DateTimeFormat;

  constructor(name: string) {
    this.#format = offsets(name);
  }

  /** What local clocks are ahead of UTC. */
  offsetMs(atMs: number): number {
    const parts = Object.fromEntries(this.#format.formatToParts(atMs).map(({ type, value }) => [type, Number(value)]));
    const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
    return Date.UTC(year, month - 1, day, hour, minute, second) - floorTo(atMs, 1_000);
  }

  startOfHour(atMs: number): number {
    const offsetMs = this.offsetMs(atMs);
    return floorTo(atMs + offsetMs, hourMs) - offsetMs;
  }

  /** The next full hour on local clocks; clocks that change by half an hour make a longer or a shorter one. */
  nextHour(edgeMs: number): number {
    const next = this.startOfHour(edgeMs + hourMs);
    return next > edgeMs ? next : next + hourMs;
  }

  /** The first instant at or after a local midnight. */
  startOfDay(localMs: number): number {
    const before = this.offsetMs(localMs - dayMs);
    const after = this.offsetMs(localMs + dayMs);
    for (const offsetMs of [before, after]) {
      const atMs = localMs - offsetMs;
      if (this.offsetMs(atMs) === offsetMs) return atMs;
    }
    return this.#changeBetween(localMs - Math.max(before, after), localMs - Math.min(before, after));
  }

  /** When the offset leaves what it is at the first instant. */
  #changeBetween(fromMs: number, toMs: number): number {
    const offsetMs = this.offsetMs(fromMs - 1);
    let [low, high] = [fromMs - 1, toMs];
    while (high - low > 1) {
      const middle = Math.floor((low + high) / 2);
      if (this.offsetMs(middle) === offsetMs) low = middle;
      else high = middle;
    }
    return high;
  }
}

/** Making one is slow. */
const formats = new LRUCache<string, Intl.DateTimeFormat>({ max: 100 });

/** @throws {RangeError} when there is no such zone. */
function offsets(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone);
  if (known !== undefined) return known;
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone,
    calendar: 'gregory',
    numberingSystem: 'latn',
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  formats.set(timeZone, format);
  return format;
}
