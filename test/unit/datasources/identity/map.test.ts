import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { toRiskEvent, toRiskyUser } from '../../../../src/datasources/identity/map.js';
import { riskDetectionRow, riskyUserRow } from '../../../../src/datasources/identity/wire.js';
import { detection, identity, setUpIdentity } from './fakeIdentity.js';

const read = (row: object) => toRiskEvent(riskDetectionRow.parse({ id: 'x', ...row }));
const pairs = (values: Record<string, unknown>) =>
  JSON.stringify(Object.entries(values).map(([Key, Value]) => ({ Key, Value })));

describe('the type of a risk event', () => {
  it.each([
    ['impossibleTravel', 'ImpossibleTravelRiskEvent'],
    ['unlikelyTravel', 'ImpossibleTravelRiskEvent'],
    ['UNLIKELYTRAVEL', 'ImpossibleTravelRiskEvent'],
    ['anonymizedIPAddress', 'AnonymousIPRiskEvent'],
    ['leakedCredentials', 'LeakedCredentialsRiskEvent'],
    ['malwareInfectedIPAddress', 'MalwareRiskEvent'],
    ['maliciousIPAddress', 'SuspiciousIPRiskEvent'],
    ['suspiciousIPAddress', 'SuspiciousIPRiskEvent'],
    ['riskyIPAddress', 'SuspiciousIPRiskEvent'],
    ['unfamiliarFeatures', 'UnfamiliarLocationRiskEvent'],
    ['newCountry', 'UnfamiliarLocationRiskEvent'],
    ['passwordSpray', 'OtherRiskEvent'],
    ['somethingOf2030', 'OtherRiskEvent'],
    ['constructor', 'OtherRiskEvent'],
  ])('of %s is %s', (riskEventType, typeName) => {
    expect(read({ riskEventType })).toMatchObject({ __typename: typeName, riskEventType });
  });

  it('of a row without a word is OtherRiskEvent', () => {
    expect(read({})).toMatchObject({ __typename: 'OtherRiskEvent', riskEventType: '' });
  });
});

describe('words of a risk event', () => {
  it('have a raw twin, also when they are unknown', () => {
    expect(
      read({
        riskLevel: 'High',
        riskState: 'unknownFutureValue',
        riskDetail: 'brandNew',
        tokenIssuerType: 'Azure Active Directory',
      }),
    ).toMatchObject({
      riskLevel: 'HIGH',
      rawRiskLevel: 'High',
      riskState: 'UNRECOGNIZED',
      rawRiskState: 'unknownFutureValue',
      riskDetail: 'UNRECOGNIZED',
      rawRiskDetail: 'brandNew',
      tokenIssuerType: 'AZURE_AD',
      rawTokenIssuerType: 'Azure Active Directory',
    });
  });

  it('and members of a wrong type read as null', () => {
    expect(read({ riskLevel: 7, location: 'Seattle', activityDateTime: 'yesterday', ipAddress: {} })).toMatchObject({
      riskLevel: null,
      location: null,
      activityDateTime: null,
      ipAddress: null,
    });
    const placeholders = {
      id: 'u',
      isDeleted: 'Boolean',
      riskLastUpdatedDateTime: 'String (timestamp)',
      riskLevel: 'String',
    };
    expect(toRiskyUser(riskyUserRow.parse(placeholders))).toMatchObject({
      isDeleted: null,
      riskLastUpdatedDateTime: null,
      riskLevel: 'UNRECOGNIZED',
    });
  });
});

