import { describe, expect, it } from '@jest/globals';
import { alertDialects } from '../../../../src/datasources/alerts/alertDialects.js';
import { accountsOf, deviceIdsOf } from '../../../../src/datasources/alerts/namedInEvidence.js';
import { alertRow } from './fakeAlertService.js';

const { v2, legacy } = alertDialects;
const security = '#microsoft.graph.security.';

function evidenceOf(...items: unknown[]) {
  return v2.parse(alertRow('a1', { evidence: items })).evidence;
}

describe('an alert of alerts_v2', () => {
  it('keeps the digits of times, and both the member and the word of enums', () => {
    const alert = v2.parse(
      alertRow('da1', {
        createdDateTime: '2021-04-27T12:19:27.7211305Z',
        severity: 'High',
        serviceSource: 'microsoft365Defender',
        detectionSource: 'brandNewDetector',
      }),
    );
    expect(alert).toMatchObject({
      __typename: 'Alert',
      createdDateTime: '2021-04-27T12:19:27.7211305Z',
      severity: 'HIGH',
      rawSeverity: 'High',
      serviceSource: 'MICROSOFT365_DEFENDER',
      detectionSource: 'UNRECOGNIZED',
      rawDetectionSource: 'brandNewDetector',
    });
  });

  it('is rejected without an id, with a wrong status or evidence, and when it is no object', () => {
    for (const body of [{}, { id: 7 }, { id: 'a', status: 3 }, { id: 'a', evidence: {} }, [], 'x', null, undefined]) {
      expect(() => v2.parse(body)).toThrow();
    }
  });

  it('reads details leniently', () => {
    const alert = v2.parse(
      alertRow('a1', { mitreTechniques: null, title: 5, firstActivityDateTime: 'yesterday', comments: null }),
    );
    expect(alert).toMatchObject({ mitreTechniques: [], title: null, firstActivityDateTime: null, comments: [] });
  });

  it('strips annotations from open dictionaries', () => {
    const alert = v2.parse(alertRow('a1', { customDetails: { '@odata.type': '#x', case: '1' }, additionalData: {} }));
    expect(alert).toMatchObject({ customDetails: { case: '1' }, additionalData: null });
  });
});

