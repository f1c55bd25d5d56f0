import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { compareInstants } from '../../src/time/instant.js';
import { type Stack, startStack } from '../support/startStack.js';

const evidenceFields = `__typename verdict rawVerdict roles tags
  ... on UserEvidence { userAccount { userPrincipalName azureAdUserId } user { id userPrincipalName } }
  ... on DeviceEvidence { deviceDnsName azureAdDeviceId device { id deviceId } }
  ... on GenericEvidence { odataType raw }`;

describe('alerts over the emulated tenant', () => {
  let stack: Stack;
  beforeAll(async () => {
    stack = await startStack();
  });
  afterAll(() => stack.stop());

  it('are listed with their evidence, users and devices', async () => {
    const answer = await stack.ask(`{ alerts(first: 50) { totalCount info { source stale truncated }
      nodes { id status severity serviceSource createdDateTime evidence { ${evidenceFields} } users { id } devices { id } } } }`);
    expect(answer.errors).toBeUndefined();
    const { alerts } = answer.data ?? {};
    expect(alerts.nodes).toHaveLength(50);
    expect(alerts.totalCount).toBeGreaterThan(50);
    expect(alerts.nodes.some((alert: any) => alert.users.length > 0)).toBe(true);
    expect(alerts.nodes.some((alert: any) => alert.devices.length > 0)).toBe(true);
    const times = alerts.nodes.map((alert: any) => alert.createdDateTime);
    expect([...times].sort((a: string, b: string) => compareInstants(b, a))).toEqual(times);
  });

  it('page through a filter and join incidents, risk events and activities', async () => {
    const query = `query ($after: String) { alerts(first: 20, after: $after, filter: { status: { in: [NEW] }, severity: { notIn: [LOW] } }, orderBy: LAST_UPDATE_ASC) {
      pageInfo { hasNextPage endCursor } nodes { id status severity } } }`;
    const ids = new Set<string>();
    for (let after: string | null = null, page = 0; page < 3; page += 1) {
      const answer: any = await stack.ask(query, { variables: { after } });
      expect(answer.errors).toBeUndefined();
      for (const alert of answer.data.alerts.nodes) {
        expect([alert.status, alert.severity === 'LOW', ids.has(alert.id)]).toEqual(['NEW', false, false]);
        ids.add(alert.id);
      }
      after = answer.data.alerts.pageInfo.endCursor;
      if (!answer.data.alerts.pageInfo.hasNextPage) break;
    }
    expect(ids.size).toBeGreaterThan(0);
    const joined =
      await stack.ask(`{ alerts(first: 3) { nodes { id incident { id alerts(first: 5) { totalCount nodes { id } } }
      riskEvents(first: 2, windowMinutes: 1440) { nodes { id } } mcasActivities(first: 2) { nodes { id } }
      users { id alerts(first: 2) { nodes { id } } } } } }`);
    expect(joined.errors).toBeUndefined();
  });

  it('are changed, and every read shows it at once', async () => {
    const list = await stack.ask(
      '{ alerts(first: 1, filter: { status: { in: [NEW] } }) { nodes { id lastUpdateDateTime } } }',
    );
    const [alert] = list.data?.alerts.nodes ?? [];
    const mutation = `mutation ($input: UpdateAlertInput!) { updateAlert(input: $input) { cursor errors { code inputPath }
      alert { id status assignedTo classification lastUpdateDateTime comments { comment } } } }`;
    const input = {
      id: alert.id,
      status: 'RESOLVED',
      classification: 'TRUE_POSITIVE',
      determination: 'MALWARE',
      assignedTo: "o'brien@contoso.com",
      comment: 'Checked',
      expectedLastUpdate: alert.lastUpdateDateTime,
    };
    const changed = await stack.ask(mutation, { variables: { input } });
    expect(changed.errors).toBeUndefined();
    expect(changed.data?.updateAlert).toMatchObject({
      errors: [],
      alert: { status: 'RESOLVED', assignedTo: "o'brien@contoso.com" },
    });
    expect(changed.data?.updateAlert.cursor).toEqual(expect.any(String));
    const again = await stack.ask(mutation, { variables: { input } });
    expect(again.data?.updateAlert).toMatchObject({
      cursor: null,
      errors: [{ code: 'CONFLICT' }],
      alert: { status: 'RESOLVED' },
    });
    const read = await stack.ask(`{ alert(id: "${alert.id}") { status comments { comment } }
      alerts(first: 5, filter: { assignedTo: { in: ["o'brien@contoso.com"] } }) { nodes { id status } } }`);
    expect(read.data).toMatchObject({
      alert: { status: 'RESOLVED' },
      alerts: { nodes: [{ id: alert.id, status: 'RESOLVED' }] },
    });
    expect(read.data?.alert.comments.map((comment: any) => comment.comment)).toContain('Checked');
  });

  it('answer bad input with a code and stay up', async () => {
    const queries = [
      '{ alert(id: "") { id } }',
      `{ alert(id: "${'x'.repeat(513)}") { id } }`,
      '{ alerts(first: 0) { nodes { id } } }',
      '{ alerts(first: 10000) { nodes { id } } }',
      '{ alerts(after: "nonsense") { nodes { id } } }',
      '{ alerts(filter: { status: { in: [UNRECOGNIZED] } }) { nodes { id } } }',
      `{ alertsByIds(ids: [${'"a",'.repeat(101)}]) { id } }`,
    ];
    for (const query of queries) {
      expect((await stack.ask(query)).errors?.[0]?.extensions?.code).toBe('BAD_USER_INPUT');
    }
    const odd = await stack.ask(
      `{ a: alert(id: "it's/../a?b#ü✓") { id } alerts(first: 1, filter: { userPrincipalName: "o'brien@x.test" }) { nodes { id } } }`,
    );
    expect(odd).toMatchObject({ data: { a: null, alerts: { nodes: [] } } });
  });
});