describe('additionalInfo', () => {
  it('tells the sign-in before an impossible journey', () => {
    const relatedLocation = {
      clientIP: '198.51.100.7',
      latitude: 53.3,
      longitude: -6.2,
      countryCode: 'IE',
      countryName: 'Ireland',
      state: 'Leinster',
      city: 'Dublin',
    };
    const previous = {
      previousIpAddress: '198.51.100.7',
      previousDateTime: '2026-11-20T10:00:00.1234567Z',
      previousLocation: {
        city: 'Dublin',
        state: 'Leinster',
        countryOrRegion: 'IE',
        geoCoordinates: { altitude: null, latitude: 53.3, longitude: -6.2 },
      },
    };
    const row = (location: unknown, relatedEventTimeInUtc: string) =>
      read({
        riskEventType: 'unlikelyTravel',
        additionalInfo: pairs({ relatedEventTimeInUtc, relatedLocation: location }),
      });
    expect(row(relatedLocation, '2026-11-20T10:00:00.1234567Z')).toMatchObject(previous);
    expect(row(JSON.stringify(relatedLocation), '2026-11-20T10:00:00.1234567')).toMatchObject(previous);
    expect(row('Dublin, IE', 'soon')).toMatchObject({
      previousIpAddress: null,
      previousDateTime: null,
      previousLocation: { city: 'Dublin', state: null, countryOrRegion: 'IE', geoCoordinates: null },
    });
    expect(row(null, '')).toMatchObject({ previousLocation: null, previousDateTime: null });
  });

  it.each([
    ['2026-11-20T10:00:00.1234567Z', '2026-11-20T10:00:00.1234567Z'],
    ['2026-11-20T10:00:00', '2026-11-20T10:00:00Z'],
    ['2026-11-20T12:00:00+02:00', '2026-11-20T12:00:00+02:00'],
    ['/Date(1763632800000)/', '2025-11-20T10:00:00.000Z'],
    ['/Date(1763632800000+0200)/', '2025-11-20T10:00:00.000Z'],
    ['11/20/2026 10:00:00 AM', '2026-11-20T10:00:00Z'],
    ['11/20/2026 12:00:00 AM', '2026-11-20T00:00:00Z'],
    ['11/20/2026 12:30 PM', '2026-11-20T12:30:00Z'],
    ['1/2/2026 3:04:05 PM +00:00', '2026-01-02T15:04:05+00:00'],
    ['1/2/2026 15:04:05.25', '2026-01-02T15:04:05.25Z'],
    ['1/2/2026 15:04:05 UTC', '2026-01-02T15:04:05Z'],
    ['20/11/2026 10:00:00', null],
    ['11/20/2026 13:00:00 PM', null],
    ['2/30/2026 10:00:00 AM', null],
    ['/Date(soon)/', null],
    ['/Date(999999999999999)/', null],
    ['', null],
    [1763632800000, null],
  ])('reads the time %j of the earlier sign-in as %j', (time, previousDateTime) => {
    const row = read({ riskEventType: 'impossibleTravel', additionalInfo: pairs({ relatedEventTimeInUtc: time }) });
    expect(row).toMatchObject({ previousDateTime, rawAdditionalInfo: expect.stringContaining(JSON.stringify(time)) });
  });

  it.each([
    [{ relatedLocation: 'Dublin, IE', relatedIpAddress: '198.51.100.7' }],
    [{ RELATEDLOCATION: 'Dublin,IE', relatedClientIp: '198.51.100.7' }],
    [{ relatedLocation: { city: 'Dublin', countryOrRegion: 'IE', clientIP: '198.51.100.7' } }],
    [{ relatedLocation: { City: 'Dublin', CountryCode: 'IE', IpAddress: '198.51.100.7' } }],
    [{ relatedLocation: JSON.stringify({ city: 'Dublin', country: 'IE', ip: '198.51.100.7' }) }],
    [{ previousLocation: { city: 'Dublin', countryOrRegion: 'IE' }, previousIPAddress: '198.51.100.7' }],
  ])('reads place and address of the earlier sign-in from %j', (info) => {
    const previous = { previousLocation: { city: 'Dublin', countryOrRegion: 'IE' }, previousIpAddress: '198.51.100.7' };
    const lower = JSON.stringify(Object.entries(info).map(([key, value]) => ({ key, value })));
    for (const additionalInfo of [pairs(info), lower, info])
      expect(read({ riskEventType: 'unlikelyTravel', additionalInfo })).toMatchObject(previous);
  });

  it('that is malformed leaves the earlier sign-in empty and its text whole', () => {
    const nothing = {
      previousLocation: null,
      previousIpAddress: null,
      previousDateTime: null,
      previousUserAgent: null,
    };
    for (const additionalInfo of [
      'no JSON',
      '[1,"x",{"Key":7}]',
      pairs({ relatedLocation: 7 }),
      pairs({ relatedLocation: ', ,' }),
    ])
      expect(read({ riskEventType: 'impossibleTravel', additionalInfo })).toMatchObject({
        ...nothing,
        rawAdditionalInfo: additionalInfo,
      });
  });

  it('tells agents and devices of both sign-ins, and what is unfamiliar', () => {
    const additionalInfo = pairs({
      userAgent: 'curl',
      relatedUserAgent: 'Edge',
      deviceInformation: 'Windows 10',
      riskReasons: ['UnfamiliarASN', 7, 'UnfamiliarBrowser'],
    });
    expect(read({ riskEventType: 'unlikelyTravel', additionalInfo })).toMatchObject({
      userAgent: 'curl',
      previousUserAgent: 'Edge',
      deviceInformation: 'Windows 10',
    });
    expect(read({ riskEventType: 'malwareInfectedIPAddress', additionalInfo })).toMatchObject({
      deviceInformation: 'Windows 10',
    });
    const riskReasons = ['UnfamiliarASN', 'UnfamiliarBrowser'];
    expect(read({ riskEventType: 'unfamiliarFeatures', additionalInfo })).toMatchObject({ riskReasons });
    expect(
      read({ riskEventType: 'newCountry', additionalInfo: pairs({ riskReasons: '["UnfamiliarASN"]' }) }),
    ).toMatchObject({
      riskReasons: ['UnfamiliarASN'],
    });
    expect(read({ riskEventType: 'unfamiliarFeatures' })).toMatchObject({ riskReasons: [] });
  });

  it('tells the name of the malware', () => {
    expect(
      read({ riskEventType: 'malwareInfectedIPAddress', additionalInfo: pairs({ malwareName: 'Kettlewell' }) }),
    ).toMatchObject({ malwareName: 'Kettlewell' });
    expect(read({ riskEventType: 'malwareInfectedIPAddress' })).toMatchObject({ malwareName: null });
  });

  it('is JSON beside its text, and null when it is malformed', () => {
    expect(read({ additionalInfo: '[{"Key":"a","Value":1}]' })).toMatchObject({
      additionalInfo: [{ Key: 'a', Value: 1 }],
      rawAdditionalInfo: '[{"Key":"a","Value":1}]',
    });
    expect(read({ additionalInfo: '[{"Key":' })).toMatchObject({ additionalInfo: null, rawAdditionalInfo: '[{"Key":' });
    expect(read({ additionalInfo: [{ Key: 'a', Value: 1 }] })).toMatchObject({
      rawAdditionalInfo: '[{"Key":"a","Value":1}]',
    });
    expect(read({})).toMatchObject({ additionalInfo: null, rawAdditionalInfo: null });
  });

  it('never makes a row unreadable', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string(), fc.json(), fc.jsonValue()),
        fc.constantFrom('unlikelyTravel', 'malwareInfectedIPAddress'),
        (info, riskEventType) => {
          expect(read({ riskEventType, additionalInfo: info }).id).toBe('x');
          expect(read({ riskEventType, additionalInfo: pairs({ relatedLocation: info, malwareName: info }) }).id).toBe(
            'x',
          );
        },
      ),
    );
  });
});

describe('one risk event', () => {
  it('is read by id, wrapped or not, and remembered when unknown', async () => {
    const row = detection(1, 0, 1);
    const plain = setUpIdentity(identity({ detections: [row] }));
    expect(await plain.open().riskEvent('d1')).toMatchObject({ id: 'd1' });
    expect(await plain.open().riskEvent('d2')).toBeNull();
    expect(await plain.open().riskEvent('d2')).toBeNull();
    expect(plain.upstream.requests).toBe(2);
    const wrapped = setUpIdentity(() => ({ value: [row] }));
    expect(await wrapped.open().riskEvent('d1')).toMatchObject({ id: 'd1' });
  });

  it('without an id is refused', async () => {
    const { open } = setUpIdentity(() => ({ riskEventType: 'generic' }));
    await expect(open().riskEvent('d1')).rejects.toThrow();
  });
});
