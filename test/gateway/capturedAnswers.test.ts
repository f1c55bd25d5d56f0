import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Stack, startStack } from '../support/startStack.js';

/** Bodies as vendors and people print them: cut short, in older spellings, with placeholders, in odd bytes. */
const bodies: Readonly<Record<string, unknown>> = {
  'graph/security/alerts_v2/bare.json': { id: 'bare' },
  'graph/security/alerts_v2/bytes.json': Buffer.from([
    0xef,
    0xbb,
    0xbf,
    ...Buffer.from('{"id":"bytes","title":"\x95'),
    0xff,
    ...Buffer.from('"}'),
  ]),
  'graph/security/alerts_v2/ids.json': {
    value: ['with space', 'a/b', "quo'te", '{alertId}', 'üñí%41?#&='].map((id) => ({ id })),
  },
  'graph/security/alerts_v2/placeholders.json': {
    '@odata.type': '#microsoft.graph.security.alert',
    id: 'String (identifier)',
    status: 'String',
    createdDateTime: 'String (timestamp)',
    comments: [{ '@odata.type': 'microsoft.graph.security.alertComment' }],
    evidence: [
      { '@odata.type': 'microsoft.graph.security.deviceEvidence' },
      { '@odata.type': '#microsoft.graph.security.newEvidence' },
      'text',
      null,
    ],
    mitreTechniques: null,
    unknownMember: { deep: [1] },
  },
  'graph/security/alerts_v2/pascal.json': [
    { id: 'pascal', status: 'InProgress', severity: 'High', determination: 'MultiStagedAttack', incidentId: '7' },
  ],
  'graph/security/incidents/list.json': {
    value: [
      { id: '7', status: 'Active', customTags: ['custom'], createdDateTime: '2021-08-13T08:43:35.5533333Z' },
      {
        id: 8,
        tags: ['older'],
        comments: [{ comment: 'c', createdBy: 'd@contoso.example', createdTime: '2021-09-30T12:07:37.2756993Z' }],
        createdDateTime: 'String (timestamp)',
      },
    ],
  },
  'graph/identityProtection/riskDetections/get.json': {
    value: {
      id: 'risk',
      riskEventType: 'anonymizedIPAddress',
      additionalInfo: 'not json',
      ipAddress: '',
      location: null,
    },
  },
  'graph/identityProtection/riskyUsers/get.json': {
    value: [{ id: 'risky', isDeleted: 'Boolean', riskLevel: 'String', riskLastUpdatedDateTime: 'String (timestamp)' }],
  },
  'graph/security/secureScores/get.json': {
    value: [
      { id: 'score', currentScore: 12.5, averageComparativeScores: null, controlScores: [{ controlName: 'DLP' }] },
    ],
  },
  'graph/users/get.json': {
    value: [
      { id: '6EA91A8D-E32E-41A1-B7BD-D2D185EED0E0', userPrincipalName: 'Upper@Contoso.example' },
      { id: 'String (identifier)' },
    ],
  },
  'graph/devices/get.json': { id: 'id-value', deviceId: '4c299165-6e8f-4b45-a5ba-c5d250a707ff' },
  'mcas/activities/get.json': { data: [{ _id: 'old', timestamp: 1595096313000, user: null }, { _id: 'bare' }] },
};

describe('captured bodies, however they were printed', () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'captured-odd-'));
  let stack: Stack;

  beforeAll(async () => {
    for (const [path, body] of Object.entries(bodies)) {
      mkdirSync(join(dataDir, dirname(path)), { recursive: true });
      writeFileSync(join(dataDir, path), Buffer.isBuffer(body) ? body : JSON.stringify(body));
    }
    stack = await startStack({ emulator: { dataDir } });
  });
  afterAll(async () => {
    await stack.stop();
    rmSync(dataDir, { recursive: true });
  });

  const idsOf = async (list: string): Promise<string[]> => {
    const answer = await stack.ask(`{ ${list} { nodes { id } } }`);
    expect(answer.errors).toBeUndefined();
    return answer.data?.[list].nodes.map(({ id }: { id: string }) => id).sort();
  };

  it.each([
    [
      'alerts',
      'alert',
      ['String (identifier)', 'a/b', 'bare', 'bytes', 'pascal', "quo'te", 'with space', '{alertId}', 'üñí%41?#&='],
    ],
    ['incidents', 'incident', ['7', '8']],
    ['riskEvents', 'riskEvent', ['risk']],
    ['riskyUsers', 'riskyUser', ['risky']],
    ['users', 'user', ['6EA91A8D-E32E-41A1-B7BD-D2D185EED0E0', 'String (identifier)']],
    ['devices', 'device', ['id-value']],
    ['mcasActivities', 'mcasActivity', ['bare', 'old']],
  ])('serve their %s by list and by id', async (list, one, ids) => {
    expect(await idsOf(list)).toEqual(ids);
    for (const id of ids) {
      const answer = await stack.ask(`query ($id: ID!) { ${one}(id: $id) { id } }`, { variables: { id } });
      expect(answer.errors).toBeUndefined();
      expect(answer.data?.[one]).toEqual({ id });
    }
  });

  it('serve a secure score without most of its members', async () => {
    const answer = await stack.ask(
      '{ secureScores { nodes { id currentScore maxScore controlScores { controlName score profile { id } } } } }',
    );
    expect(answer.data?.secureScores.nodes).toEqual([
      {
        id: 'score',
        currentScore: 12.5,
        maxScore: null,
        controlScores: [{ controlName: 'DLP', score: null, profile: null }],
      },
    ]);
  });

  it('are read in either spelling, and what is no value reads as null', async () => {
    const answer = await stack.ask(`{
      pascal: alert(id: "pascal") { status severity determination incident { id status } }
      placeholders: alert(id: "String (identifier)") { status rawStatus createdDateTime comments { comment } evidence { __typename } }
      incidents { nodes { id customTags comments { createdByDisplayName createdDateTime } } } }`);
    expect(answer.errors).toBeUndefined();
    expect(answer.data?.pascal).toEqual({
      status: 'IN_PROGRESS',
      severity: 'HIGH',
      determination: 'MULTI_STAGED_ATTACK',
      incident: { id: '7', status: 'ACTIVE' },
    });
    expect(answer.data?.placeholders).toEqual({
      status: 'UNRECOGNIZED',
      rawStatus: 'String',
      createdDateTime: null,
      comments: [{ comment: null }],
      evidence: ['DeviceEvidence', 'GenericEvidence', 'GenericEvidence', 'GenericEvidence'].map((__typename) => ({
        __typename,
      })),
    });
    expect(answer.data?.incidents.nodes).toEqual([
      { id: '7', customTags: ['custom'], comments: [] },
      {
        id: '8',
        customTags: ['older'],
        comments: [{ createdByDisplayName: 'd@contoso.example', createdDateTime: '2021-09-30T12:07:37.2756993Z' }],
      },
    ]);
  });

  it('can be changed', async () => {
    const answer = await stack.ask(
      'mutation { updateAlert(input: { id: "a/b", status: RESOLVED, assignedTo: "ann@contoso.example" }) { errors { code } alert { id status assignedTo } } }',
    );
    expect(answer.data?.updateAlert).toEqual({
      errors: [],
      alert: { id: 'a/b', status: 'RESOLVED', assignedTo: 'ann@contoso.example' },
    });
  });
});
