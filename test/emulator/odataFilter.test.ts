import { describe, expect, it } from '@jest/globals';
import { compileFilter } from '../../emulator/odata/compileFilter.js';
import { ODataSyntaxError, ODataUnsupportedError } from '../../emulator/odata/errors.js';
import { buildProperties, type FilterModel } from '../../emulator/odata/filterModel.js';
import { instantKey } from '../../emulator/odata/instant.js';
import { longestAlternative, longestList } from '../../emulator/odata/measureFilter.js';
import { parseFilter } from '../../emulator/odata/parseFilter.js';
import { parseOrderBy } from '../../emulator/odata/parseOrderBy.js';

const all = 'eq ne gt ge lt le in startswith endswith contains';
const model: FilterModel = {
  properties: {
    ...buildProperties([
      ['name status id vendorInformation/provider', 'text', all],
      ['created', 'instant', 'eq ne gt ge lt le'],
      ['size', 'number', 'eq ne gt ge lt le in'],
      ['enabled', 'boolean', 'eq ne'],
      ['onlyEq', 'text', 'eq'],
    ]),
  },
  lambdas: {
    evidence: {
      properties: buildProperties([
        ['microsoft.graph.security.userEvidence/userAccount/userPrincipalName', 'text', 'eq startswith'],
        ['verdict', 'text', 'eq ne'],
      ]),
    },
    tags: { properties: buildProperties([['', 'text', 'eq startswith']]) },
  },
};

const rows = [
  {
    id: 'a',
    name: "O'Neil (and) Co",
    status: 'new',
    created: '2026-01-02T03:04:05.1234567Z',
    size: 5,
    enabled: true,
    vendorInformation: { provider: 'MCAS' },
    tags: ['red', 'blue'],
    evidence: [
      {
        '@odata.type': '#microsoft.graph.security.userEvidence',
        verdict: 'malicious',
        userAccount: { userPrincipalName: 'Kim@Contoso.com' },
      },
      { '@odata.type': '#microsoft.graph.security.ipEvidence', verdict: 'suspicious' },
    ],
  },
  {
    id: 'b',
    name: null,
    status: 'inProgress',
    created: '2026-01-02T03:04:05.123Z',
    size: -1.5,
    enabled: false,
    tags: [],
    evidence: [],
  },
  { id: 'c', name: 'und, or', status: 'resolved', created: '2026-02-01T00:00:00Z', size: 1000, tags: ['green'] },
];

function select(filter: string): string {
  const predicate = compileFilter(parseFilter(filter), model);
  return rows
    .filter(predicate)
    .map((row) => row.id)
    .join('');
}

