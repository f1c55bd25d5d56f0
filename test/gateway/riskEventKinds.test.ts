import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Stack, startStack } from '../support/startStack.js';
import { upstreamRow } from '../support/upstreamRow.js';

const place = 'city state countryOrRegion geoCoordinates { latitude longitude }';
const query = `{ riskEvents(first: 1000) { nodes {
  __typename id occurredAt riskEventType ipAddress additionalInfo rawAdditionalInfo location { ${place} }
  ... on ImpossibleTravelRiskEvent {
    previousLocation { ${place} } previousIpAddress previousDateTime previousUserAgent userAgent deviceInformation
  }
  ... on MalwareRiskEvent { malwareName }
  ... on UnfamiliarLocationRiskEvent { riskReasons } } } }`;

const typeOf: Readonly<Record<string, string>> = {
  impossibleTravel: 'ImpossibleTravelRiskEvent',
  unlikelyTravel: 'ImpossibleTravelRiskEvent',
  anonymizedIPAddress: 'AnonymousIPRiskEvent',
  leakedCredentials: 'LeakedCredentialsRiskEvent',
  malwareInfectedIPAddress: 'MalwareRiskEvent',
  maliciousIPAddress: 'SuspiciousIPRiskEvent',
  suspiciousIPAddress: 'SuspiciousIPRiskEvent',
  riskyIPAddress: 'SuspiciousIPRiskEvent',
  unfamiliarFeatures: 'UnfamiliarLocationRiskEvent',
  newCountry: 'UnfamiliarLocationRiskEvent',
};

type Row = Record<string, any>;

describe('risk events of every kind', () => {
  let stack: Stack;
  let events: Row[];
  let wire: Map<string, Row>;

  beforeAll(async () => {
    stack = await startStack({ emulator: { alerts: 600, users: 60, switches: { limits: false } } });
    const answer = await stack.ask(query);
    expect(answer.errors).toBeUndefined();
    events = answer.data?.riskEvents.nodes;
    const { value } = await upstreamRow(stack.emulator, '/identityProtection/riskDetections?$top=500');
    wire = new Map(value.map((row: Row) => [row.id, row]));
  }, 60_000);
  afterAll(() => stack.stop());

  const ofType = (name: string) => events.filter((event) => event.__typename === name);
  const infoOf = (event: Row): Row => {
    const pairs: { Key: string; Value: unknown }[] = JSON.parse(wire.get(event.id)?.additionalInfo);
    return Object.fromEntries(pairs.map(({ Key, Value }) => [Key, Value]));
  };

  it('have the type that the word of the upstream stands for, and that word', () => {
    expect(events).toHaveLength(wire.size);
    for (const { id, __typename, riskEventType } of events) {
      expect(riskEventType).toBe(wire.get(id)?.riskEventType);
      expect(__typename).toBe(typeOf[riskEventType] ?? 'OtherRiskEvent');
    }
    const shown = new Set(events.map(({ __typename }) => __typename));
    expect(shown).toEqual(new Set([...Object.values(typeOf), 'OtherRiskEvent']));
  });

  it('bring the earlier place, address, time and browser of an impossible journey', () => {
    const journeys = ofType('ImpossibleTravelRiskEvent');
    expect(journeys.length).toBeGreaterThan(2);
    for (const journey of journeys) {
      const info = infoOf(journey);
      const { city, state, countryCode, latitude, longitude, clientIP } = info.relatedLocation;
      expect(journey).toMatchObject({
        previousLocation: { city, state, countryOrRegion: countryCode, geoCoordinates: { latitude, longitude } },
        previousIpAddress: clientIP,
        previousUserAgent: info.relatedUserAgent,
        userAgent: info.userAgent,
        deviceInformation: info.deviceInformation,
      });
      expect(Date.parse(journey.previousDateTime)).toBe(Date.parse(info.relatedEventTimeInUtc));
      expect(Date.parse(journey.previousDateTime)).toBeLessThan(Date.parse(journey.occurredAt));
      expect(journey.previousIpAddress).not.toBe(journey.ipAddress);
    }
  });

  it('name the malware, and why a sign-in was unfamiliar', () => {
    const named = ofType('MalwareRiskEvent').map(({ malwareName }) => malwareName);
    expect([named.length > 0, new Set(named)]).toEqual([true, new Set(['Kettlewell'])]);
    for (const event of ofType('UnfamiliarLocationRiskEvent'))
      expect(event.riskReasons).toEqual(infoOf(event).riskReasons ?? []);
  });

  it('keep what came in additionalInfo, parsed and as it was', () => {
    for (const { id, additionalInfo, rawAdditionalInfo } of events) {
      expect(rawAdditionalInfo).toBe(wire.get(id)?.additionalInfo);
      expect(additionalInfo).toEqual(JSON.parse(rawAdditionalInfo));
    }
  });
});
