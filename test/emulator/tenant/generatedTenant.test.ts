import { describe, expect, it } from '@jest/globals';
import { namedAccounts } from '../../../emulator/tenant/namedUsers.js';
import { rareKinds } from '../../../emulator/tenant/rareEvidence.js';
import { createTenant, type Row, type Tenant } from '../../../emulator/tenant/Tenant.js';

const now = new Date('2026-11-21T12:00:00Z');
const dayMs = 86_400_000;
const graphTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{7}Z$/;

const tenant = createTenant({ now });

function newestAlerts({ alerts }: Tenant, count: number): Row[] {
  return [...alerts.values()]
    .sort((left, right) => String(right.createdDateTime).localeCompare(String(left.createdDateTime)))
    .slice(0, count);
}

function named(alerts: readonly Row[]): Set<string> {
  return new Set(alerts.flatMap(namedAccounts));
}

function words(rows: Iterable<Row>, member: string): Set<unknown> {
  return new Set([...rows].map((row) => row[member]));
}

function evidenceOf(rows: Iterable<Row>): Row[] {
  return [...rows].flatMap((row) => row.evidence as Row[]);
}

describe('a generated tenant', () => {
  it('is the same for the same seed and instant', () => {
    expect(createTenant({ now })).toEqual(tenant);
  });

  it('is another one for another seed', () => {
    expect([...createTenant({ now, seed: 7 }).alerts.keys()]).not.toEqual([...tenant.alerts.keys()]);
  });

  it('has 300 alerts of the last 30 days, with 100 ns times and documented id prefixes', () => {
    expect(tenant.alerts.size).toBe(300);
    for (const alert of tenant.alerts.values()) {
      const createdMs = Date.parse(String(alert.createdDateTime));
      expect(createdMs).toBeGreaterThanOrEqual(now.getTime() - 30 * dayMs);
      expect(createdMs).toBeLessThanOrEqual(now.getTime());
      expect(alert.createdDateTime).toMatch(graphTime);
      expect(alert.lastUpdateDateTime).toMatch(graphTime);
      expect(String(alert.lastUpdateDateTime) >= String(alert.createdDateTime)).toBe(true);
      expect(Date.parse(String(alert.lastUpdateDateTime))).toBeLessThanOrEqual(now.getTime());
      expect(alert.id).toMatch(/^(ra|ta|ea|fa|da|aa|ca|ma|ad|dl|dc|sn|ir)/);
    }
  });

  it('names at most 20 users in its newest 50 alerts', () => {
    const users = named(newestAlerts(tenant, 50));
    expect(users.size).toBeGreaterThanOrEqual(12);
    expect(users.size).toBeLessThanOrEqual(20);
  });

  it('names at least 50 users in its newest 150 alerts', () => {
    expect(named(newestAlerts(tenant, 150)).size).toBeGreaterThanOrEqual(50);
  });

  it('names as many directory users in the newest 50 alerts as asked', () => {
    const wide = createTenant({ now, usersInNewestAlerts: 50 });
    const known = new Set([...wide.users.values()].map((user) => String(user.userPrincipalName).toLowerCase()));
    expect([...named(newestAlerts(wide, 50))].filter((name) => known.has(name))).toHaveLength(50);
  });

  it('keeps the promise about named users at any size', () => {
    for (const alerts of [60, 2000]) {
      expect(named(newestAlerts(createTenant({ now, alerts }), 50)).size).toBeLessThanOrEqual(20);
    }
  });

  it('names some accounts by principal name only and a few that the directory does not know', () => {
    const accounts = evidenceOf(tenant.alerts.values())
      .map((item) => item.userAccount as Row | undefined)
      .filter((account) => account?.userPrincipalName !== undefined && account.userPrincipalName !== null);
    const known = new Set([...tenant.users.values()].map((user) => String(user.userPrincipalName).toLowerCase()));
    const unknown = accounts.filter((account) => !known.has(String(account?.userPrincipalName).toLowerCase()));
    expect(accounts.some((account) => account?.azureAdUserId === null)).toBe(true);
    expect(unknown.length).toBeGreaterThan(0);
    expect(unknown.length).toBeLessThan(accounts.length / 10);
  });

  it('shows every published kind of evidence, and an unknown one when asked', () => {
    const kinds = (rows: Tenant) =>
      new Set(
        evidenceOf(rows.alerts.values()).map((item) =>
          String(item['@odata.type']).replace('#microsoft.graph.security.', ''),
        ),
      );
    const ordinary = [
      'user',
      'device',
      'ip',
      'url',
      'file',
      'process',
      'mailbox',
      'analyzedMessage',
      'cloudApplication',
      'oauthApplication',
      'registryKey',
      'registryValue',
      'azureResource',
    ];
    const all = kinds(createTenant({ now, alerts: 600, unknownEvidence: true }));
    for (const kind of ordinary) expect(kinds(tenant)).toContain(`${kind}Evidence`);
    for (const kind of [...ordinary, ...rareKinds, 'quantumVault']) expect(all).toContain(`${kind}Evidence`);
    expect(kinds(tenant)).not.toContain('quantumVaultEvidence');
  });

  it('uses every enumeration member that clients see only when they ask for unknown ones', () => {
    const { alerts, incidents, riskDetections } = tenant;
    expect([...words(alerts.values(), 'serviceSource')]).toEqual(
      expect.arrayContaining([
        'microsoftDefenderForCloud',
        'microsoftSentinel',
        'microsoftInsiderRiskManagement',
        'microsoftThreatIntelligence',
        'microsoftSecurityForAI',
      ]),
    );
    expect([...words(alerts.values(), 'detectionSource')]).toEqual(
      expect.arrayContaining([
        'microsoftDefenderForCloud',
        'microsoftDefenderForIoT',
        'microsoftDefenderForServers',
        'microsoftDefenderForStorage',
        'microsoftDefenderForDNS',
        'microsoftDefenderForDatabases',
        'microsoftDefenderForContainers',
        'microsoftDefenderForNetwork',
        'microsoftDefenderForAppService',
        'microsoftDefenderForKeyVault',
        'microsoftDefenderForResourceManager',
        'microsoftDefenderForApiManagement',
        'nrtAlerts',
        'scheduledAlerts',
        'microsoftDefenderThreatIntelligenceAnalytics',
        'builtInMl',
        'microsoftInsiderRiskManagement',
        'microsoftThreatIntelligence',
        'microsoftDefenderForAIServices',
        'securityCopilot',
        'microsoftSentinel',
      ]),
    );
    expect([...words(evidenceOf(alerts.values()), 'remediationStatus')]).toEqual(
      expect.arrayContaining([
        'active',
        'pendingApproval',
        'declined',
        'unremediated',
        'running',
        'partiallyRemediated',
      ]),
    );
    expect(words(incidents.values(), 'status')).toContain('awaitingAction');
    expect(words(riskDetections.values(), 'activity')).toContain('servicePrincipal');
    expect([...words(riskDetections.values(), 'tokenIssuerType')]).toEqual(
      expect.arrayContaining(['AzureADBackupAuth', 'ADFederationServicesMFAAdapter', 'NPSExtension']),
    );
    expect([...words(riskDetections.values(), 'riskDetail')]).toEqual(
      expect.arrayContaining([
        'm365DAdminDismissedDetection',
        'adminConfirmedServicePrincipalCompromised',
        'adminDismissedAllRiskForServicePrincipal',
        'userChangedPasswordOnPremises',
        'adminDismissedRiskForSignIn',
        'adminConfirmedAccountSafe',
        'microsoftRevokedSessions',
      ]),
    );
  });

  it('puts every alert into an incident that exists, and redirects some incidents to others', () => {
    for (const alert of tenant.alerts.values()) expect(tenant.incidents.has(String(alert.incidentId))).toBe(true);
    const redirected = [...tenant.incidents.values()].filter((incident) => incident.status === 'redirected');
    expect(redirected.length).toBeGreaterThan(0);
    for (const incident of redirected) expect(tenant.incidents.has(String(incident.redirectIncidentId))).toBe(true);
  });

  it('has a Cloud Apps alert for each alert whose id begins with ca, and the other way round', () => {
    const fromGraph = [...tenant.alerts.keys()].filter((id) => id.startsWith('ca')).map((id) => id.slice(2));
    expect(fromGraph.sort()).toEqual([...tenant.mcasAlerts.keys()].sort());
    for (const id of fromGraph) expect(id).toMatch(/^[0-9a-f]{24}$/);
    for (const alert of tenant.mcasAlerts.values()) {
      for (const activity of alert.audits as string[]) expect(tenant.activities.has(activity)).toBe(true);
    }
  });

  it('shows the alerts of federated sources in the legacy shape as well', () => {
    const cloud = [...tenant.alerts.values()].find((alert) => String(alert.id).startsWith('ca')) as Row;
    const legacy = tenant.legacyAlerts.get(String(cloud.providerAlertId)) as Row;
    expect(legacy.title).toBe(cloud.title);
    expect(legacy.lastModifiedDateTime).toBe(cloud.lastUpdateDateTime);
    expect((legacy.vendorInformation as Row).provider).toBe('MCAS');
  });

  it('writes additionalInfo of risk detections as JSON text of keys and values', () => {
    const travels = [...tenant.riskDetections.values()].filter((row) => row.riskEventType === 'unlikelyTravel');
    expect(travels.length).toBeGreaterThan(0);
    const pairs = JSON.parse(String(travels[0]?.additionalInfo)) as { Key: string; Value: unknown }[];
    expect(pairs.map((pair) => pair.Key)).toEqual(
      expect.arrayContaining(['userAgent', 'relatedEventTimeInUtc', 'relatedUserAgent', 'relatedLocation']),
    );
  });

  it('has a risky user with history for everybody with risk detections, and users without risk', () => {
    for (const [id, history] of tenant.riskyUserHistory) {
      expect(tenant.riskyUsers.has(id)).toBe(true);
      expect(history.length).toBeGreaterThan(0);
    }
    expect(tenant.riskyUsers.size).toBeLessThan(tenant.users.size);
  });

  it('keeps 90 days of scores with one day missing and one comparison of −1', () => {
    const rows = [...tenant.secureScores.values()];
    expect(rows).toHaveLength(89);
    expect(rows[0]?.id).toBe(`${tenant.tenantId}_2026-11-21`);
    const averages = rows.flatMap((row) => row.averageComparativeScores as Row[]).map((row) => row.averageScore);
    expect(averages.filter((average) => average === -1)).toHaveLength(1);
    for (const control of (rows[0]?.controlScores ?? []) as Row[]) {
      expect(tenant.secureScoreControlProfiles.has(String(control.controlName))).toBe(true);
    }
  });

  it('makes any number of alerts', () => {
    expect(createTenant({ now, alerts: 5000 }).alerts.size).toBe(5000);
    expect(createTenant({ now, alerts: 0 }).alerts.size).toBe(0);
    expect(createTenant({ now, users: 1, alerts: 20 }).users.size).toBe(1);
  });
});

