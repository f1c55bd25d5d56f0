import { describe, expect, it } from '@jest/globals';
import { compileFilters, FilterProblem } from '../../../emulator/mcas/filters/compileFilters.js';
import { at, each, type FilterTable, filter, type Operator } from '../../../emulator/mcas/filters/FilterDefinition.js';
import type { Row } from '../../../emulator/tenant/Tenant.js';

const everyOperator: readonly Operator[] = [
  'eq',
  'neq',
  'deq',
  'contains',
  'ncontains',
  'startswith',
  'doesnotstartwith',
  'startswithsingle',
  'endswith',
  'text',
  'gt',
  'gte',
  'lt',
  'lte',
  'gte_ndays',
  'lte_ndays',
  'range',
  'isset',
  'isnotset',
  'descendantof',
  'ndescendantof',
  'cabinetmatchedrulesequals',
];
const table: FilterTable = {
  name: filter('text', everyOperator, at('name')),
  'user.username': filter('text', everyOperator, at('user', 'userName')),
  tags: filter('text', everyOperator, each('tags')),
  size: filter('number', everyOperator, at('size')),
  date: filter('time', everyOperator, at('date')),
  open: filter('flag', ['eq'], at('open')),
  entity: filter('entity', ['eq', 'neq'], at('key')),
  id: filter('objectId', ['eq'], at('_id')),
};
const dayMs = 86_400_000;
const nowMs = 100 * dayMs;
const row: Row = {
  _id: '0123456789abcdef01234567',
  name: 'Budget 2026',
  user: { userName: 'Adele@contoso.example' },
  tags: ['red', 'blue'],
  size: 10,
  date: nowMs - 2 * dayMs,
  open: false,
  key: { id: 'Adele@contoso.example', saas: 11161, inst: 0 },
};

function matches(filters: Row, tested: Row = row): boolean {
  return compileFilters(filters, table, nowMs)(tested);
}

describe('a filter object', () => {
  it.each<[string, Row, boolean]>([
    ['eq with one value', { name: { eq: 'Budget 2026' } }, true],
    ['eq with a list', { size: { eq: [9, 10] } }, true],
    ['eq without case', { 'user.username': { eq: ['ADELE@contoso.example'] } }, true],
    ['eq with a number as text', { size: { eq: '10' } }, true],
    ['neq is none of the list', { size: { neq: [9, 10] } }, false],
    ['neq of other values', { size: { neq: [8, 9] } }, true],
    ['eq with null on a row with a value', { name: { eq: [null] } }, false],
    ['deq finds a value beside the given', { tags: { deq: ['red'] } }, true],
    ['deq finds none', { tags: { deq: ['red', 'blue'] } }, false],
    ['contains', { name: { contains: ['xx', 'get 2'] } }, true],
    ['ncontains', { name: { ncontains: ['get 2'] } }, false],
    ['startswith', { name: { startswith: 'budget' } }, true],
    ['doesnotstartwith', { name: { doesnotstartwith: ['Budget'] } }, false],
    ['startswithsingle', { name: { startswithsingle: 'Bud' } }, true],
    ['endswith', { name: { endswith: ['2026'] } }, true],
    ['text', { name: { text: 'dget' } }, true],
    ['gt excludes equal', { size: { gt: 10 } }, false],
    ['gte includes equal', { size: { gte: 10 } }, true],
    ['lt excludes equal', { size: { lt: 10 } }, false],
    ['lte includes equal', { size: { lte: 10 } }, true],
    ['gte_ndays is later than N days ago', { date: { gte_ndays: 3 } }, true],
    ['lte_ndays is earlier than N days ago', { date: { lte_ndays: 3 } }, false],
    [
      'range includes its bounds',
      {
        size: {
          range: [
            { start: 1, end: 2 },
            { start: 10, end: 12 },
          ],
        },
      },
      true,
    ],
    ['range without a match', { size: { range: [{ start: 11, end: 12 }] } }, false],
    ['isset', { name: { isset: true } }, true],
    ['isnotset', { name: { isnotset: true } }, false],
    ['a flag', { open: { eq: false } }, true],
    ['an entity with all parts', { entity: { eq: [{ id: 'adele@contoso.example', saas: 11161, inst: 0 }] } }, true],
    ['an entity without its application', { entity: { eq: [{ id: 'adele@contoso.example' }] } }, true],
    [
      'an entity of another application',
      { entity: { eq: [{ id: 'adele@contoso.example', saas: 1, inst: 0 }] } },
      false,
    ],
    ['a leading group option', { tags: { eq: [{ role: 1, adv: true }, 'red'] } }, true],
    ['all operators of a field together', { size: { gte: 5, lte: 9 } }, false],
    ['all fields together', { size: { eq: 10 }, name: { eq: 'other' } }, false],
    ['nothing', {}, true],
  ])('evaluates %s', (_title, filters, expected) => {
    expect(matches(filters)).toBe(expected);
  });

  it('finds rows without a value by null and isnotset', () => {
    expect(matches({ name: { eq: [null, 'x'] } }, {})).toBe(true);
    expect(matches({ name: { isnotset: true } }, {})).toBe(true);
    expect(matches({ name: { eq: ['x'] } }, {})).toBe(false);
    expect(matches({ name: { neq: ['x'] } }, {})).toBe(true);
  });

  it.each<[string, Row]>([
    ['an unknown filter', { nmae: { eq: 'x' } }],
    ['a name of every object', { constructor: { eq: 'x' } }],
    ['an unknown operator', { name: { equals: 'x' } }],
    ['an operator that the filter does not take', { open: { gte: 1 } }],
    ['a filter without an operator object', { name: 'x' }],
    ['an empty list', { name: { eq: [] } }],
    ['a date that is no number', { date: { gte: 'yesterday' } }],
    ['a number that is no number', { size: { eq: ['ten'] } }],
    ['a flag that is no flag', { open: { eq: 'perhaps' } }],
    ['an entity without an id', { entity: { eq: [{ saas: 1 }] } }],
    ['a range that is no object', { date: { range: [5] } }],
    ['two values for a single one', { name: { startswithsingle: ['a', 'b'] } }],
    ['a malformed alert id', { id: { eq: ['ca0123456789abcdef01234567'] } }],
  ])('refuses %s', (_title, filters) => {
    expect(() => matches(filters)).toThrow(FilterProblem);
  });
});
