import { describe, expect, it } from '@jest/globals';
import { compileActivityFilter } from '../../../../src/datasources/mcas/filter.js';

describe('a filter of activities', () => {
  it('compiles to the fields and operators of Cloud Apps', () => {
    const compiled = compileActivityFilter({
      userName: { in: ["o'hara@contoso.com"], isNull: false },
      appId: { in: [11161], notIn: [20893] },
      eventTypeName: { in: ['EVENT_CATEGORY_LOGIN'] },
      deviceType: { notIn: ['MOBILE'] },
      takenAction: { in: ['BYPASS_PROXY'] },
      countryCode: { isNull: true },
      isAdminEvent: true,
      alertId: 'abc',
    });
    expect(compiled).toEqual({
      filters: {
        'user.username': { eq: ["o'hara@contoso.com"], isset: true },
        service: { eq: [11161], neq: [20893] },
        'activity.eventActionType': { eq: ['EVENT_CATEGORY_LOGIN'] },
        'device.type': { neq: ['MOBILE'] },
        'activity.takenAction': { eq: ['BypassProxy'] },
        'location.country': { isnotset: true },
        'activity.type': { eq: true },
        'activity.alertId': { eq: ['abc'] },
      },
      date: {},
      matchesNothing: false,
    });
  });

  it('turns half-open spans into whole milliseconds, both ends inclusive', () => {
    const { date, filters } = compileActivityFilter({
      timestamp: { ge: '2026-11-21T08:00:00.0001Z', lt: '2026-11-21T09:00:00Z' },
      created: { lt: '2026-11-21T09:00:00.0005Z' },
    });
    expect(date).toEqual({ gte: Date.parse('2026-11-21T08:00:00.001Z'), lte: Date.parse('2026-11-21T08:59:59.999Z') });
    expect(filters).toEqual({ created: { lte: Date.parse('2026-11-21T09:00:00.000Z') } });
  });

  it.each([
    ['a word that the upstream does not take', { deviceType: { in: ['UNRECOGNIZED'] } }],
    ['null where the upstream cannot ask for it', { eventTypeName: { isNull: true } }],
    ['more values than it takes', { userName: { in: Array.from({ length: 101 }, (_, n) => `u${n}`) } }],
  ])('refuses %s', (_, filter) => {
    expect(() => compileActivityFilter(filter)).toThrow(/"filter\./);
  });
});
