import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { decodeCursor, decodeTimeCursor, encodeCursor, listKeyOf } from '../../../../src/datasources/paging/cursor.js';
import { readPageArgs } from '../../../../src/datasources/paging/pageArgs.js';
import { UserInputError } from '../../../../src/errors/GatewayError.js';

const listKey = listKeyOf('alerts', { status: { in: ['NEW'] } });

describe('list cursors', () => {
  it('give back the position that they were made from', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 200 }), fc.string({ maxLength: 200 }), (order, id) => {
        const text = encodeCursor({ order, id }, listKey);
        if (text.length <= 1_024) expect(decodeCursor(text, listKey)).toEqual({ order, id });
      }),
    );
  });

  it('are refused with a coded error when they are anything else', () => {
    fc.assert(fc.property(fc.string(), (text) => expect(() => decodeCursor(text, listKey)).toThrow(UserInputError)));
  });

  it('are refused when longer than 1,024 characters', () => {
    expect(() => decodeCursor('A'.repeat(1_025), listKey)).toThrow(/longer than 1024/);
  });

  it('are refused by a list with another filter or order', () => {
    const text = encodeCursor({ order: '2026-01-01T00:00:00Z', id: 'da1' }, listKey);
    expect(() => decodeCursor(text, listKeyOf('alerts', { status: { in: ['RESOLVED'] } }))).toThrow(
      /another filter or order/,
    );
  });

  it('of lists by time hold a time or nothing, because it becomes part of upstream filters', () => {
    const cursorAt = (order: string) => encodeCursor({ order, id: 'da1' }, listKey);
    for (const order of ['', '2026-01-01T00:00:00.1234567Z'])
      expect(decodeTimeCursor(cursorAt(order), listKey)).toEqual({ order, id: 'da1' });
    for (const order of ['soon', "2026-01-01T00:00:00Z' or 1 eq 1", '2026-01-01T00:00:00Z or id ne null'])
      expect(() => decodeTimeCursor(cursorAt(order), listKey)).toThrow(/not a cursor of this gateway/);
  });

  it('do not depend on the order in which a filter is written', () => {
    expect(listKeyOf('alerts', { a: 1, b: { c: 2, d: 3 } })).toBe(listKeyOf('alerts', { b: { d: 3, c: 2 }, a: 1 }));
  });
});

describe('page arguments', () => {
  it.each([0, -1, 1_001, 10_000, 1.5])('refuse first: %p with BAD_USER_INPUT', (first) => {
    expect(() => readPageArgs({ first })).toThrow(expect.objectContaining({ code: 'BAD_USER_INPUT' }));
  });

  it('take 1 and 1000 and default to 50', () => {
    expect([readPageArgs({ first: 1 }).first, readPageArgs({ first: 1_000 }).first, readPageArgs({}).first]).toEqual([
      1, 1_000, 50,
    ]);
  });
});