describe('evidence', () => {
  it('has the type of its kind, with nested accounts and numbers', () => {
    const [process] = evidenceOf({
      '@odata.type': `${security}processEvidence`,
      processId: 4780,
      parentProcessId: '668',
      detectionStatus: 'detected',
      verdict: 'noThreatsFound',
      remediationStatus: 'active',
      roles: ['commandAndControl', 'newRole'],
      userAccount: { azureAdUserId: 'u1', userPrincipalName: 'ann@contoso.com' },
    });
    expect(process).toMatchObject({
      __typename: 'ProcessEvidence',
      processId: 4780,
      parentProcessId: 668,
      detectionStatus: 'DETECTED',
      verdict: 'NO_THREATS_FOUND',
      remediationStatus: 'ACTIVE',
      roles: ['COMMAND_AND_CONTROL', 'UNRECOGNIZED'],
      rawRoles: ['commandAndControl', 'newRole'],
      userAccount: { azureAdUserId: 'u1' },
    });
  });

  it('keeps 64-bit ids as text and nested evidence typed, although the upstream leaves its type out', () => {
    const [app, dns] = evidenceOf(
      { '@odata.type': `${security}cloudApplicationEvidence`, appId: 20893, instanceId: 0 },
      { '@odata.type': `${security}dnsEvidence`, domainName: 'x.test', ipAddresses: [{ ipAddress: '10.0.0.1:443' }] },
    );
    expect(app).toMatchObject({ appId: '20893', instanceId: '0', saasAppId: null });
    expect(dns).toMatchObject({ ipAddresses: [{ __typename: 'IpEvidence', ipAddress: '10.0.0.1:443' }] });
  });

  it('keeps kinds that it does not know whole', () => {
    const unknown = {
      '@odata.type': '#microsoft.graph.security.quantumEvidence',
      spin: { up: true },
      verdict: 'malicious',
    };
    expect(evidenceOf(unknown, 'odd', { noType: 1 })).toMatchObject([
      {
        __typename: 'GenericEvidence',
        odataType: 'microsoft.graph.security.quantumEvidence',
        raw: unknown,
        verdict: 'MALICIOUS',
      },
      { __typename: 'GenericEvidence', odataType: null, raw: 'odd' },
      { __typename: 'GenericEvidence', odataType: null, raw: { noType: 1 } },
    ]);
  });

  it('names each account once: by id, else by name without case', () => {
    const user = (userAccount: object) => ({ '@odata.type': `${security}userEvidence`, userAccount });
    const alert = v2.parse(
      alertRow('a1', {
        evidence: [
          user({ azureAdUserId: 'ID1' }),
          user({ userPrincipalName: 'Ann@contoso.com' }),
          { '@odata.type': `${security}mailboxEvidence`, upn: 'bob@contoso.com' },
          user({ userPrincipalName: 'BOB@contoso.com' }),
          user({ azureAdUserId: 'id1', userPrincipalName: 'ann@contoso.com' }),
          user({ accountName: 'SYSTEM' }),
        ],
      }),
    );
    const named = accountsOf(alert).map(({ azureAdUserId, userPrincipalName }) => [
      azureAdUserId?.toLowerCase() ?? null,
      userPrincipalName?.toLowerCase(),
    ]);
    expect(named).toEqual([
      ['id1', 'ann@contoso.com'],
      [null, 'bob@contoso.com'],
    ]);
  });

  it('names each device once, without those that the directory cannot know', () => {
    const device = (azureAdDeviceId: string | null) => ({
      '@odata.type': `${security}deviceEvidence`,
      azureAdDeviceId,
    });
    expect(deviceIdsOf(v2.parse(alertRow('a1', { evidence: [device('D1'), device(null), device('d1')] })))).toEqual([
      'd1',
    ]);
  });
});

