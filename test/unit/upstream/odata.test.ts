import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { z } from 'zod';
import { odataDate, odataString, parsePage } from '../../../src/upstream/odata.js';

describe('a filter literal', () => {
  it('doubles the quotes of a string', () => {
    expect(odataString("o'brien")).toBe("'o''brien'");
  });

  it('never ends before its end', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const literal = odataString(text);
        expect(literal.slice(1, -1).replaceAll("''", '')).not.toContain("'");
        expect(literal.slice(1, -1).replaceAll("''", "'")).toBe(text);
      }),
    );
  });

  it('keeps the digits of a date and turns it to UTC', () => {
    expect(odataDate('2026-11-21T14:00:00.1234567+02:00')).toBe('2026-11-21T12:00:00.1234567Z');
  });

  it.each(['', 'yesterday', "2026-11-21T12:00:00Z' or 1 eq 1"])('refuses what is no date: %j', (text) => {
    expect(() => odataDate(text)).toThrow(RangeError);
  });
});

describe('a page', () => {
  const row = z.object({ id: z.string() });
  const parse = (body: unknown) => parsePage(body, (value) => row.parse(value));

  it('has rows, the next link and the count', () => {
    const body = {
      '@odata.context': 'c',
      value: [{ id: 'a', more: 1 }],
      '@odata.nextLink': '/v1.0/x',
      '@odata.count': 7,
    };
    expect(parse(body)).toEqual({ rows: [{ id: 'a' }], nextLink: '/v1.0/x', count: 7 });
  });

  it('needs neither link nor count', () => {
    expect(parse({ value: [] })).toEqual({ rows: [] });
  });

  it.each([undefined, null, [], {}, { value: {} }, { value: [{ id: 'a' }, { id: 1 }] }])('rejects %j', (body) => {
    expect(() => parse(body)).toThrow();
  });
});
