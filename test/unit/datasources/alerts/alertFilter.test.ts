import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { alertDialects } from '../../../../src/datasources/alerts/alertDialects.js';
import { toOData } from '../../../../src/datasources/alerts/alertFilter.js';
import { matchesAlertFilter } from '../../../../src/datasources/alerts/matchesAlertFilter.js';
import { alertRow, evaluate, type Row } from './fakeAlertService.js';

const { v2, legacy } = alertDialects;

describe('a filter of alerts as OData', () => {
  it('doubles a quote in a user principal name', () => {
    const { terms } = toOData({ userPrincipalName: "o'brien@contoso.com" }, v2);
    expect(terms).toEqual([
      "evidence/any(e: e/microsoft.graph.security.userEvidence/userAccount/userPrincipalName eq 'o''brien@contoso.com')",
    ]);
  });

  it('asks for several values with or, and leaves values out with ne', () => {
    const { terms } = toOData(
      { status: { in: ['NEW', 'IN_PROGRESS'] }, severity: { notIn: ['LOW'] }, assignedTo: { isNull: true } },
      v2,
    );
    expect(terms).toEqual(['assignedTo eq null', "severity ne 'low'", "(status eq 'new' or status eq 'inProgress')"]);
  });

  it('writes instants unquoted in UTC with all digits', () => {
    const { terms } = toOData(
      {
        createdDateTime: { ge: '2026-11-20T12:00:00.1234567+02:00' },
        lastUpdateDateTime: { lt: '2026-11-21T00:00:00Z' },
      },
      v2,
    );
    expect(terms).toEqual([
      'createdDateTime ge 2026-11-20T10:00:00.1234567Z',
      'lastUpdateDateTime lt 2026-11-21T00:00:00.0000000Z',
    ]);
  });

  it('speaks the legacy words', () => {
    const { terms } = toOData(
      {
        status: { in: ['NEW', 'RESOLVED'] },
        classification: { in: ['INFORMATIONAL_EXPECTED_ACTIVITY'] },
        serviceSource: { in: ['MICROSOFT_DEFENDER_FOR_CLOUD_APPS'] },
        lastUpdateDateTime: { ge: '2026-11-21T00:00:00Z' },
      },
      legacy,
    );
    expect(terms).toEqual([
      "feedback eq 'benignPositive'",
      "vendorInformation/provider eq 'MCAS'",
      "(status eq 'newAlert' or status eq 'resolved' or status eq 'dismissed')",
      'lastModifiedDateTime ge 2026-11-21T00:00:00.0000000Z',
    ]);
  });

  it('knows without a call that nothing can match', () => {
    expect(toOData({ status: { in: [] } }, v2).matchesNothing).toBe(true);
    expect(toOData({ serviceSource: { in: ['MICROSOFT_INSIDER_RISK_MANAGEMENT'] } }, legacy).matchesNothing).toBe(true);
    expect(toOData({ status: { in: ['NEW'], notIn: [] } }, v2).matchesNothing).toBe(false);
  });

  it.each([
    [{ status: { in: ['UNRECOGNIZED'] } }, v2],
    [{ classification: { notIn: ['BENIGN_POSITIVE'] } }, v2],
    [{ determination: { in: ['MALWARE'] } }, legacy],
    [{ userPrincipalName: '' }, v2],
    [{ userPrincipalName: 'x'.repeat(513) }, v2],
    [{ assignedTo: { in: Array.from({ length: 51 }, (_, n) => `u${n}`) } }, v2],
  ])('refuses %j', (filter, dialect) => {
    expect(() => toOData(filter, dialect)).toThrow(expect.objectContaining({ code: 'BAD_USER_INPUT' }));
  });
});

const member = <T>(values: readonly T[]) => fc.constantFrom(...values);
const valueFilter = (values: readonly string[]) =>
  fc.option(
    fc.record(
      { in: fc.subarray([...values], { minLength: 1 }), notIn: fc.subarray([...values]), isNull: fc.boolean() },
      { requiredKeys: [] },
    ),
    { nil: null },
  );
const instants = [
  '2026-11-20T10:00:00.0000001Z',
  '2026-11-20T10:00:00.0000002Z',
  '2026-11-20T12:00:00+01:00',
  '2026-11-21T00:00:00Z',
];
const instantFilter = fc.option(fc.record({ ge: member(instants), lt: member(instants) }, { requiredKeys: [] }), {
  nil: null,
});
const names = ["o'brien@contoso.com", 'ann@contoso.com', 'ANN@contoso.com'];

const filters = fc.record(
  {
    assignedTo: valueFilter(names),
    classification: valueFilter(['TRUE_POSITIVE', 'FALSE_POSITIVE', 'INFORMATIONAL_EXPECTED_ACTIVITY']),
    serviceSource: valueFilter([
      'MICROSOFT_DEFENDER_FOR_CLOUD_APPS',
      'MICROSOFT_DEFENDER_FOR_ENDPOINT',
      'MICROSOFT_SENTINEL',
    ]),
    severity: valueFilter(['LOW', 'MEDIUM', 'HIGH']),
    status: valueFilter(['NEW', 'IN_PROGRESS', 'RESOLVED']),
    createdDateTime: instantFilter,
    lastUpdateDateTime: instantFilter,
    userPrincipalName: fc.option(member(names), { nil: null }),
  },
  { requiredKeys: [] },
);

const v2Rows: fc.Arbitrary<Row> = fc
  .record({
    assignedTo: member([null, ...names]),
    classification: member([null, 'truePositive', 'FalsePositive', 'unknownFutureValue']),
    serviceSource: member(['microsoftDefenderForCloudApps', 'microsoftSentinel', 'somethingNew']),
    severity: member(['low', 'High', 'unknownFutureValue']),
    status: member(['new', 'inProgress', 'Resolved']),
    createdDateTime: member(instants),
    lastUpdateDateTime: member(instants),
    upn: member([null, ...names]),
  })
  .map(({ upn, ...members }) =>
    alertRow('a1', {
      ...members,
      evidence: [{ '@odata.type': '#microsoft.graph.security.userEvidence', userAccount: { userPrincipalName: upn } }],
    }),
  );

const legacyRows: fc.Arbitrary<Row> = fc
  .record({
    assignedTo: member([null, '', ...names]),
    feedback: member([null, 'truePositive', 'benignPositive', 'unknownFutureValue']),
    vendorInformation: member(['MCAS', 'Azure Sentinel', 'WDATP', 'Other']).map((provider) => ({
      provider,
      vendor: 'Microsoft',
    })),
    severity: member(['low', 'High', 'unknownFutureValue']),
    status: member(['newAlert', 'inProgress', 'resolved', 'dismissed']),
    createdDateTime: member(instants),
    lastModifiedDateTime: member(instants),
    userStates: member([[], ...names.map((userPrincipalName) => [{ userPrincipalName }])]),
  })
  .map((members) => ({ id: 'a1', ...members }));

describe('the two meanings of a filter', () => {
  it.each([
    ['v2', v2Rows],
    ['legacy', legacyRows],
  ] as const)('agree on %s rows: the upstream evaluates what the gateway matches', (name, rows) => {
    const dialect = alertDialects[name];
    fc.assert(
      fc.property(filters, rows, (filter, row) => {
        const { terms, matchesNothing } = toOData(filter, dialect);
        const atUpstream = !matchesNothing && evaluate(name, terms.length > 0 ? terms.join(' and ') : undefined, row);
        expect(matchesAlertFilter(filter, dialect.parse(row))).toBe(atUpstream);
      }),
      { numRuns: 1_000 },
    );
  });
});