describe('alerts in the legacy dialect', () => {
  let stack: Stack;
  beforeAll(async () => {
    stack = await startStack({ env: { GRAPH_ALERTS_DIALECT: 'legacy' } });
  });
  afterAll(() => stack.stop());

  it('are listed, filtered and changed like those of today', async () => {
    const answer = await stack.ask(`{ alerts(first: 30, filter: { status: { in: [NEW] } }) { pageInfo { hasNextPage }
      nodes { id status rawStatus severity serviceSource vendorInformation { provider vendor } lastUpdateDateTime createdDateTime evidence { ${evidenceFields} } } } }`);
    expect(answer.errors).toBeUndefined();
    const { nodes } = answer.data?.alerts ?? {};
    expect(nodes.length).toBeGreaterThan(0);
    expect(new Set(nodes.map((alert: any) => alert.rawStatus))).toEqual(new Set(['newAlert']));
    const changed =
      await stack.ask(`mutation { updateAlert(input: { id: "${nodes[0].id}", status: RESOLVED, classification: FALSE_POSITIVE, assignedTo: "ann@contoso.com" }) {
      errors { code message } alert { status rawStatus classification assignedTo } } }`);
    expect(changed.errors).toBeUndefined();
    expect(changed.data?.updateAlert).toEqual({
      errors: [],
      alert: {
        status: 'RESOLVED',
        rawStatus: 'resolved',
        classification: 'FALSE_POSITIVE',
        assignedTo: 'ann@contoso.com',
      },
    });
    const read = await stack.ask(`{ alert(id: "${nodes[0].id}") { status assignedTo } }`);
    expect(read.data?.alert).toEqual({ status: 'RESOLVED', assignedTo: 'ann@contoso.com' });
  });
});

describe('the alert of a 2018 article', () => {
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
  const dataDir = mkdtempSync(join(tmpdir(), 'captured-'));
  let stack: Stack;
  beforeAll(async () => {
    mkdirSync(join(dataDir, 'graph/security/alerts'), { recursive: true });
    writeFileSync(join(dataDir, 'graph/security/alerts/get.json'), JSON.stringify({ value: [article] }));
    stack = await startStack({ emulator: { dataDir }, env: { GRAPH_ALERTS_DIALECT: 'legacy' } });
  });
  afterAll(async () => {
    await stack.stop();
    rmSync(dataDir, { recursive: true });
  });

  it('is served through the legacy dialect, digit by digit', async () => {
    const answer =
      await stack.ask(`{ alerts(filter: { serviceSource: { in: [MICROSOFT_DEFENDER_FOR_CLOUD_APPS] }, assignedTo: { isNull: true } }) {
      nodes { id title status rawStatus severity createdDateTime lastUpdateDateTime assignedTo confidence vendorInformation { provider vendor } } } }`);
    expect(answer.errors).toBeUndefined();
    expect(answer.data?.alerts.nodes).toEqual([
      {
        id: article.id,
        title: 'WARNING',
        status: 'NEW',
        rawStatus: 'newAlert',
        severity: 'LOW',
        createdDateTime: '2018-09-27T16:24:58.363Z',
        lastUpdateDateTime: '2018-09-27T16:24:59.3930894Z',
        assignedTo: null,
        confidence: 0,
        vendorInformation: { provider: 'MCAS', vendor: 'Microsoft' },
      },
    ]);
  });

  it('is updated, guarded by the last update at 100 ns', async () => {
    const update = (expectedLastUpdate: string) =>
      stack.ask(`mutation { updateAlert(input: { id: "${article.id}", status: IN_PROGRESS, expectedLastUpdate: "${expectedLastUpdate}" }) {
        errors { code } alert { status rawStatus } } }`);
    expect((await update('2018-09-27T16:24:59.3930893Z')).data?.updateAlert).toMatchObject({
      errors: [{ code: 'CONFLICT' }],
      alert: { status: 'NEW' },
    });
    expect((await update('2018-09-27T16:24:59.3930894Z')).data?.updateAlert).toEqual({
      errors: [],
      alert: { status: 'IN_PROGRESS', rawStatus: 'inProgress' },
    });
  });
});