describe('a legacy alert', () => {
  /** As printed in "Microsoft Graph Security API" articles of 2018. */
  const article = {
    azureSubscriptionId: '',
    riskScore: '',
    tags: [],
    id: '992431C8-A8CC-3B88-A5A2-37F3A1930BC1',
    azureTenantId: '62099e6a-9982-44e9-9ab8-7ca4e88cd71f',
    activityGroupName: null,
    assignedTo: '',
    closedDateTime: null,
    comments: [],
    confidence: 0,
    createdDateTime: '2018-09-27T16:24:58.363Z',
    description: "Activity policy 'WARNING' was triggered by 'user@example.com (user@example.com)'",
    detectionIds: [],
    eventDateTime: '2018-09-27T16:24:58.021Z',
    feedback: null,
    lastModifiedDateTime: '2018-09-27T16:24:59.3930894Z',
    recommendedActions: [],
    severity: 'low',
    sourceMaterials: [],
    status: 'newAlert',
    title: 'WARNING',
    vendorInformation: { provider: 'MCAS', providerVersion: '3.0', subProvider: null, vendor: 'Microsoft' },
  };

  it('of 2018 reads as an alert of today', () => {
    expect(legacy.parse(article)).toMatchObject({
      id: '992431C8-A8CC-3B88-A5A2-37F3A1930BC1',
      status: 'NEW',
      rawStatus: 'newAlert',
      severity: 'LOW',
      serviceSource: 'MICROSOFT_DEFENDER_FOR_CLOUD_APPS',
      rawServiceSource: 'MCAS',
      productName: 'MCAS',
      assignedTo: null,
      createdDateTime: '2018-09-27T16:24:58.363Z',
      lastUpdateDateTime: '2018-09-27T16:24:59.3930894Z',
      firstActivityDateTime: '2018-09-27T16:24:58.021Z',
      additionalData: null,
      evidence: [],
      confidence: 0,
      vendorInformation: article.vendorInformation,
    });
  });

  it('tells a dismissed alert as resolved and feedback as classification, with the words beside', () => {
    const alert = legacy.parse({ ...article, status: 'Dismissed', feedback: 'benignPositive' });
    expect(alert).toMatchObject({
      status: 'RESOLVED',
      rawStatus: 'Dismissed',
      classification: 'INFORMATIONAL_EXPECTED_ACTIVITY',
      rawClassification: 'benignPositive',
    });
  });

  it('tells its states as evidence, and keeps what has no place', () => {
    const alert = legacy.parse({
      ...article,
      comments: 'one text',
      incidentIds: ['42'],
      sourceMaterials: ['https://security.microsoft.com/incidents/42', 'https://portal.test/alert'],
      userStates: [{ aadUserId: 'u1', userPrincipalName: 'ann@contoso.com', logonIp: '10.0.0.9', riskScore: '' }],
      hostStates: [{ fqdn: 'pc.contoso.com', netBiosName: 'PC', os: 'Windows', riskScore: 'high' }],
      fileStates: [{ name: 'a.exe', path: 'C:\\', fileHash: { hashType: 'sha256', hashValue: 'ff' } }],
      networkConnections: [{ destinationAddress: '10.0.0.9', sourceAddress: '', destinationUrl: 'https://x.test' }],
      processes: [{ name: 'p.exe', processId: 7, accountName: 'ann', fileHash: { hashType: 'md5', hashValue: '00' } }],
      registryKeyStates: [
        { hive: 'currentUser', key: 'K' },
        { hive: 'currentUser', key: 'K', valueName: 'V', valueData: 'D' },
      ],
      messageSecurityStates: [{ messageSubject: 'Hi', connectingIP: '10.0.0.8' }],
      cloudAppStates: [{ destinationServiceName: 'Box', destinationServiceIp: '10.0.0.7' }],
      securityResources: [{ resource: '/subscriptions/1/vm' }, { resource: 'other' }],
      vulnerabilityStates: [{ cve: 'CVE-1' }],
    });
    expect(alert).toMatchObject({
      incidentId: '42',
      alertWebUrl: 'https://portal.test/alert',
      incidentWebUrl: 'https://security.microsoft.com/incidents/42',
      comments: [{ comment: 'one text' }],
    });
    expect(alert.additionalData).toMatchObject({ userStates: [{ logonIp: '10.0.0.9' }] });
    expect(alert.evidence).toMatchObject([
      { __typename: 'UserEvidence', userAccount: { azureAdUserId: 'u1', userPrincipalName: 'ann@contoso.com' } },
      { __typename: 'IpEvidence', ipAddress: '10.0.0.9' },
      { __typename: 'DeviceEvidence', deviceDnsName: 'pc.contoso.com', riskScore: 'HIGH' },
      { __typename: 'FileEvidence', fileDetails: { fileName: 'a.exe', sha256: 'ff' } },
      { __typename: 'UrlEvidence', url: 'https://x.test' },
      { __typename: 'ProcessEvidence', processId: 7, imageFile: { fileName: 'p.exe', md5: '00' } },
      { __typename: 'RegistryKeyEvidence', registryKey: 'K' },
      { __typename: 'RegistryValueEvidence', registryValueName: 'V', registryValue: 'D' },
      { __typename: 'AnalyzedMessageEvidence', subject: 'Hi', senderIp: '10.0.0.8' },
      { __typename: 'CloudApplicationEvidence', displayName: 'Box' },
      { __typename: 'IpEvidence', ipAddress: '10.0.0.7' },
      { __typename: 'AzureResourceEvidence', resourceId: '/subscriptions/1/vm', resourceName: 'vm' },
      { __typename: 'GenericEvidence', odataType: 'microsoft.graph.securityResource' },
      { __typename: 'GenericEvidence', odataType: 'microsoft.graph.vulnerabilityState', raw: { cve: 'CVE-1' } },
    ]);
  });
});