describe('$filter', () => {
  it.each([
    ["status eq 'new'", 'a'],
    ["status eq 'NEW'", 'a'],
    ["status ne 'new'", 'bc'],
    ["'new' eq status", 'a'],
    ["status in ('new','resolved')", 'ac'],
    ["status in ( 'inProgress' )", 'b'],
    ['name eq null', 'b'],
    ['name ne null', 'ac'],
    ["name ne 'und, or'", 'ab'],
    ["name eq 'O''Neil (and) Co'", 'a'],
    ['size gt 5', 'c'],
    ['size ge 5', 'ac'],
    ['size lt 0', 'b'],
    ['size eq -1.5', 'b'],
    ['size le 1e3', 'abc'],
    ['5 lt size', 'c'],
    ['size in (5, 1000)', 'ac'],
    ['enabled eq true', 'a'],
    ['enabled', 'a'],
    ['not (enabled)', 'bc'],
    ['enabled ne false', 'ac'],
    ["vendorInformation/provider eq 'mcas'", 'a'],
    ["VendorInformation/Provider eq 'MCAS'", 'a'],
    ["startswith(name,'und')", 'c'],
    ["startsWith(name, 'UND')", 'c'],
    ["endswith(name,'Co')", 'a'],
    ["contains(name,'(and)')", 'a'],
    ["not startswith(name,'und')", 'ab'],
    ["not(status eq 'new')", 'bc'],
    ["not (status eq 'new' or size gt 100)", 'b'],
  ])('%s selects %s', (filter, expected) => {
    expect(select(filter)).toBe(expected);
  });

  it('binds and tighter than or', () => {
    expect(select("status eq 'new' or status eq 'resolved' and size lt 0")).toBe('a');
    expect(select("(status eq 'new' or status eq 'resolved') and size lt 0")).toBe('');
  });

  it('binds not tighter than and', () => {
    expect(select("not startswith(name,'und') and size gt 0")).toBe('a');
  });

  it('compares instants to 100 ns, with any number of digits and any zone', () => {
    expect(select('created gt 2026-01-02T03:04:05.123Z')).toBe('ac');
    expect(select('created eq 2026-01-02T03:04:05.1234567Z')).toBe('a');
    expect(select('created lt 2026-01-02T03:04:05.1234567Z')).toBe('b');
    expect(select('created ge 2026-02-01T01:00:00+01:00')).toBe('c');
    expect(select('created ge 2026-02-01')).toBe('c');
  });

  it('reads enum literals with their type and unquoted guids', () => {
    expect(select("status eq microsoft.graph.security.alertStatus'new'")).toBe('a');
    expect(select('id eq 12345678-1234-1234-1234-123456789abc')).toBe('');
  });

  it('looks into collections, through type casts', () => {
    const upn = 'microsoft.graph.security.userEvidence/userAccount/userPrincipalName';
    expect(select(`evidence/any(e: e/${upn} eq 'kim@contoso.com')`)).toBe('a');
    expect(select(`evidence/any(e:e/${upn} eq 'nobody@contoso.com')`)).toBe('');
    expect(select(`evidence/any(e:e/${upn} eq 'kim@contoso.com' and e/verdict eq 'suspicious')`)).toBe('');
    expect(select("evidence/all(e:e/verdict ne 'malicious')")).toBe('bc');
    expect(select('evidence/any()')).toBe('a');
    expect(select("tags/any(t:t eq 'GREEN')")).toBe('c');
    expect(select("not tags/any(t:startswith(t,'r'))")).toBe('bc');
  });

  it('lets gt include equal instants where the service does', () => {
    const inclusive = {
      properties: { created: { type: 'instant' as const, operators: new Set(['gt']), gtIsGe: true } },
    };
    const predicate = compileFilter(parseFilter('created gt 2026-02-01T00:00:00Z'), inclusive);
    expect(rows.filter(predicate).map(({ id }) => id)).toEqual(['c']);
  });

  it.each([
    '',
    '   ',
    'status',
    'status eq',
    "status eq 'new",
    "status eq 'new' and",
    "and status eq 'new'",
    "(status eq 'new'",
    "status eq 'new')",
    'status in ()',
    "status in 'new'",
    "not status eq 'new'",
    "status == 'new'",
    "startswith(name 'x')",
    "evidence/any(e e/verdict eq 'x')",
    "status eq 'it's'",
    "status eq 'new'; drop",
    `${'('.repeat(500)}enabled${')'.repeat(500)}`,
  ])('refuses the malformed %j', (filter) => {
    const compile = () => compileFilter(parseFilter(filter), model);
    if (filter === 'status') expect(compile).toThrow(ODataUnsupportedError);
    else expect(compile).toThrow(ODataSyntaxError);
  });

  it.each([
    "unknown eq 'x'",
    "onlyEq ne 'x'",
    "startswith(onlyEq,'x')",
    "onlyEq in ('x')",
    "created eq '2026-01-01T00:00:00Z'",
    'status eq 5',
    "size eq '5'",
    'status eq name',
    "'a' eq 'a'",
    "other/any(o:o eq 'x')",
    "evidence/any(e:x/verdict eq 'y')",
    "evidence/any(e:e/roles/any(r:r eq 'x'))",
    'contains(name,5)',
    "__proto__ eq 'x'",
    "constructor eq 'x'",
  ])('refuses what the resource does not filter by: %s', (filter) => {
    expect(() => compileFilter(parseFilter(filter), model)).toThrow(ODataUnsupportedError);
  });

  it('measures the longest list and the longest alternative', () => {
    expect(longestList(parseFilter("status in ('a','b','c') or id in ('x')"))).toBe(3);
    expect(longestAlternative(parseFilter("id eq 'a' or id eq 'b' or (id eq 'c' or id eq 'd')"))).toBe(4);
    expect(longestAlternative(parseFilter("id eq 'a' and id eq 'b'"))).toBe(1);
  });
});

describe('$orderby', () => {
  it('reads keys and directions', () => {
    expect(parseOrderBy('createdDateTime desc, id')).toEqual([
      { property: 'createdDateTime', descending: true },
      { property: 'id', descending: false },
    ]);
  });

  it.each(['', 'a b', 'a desc desc', 'a,', "a' desc"])('refuses %j', (text) => {
    expect(() => parseOrderBy(text)).toThrow(ODataSyntaxError);
  });
});

describe('instantKey', () => {
  it.each([
    ['2026-01-02T03:04:05Z', '2026-01-02T03:04:05.0000000Z'],
    ['2026-01-02T03:04:05.1+02:00', '2026-01-02T01:04:05.1000000Z'],
    ['2026-01-02', '2026-01-02T00:00:00.0000000Z'],
    ['String (timestamp)', undefined],
    ['2026-13-02', undefined],
    [null, undefined],
  ])('of %j is %j', (text, expected) => {
    expect(instantKey(text)).toBe(expected);
  });
});
