import { describe, expect, it } from '@jest/globals';
import { DateTime } from '../../../src/schema/scalars/dateTime.js';

describe('DateTime', () => {
  it('passes seven fraction digits through untouched', () => {
    expect(DateTime.serialize('2018-09-27T16:24:59.3930894Z')).toBe('2018-09-27T16:24:59.3930894Z');
    expect(DateTime.parseValue('2018-09-27T16:24:59.3930894Z')).toBe('2018-09-27T16:24:59.3930894Z');
  });

  it.each([5, null, '2026-01-01', 'yesterday', "2026-01-01T00:00:00Z'"])('refuses %j as input', (value) => {
    expect(() => DateTime.parseValue(value)).toThrow(/RFC 3339/);
  });
});