describe('the activity log of a generated tenant', () => {
  const startMs = now.getTime() - 30 * dayMs;
  const recent = [...tenant.activities.values()]
    .filter((row) => Number(row.timestamp) >= startMs)
    .sort((left, right) => Number(right.timestamp) - Number(left.timestamp));

  function userOf(row: Row): string {
    const name = (row.user as Row).userName ?? (row.failedUserData as Row | undefined)?.userName;
    return String(name).toLowerCase();
  }

  /** Pages of 100 that it takes to see the newest five of each, when every page asks for unfinished users only. */
  function pagesForFive(users: readonly string[]): number {
    const seen = new Map(users.map((user) => [user, 0]));
    let rows = recent;
    let pages = 0;
    for (;;) {
      const open = new Set([...seen].filter(([, count]) => count < 5).map(([user]) => user));
      rows = rows.filter((row) => open.has(userOf(row)));
      if (open.size === 0 || rows.length === 0) return pages;
      for (const row of rows.slice(0, 100)) seen.set(userOf(row), (seen.get(userOf(row)) ?? 0) + 1);
      rows = rows.slice(100);
      pages += 1;
    }
  }

  it('shows the newest five of each user whom the newest alerts name within three pages', () => {
    const known = new Set([...tenant.users.values()].map((user) => String(user.userPrincipalName).toLowerCase()));
    const users = [...named(newestAlerts(tenant, 50))].filter((user) => known.has(user));
    expect(pagesForFive(users)).toBeLessThanOrEqual(3);
  });

  it('has one busy user, and with skew one who writes nine of ten rows', () => {
    const counts = (rows: Iterable<Row>) => {
      const tally = new Map<string, number>();
      for (const row of rows) tally.set(userOf(row), (tally.get(userOf(row)) ?? 0) + 1);
      return [...tally.values()].sort((left, right) => right - left);
    };
    const [busiest = 0, second = 0] = counts(recent);
    expect(busiest).toBeLessThan(second * 3);
    const [skewed = 0] = counts(createTenant({ now, skew: true }).activities.values());
    expect(skewed).toBeGreaterThan(700);
  });

  it('carries the oddities of real records', () => {
    const rows = [...tenant.activities.values()];
    const failed = rows.find((row) => (row.mainInfo as Row).type === 'failedLogin') as Row;
    expect((failed.user as Row).userName).toBeUndefined();
    expect((failed.failedUserData as Row).userName).toBeDefined();
    expect(typeof (failed.resolvedActor as Row).saasId).toBe('string');
    expect(Object.keys(failed.rawDataJson as Row)).toEqual(expect.arrayContaining(['Id', 'id', 'Level', 'level']));
    for (const row of rows) expect(Number(row.created)).toBeGreaterThan(Number(row.timestamp));
  });
});
