import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isTimeZone, type SpanUnit, spanUnits, zonedEdges } from '../../../src/time/zonedEdges.js';

const hourMs = 3_600_000;

function edges(zone: string, unit: SpanUnit, from: string, to: string): string[] {
  return zonedEdges(zone, unit, Date.parse(from), Date.parse(to), 10_000).map((ms) => new Date(ms).toISOString());
}

describe('edges of days', () => {
  it('makes a day of 23 hours where clocks go forward and one of 25 where they go back', () => {
    expect(edges('Europe/Berlin', 'DAY', '2026-03-28T12:00:00Z', '2026-03-30T12:00:00Z')).toEqual([
      '2026-03-27T23:00:00.000Z',
      '2026-03-28T23:00:00.000Z',
      '2026-03-29T22:00:00.000Z',
      '2026-03-30T22:00:00.000Z',
    ]);
    expect(edges('America/New_York', 'DAY', '2026-11-01T12:00:00Z', '2026-11-02T12:00:00Z')).toEqual([
      '2026-11-01T04:00:00.000Z',
      '2026-11-02T05:00:00.000Z',
      '2026-11-03T05:00:00.000Z',
    ]);
  });

  it('begins a day without midnight with its first instant', () => {
    // Cuba goes from 0:00 to 1:00.
    expect(edges('America/Havana', 'DAY', '2026-03-08T12:00:00Z', '2026-03-08T13:00:00Z')[0]).toBe(
      '2026-03-08T05:00:00.000Z',
    );
  });

  it('begins a day with two midnights with the first of them', () => {
    // Cuba goes from 1:00 back to 0:00.
    expect(edges('America/Havana', 'DAY', '2026-11-01T12:00:00Z', '2026-11-01T13:00:00Z')[0]).toBe(
      '2026-11-01T04:00:00.000Z',
    );
  });

  it('leaves out a date that a zone never had', () => {
    // Samoa went from 29 to 31 December 2011.
    expect(edges('Pacific/Apia', 'DAY', '2011-12-29T12:00:00Z', '2011-12-31T08:00:00Z')).toEqual([
      '2011-12-29T10:00:00.000Z',
      '2011-12-30T10:00:00.000Z',
      '2011-12-31T10:00:00.000Z',
    ]);
  });

  it('takes an instant on an edge as the beginning of the day', () => {
    expect(edges('UTC', 'DAY', '2026-11-20T00:00:00Z', '2026-11-21T00:00:00Z')).toHaveLength(2);
  });
});

describe('edges of hours and weeks', () => {
  it('tells the two hours of the same name apart when clocks go back', () => {
    const hours = edges('Europe/Berlin', 'HOUR', '2026-10-25T00:00:00Z', '2026-10-25T03:00:00Z');
    expect(hours).toHaveLength(4);
  });

  it('follows zones that are half an hour off', () => {
    expect(edges('Asia/Kolkata', 'HOUR', '2026-11-20T10:10:00Z', '2026-11-20T10:20:00Z')).toEqual([
      '2026-11-20T09:30:00.000Z',
      '2026-11-20T10:30:00.000Z',
    ]);
  });

  it('begins weeks on Monday, at local midnight', () => {
    expect(edges('America/New_York', 'WEEK', '2026-11-01T12:00:00Z', '2026-11-05T00:00:00Z')).toEqual([
      '2026-10-26T04:00:00.000Z',
      '2026-11-02T05:00:00.000Z',
      '2026-11-09T05:00:00.000Z',
    ]);
  });

  it('stops at the most edges that are wanted', () => {
    const start = Date.parse('2026-01-01T00:00:00Z');
    expect(zonedEdges('UTC', 'HOUR', start, start + 1_000_000 * hourMs, 10)).toHaveLength(11);
  });
});

describe('edges in any zone', () => {
  const zones = Intl.supportedValuesOf('timeZone');
  const instant = fc.integer({ min: Date.parse('1990-01-01T00:00:00Z'), max: Date.parse('2030-01-01T00:00:00Z') });

  it('rise, hold the span between them, and each begins a new date, hour or week on local clocks', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...zones),
        fc.constantFrom(...spanUnits),
        instant,
        fc.integer({ min: 1, max: 24 * 40 }),
        (zone, unit, from, hours) => {
          const to = from + hours * hourMs;
          const found = zonedEdges(zone, unit, from, to, 10_000);
          expect(found[0]).toBeLessThanOrEqual(from);
          expect(found.at(-1)).toBeGreaterThanOrEqual(to);
          found.forEach((edge, index) => {
            if (index > 0) expect(edge).toBeGreaterThan(found[index - 1] as number);
            if (unit === 'DAY') expect(localDate(zone, edge)).not.toBe(localDate(zone, edge - 1));
            if (unit === 'DAY' && index > 0)
              expect(localDate(zone, edge - 1)).toBe(localDate(zone, found[index - 1] as number));
            if (unit === 'WEEK') expect(localDate(zone, edge)).not.toBe(localDate(zone, edge - 1));
          });
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe('names of zones', () => {
  it.each(['UTC', 'Europe/Berlin', 'asia/tokyo'])('knows %j', (name) => expect(isTimeZone(name)).toBe(true));
  it.each(['', 'Mars/Olympus', 'Europe/Berlin; DROP'])('does not know %j', (name) =>
    expect(isTimeZone(name)).toBe(false),
  );
});

function localDate(timeZone: string, ms: number): string {
  return new Intl.DateTimeFormat('en-CA', { timeZone, dateStyle: 'short' }).format(ms);
}
