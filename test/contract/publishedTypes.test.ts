import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestEmulator, type TestEmulator } from '../emulator/startTestEmulator.js';
import { readPublishedTypes } from './publishedTypes.js';

/** Members and words of the service that the published package does not have yet. */
const newer: ReadonlySet<string> = new Set([
  'Security.Alert.categories',
  'Security.Alert.investigationState',
  'Security.Incident.priorityScore',
  'Security.UserAccount.tenantId',
  'Security.DeviceEvidence.resourceAccessEvents',
  'Security.ServiceSource=microsoftSecurityForAI',
  'Security.DetectionSource=microsoftDefenderForAIServices',
  'Security.DetectionSource=securityCopilot',
  'Security.ActiveDirectoryDomainEvidence',
  'Security.AiAgentEvidence',
  'RiskDetail=microsoftRevokedSessions',
]);

/** Types whose rows carry members beyond the declared ones: open types, and rows seen with extra members. */
const open: ReadonlySet<string> = new Set(['AverageComparativeScore', 'ControlScore', 'Security.Dictionary', 'any']);

const types = readPublishedTypes();

/** Everything in `value` that the declaration of `type` does not know. */
function strangersIn(value: unknown, type: string): string[] {
  if (value === null || value === undefined || open.has(type)) return [];
  const words = types.words(type);
  if (words !== undefined && words.length > 0) {
    return words.includes(String(value)) || newer.has(`${type}=${String(value)}`) ? [] : [`${type}=${String(value)}`];
  }
  const actual = subtypeOf(value, type);
  const members = types.members(actual);
  if (members === undefined) return typeof value === type || newer.has(actual) ? [] : [`${actual}:${typeof value}`];
  return Object.entries(value).flatMap(([name, item]) => {
    const member = members.get(name);
    if (name.startsWith('@odata.') || newer.has(`${actual}.${name}`)) return [];
    if (member === undefined) return [`${actual}.${name}`];
    if (item === null) return [];
    if (Array.isArray(item) !== member.isList) return [`${actual}.${name}[]`];
    return (Array.isArray(item) ? item : [item]).flatMap((one: unknown) => strangersIn(one, member.type));
  });
}

function subtypeOf(value: unknown, type: string): string {
  const odataType = (value as Record<string, unknown>)['@odata.type'];
  const name = /^#microsoft\.graph\.security\.(\w)(\w+)$/.exec(String(odataType ?? ''));
  return name === null ? type : `Security.${name[1]?.toUpperCase()}${name[2]}`;
}

describe("answers of the emulator against Microsoft's published types", () => {
  let emulator: TestEmulator;
  beforeAll(async () => {
    emulator = await startTestEmulator({ alerts: 300, users: 40 });
  });
  afterAll(() => emulator.stop());

  it.each([
    ['/v1.0/security/alerts_v2?$top=1000', 'Security.Alert'],
    ['/v1.0/security/incidents?$top=50', 'Security.Incident'],
    ['/v1.0/security/alerts?$top=1000', 'Alert'],
    ['/v1.0/identityProtection/riskDetections?$top=500', 'RiskDetection'],
    ['/v1.0/identityProtection/riskyUsers?$top=500', 'RiskyUser'],
    ['/v1.0/security/secureScores?$top=1000', 'SecureScore'],
    ['/v1.0/security/secureScoreControlProfiles?$top=1000', 'SecureScoreControlProfile'],
    ['/v1.0/users?$top=999', 'User'],
    ['/v1.0/devices?$top=999', 'Device'],
  ])('%s holds only members and words of %s', async (path, type) => {
    const { body } = await emulator.graph(path, { headers: { prefer: 'include-unknown-enum-members' } });
    expect(body.value.length).toBeGreaterThan(0);
    const strangers = new Set(body.value.flatMap((row: unknown) => strangersIn(row, type)));
    expect([...strangers]).toEqual([]);
  });

  it('finds what is not declared', () => {
    expect(strangersIn({ id: 'x', status: 'active', nonsense: 1, title: 5 }, 'Security.Alert').sort()).toEqual([
      'Security.Alert.nonsense',
      'Security.AlertStatus=active',
      'string:number',
    ]);
  });
});
