import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { askCloudApps, type CloudApps, cloudCalls, rowsOf, startCloudApps } from '../support/cloudApps.js';

let stack: CloudApps;
let upstreamAlerts: Record<string, any>[];

beforeAll(async () => {
  stack = await startCloudApps({ emulator: { alerts: 900 } });
  upstreamAlerts = (await rowsOf(stack.emulator, 'alerts')).sort((a, b) => b.timestamp - a.timestamp);
});
beforeEach(() => stack.nextMinute());
afterAll(() => stack.stop());

const list = 'POST /api/v1/alerts/';
const fields = `id idValue timestamp title status rawStatus severity resolutionStatus stories rawStories intent rawIntent
  audits evidence url entities { type id label accountId }`;

describe('mcasAlert', () => {
  it('answers one alert by either id for one call, with the numbers as words', async () => {
    const wire = upstreamAlerts[0] as Record<string, any>;
    const answer = await stack.ask(`query ($id: ID!) { mcasAlert(id: $id) { ${fields} } }`, {
      variables: { id: `ca${wire._id}` },
    });
    expect(answer.errors).toBeUndefined();
    expect(answer.data?.mcasAlert).toMatchObject({
      id: wire._id,
      idValue: wire.idValue,
      timestamp: new Date(wire.timestamp).toISOString(),
      title: wire.title,
      rawStatus: String(wire.statusValue),
      rawStories: wire.stories.map(String),
      rawIntent: wire.intent.map(String),
      audits: wire.audits,
      evidence: wire.evidence,
      url: wire.URL,
    });
    expect(await cloudCalls(stack, answer)).toEqual([`GET /api/v1/alerts/${wire._id}/`]);
    const again = await stack.ask(`{ mcasAlert(id: "${wire._id}") { id } }`);
    expect([again.data?.mcasAlert.id, await cloudCalls(stack, again)]).toEqual([wire._id, []]);
  });

  it('answers null for an id that nobody has, and without a call for a text that is no id', async () => {
    const answer = await stack.ask('{ a: mcasAlert(id: "000000000000000000000000") { id } }');
    expect([answer.data, answer.errors]).toEqual([{ a: null }, undefined]);
    const other = await stack.ask('{ b: mcasAlert(id: "../entities") { id } }');
    expect([other.data, await cloudCalls(stack, other)]).toEqual([{ b: null }, []]);
  });

  it('reads many ids with one call', async () => {
    const ids = upstreamAlerts.slice(2, 12).map(({ _id }) => _id);
    const answer = await stack.ask(`{ ${ids.map((id, n) => `a${n}: mcasAlert(id: "${id}") { id }`).join(' ')} }`);
    expect(Object.values(answer.data ?? {})).toEqual(ids.map((id) => ({ id })));
    expect(await cloudCalls(stack, answer)).toEqual([list]);
  });
});

describe('mcasAlerts', () => {
  it('pages through every alert once, newest first', async () => {
    const seen: string[] = [];
    for (let after: string | null = null, more = true; more; ) {
      stack.nextMinute();
      const answer: any = await stack.ask(
        'query ($after: String) { mcasAlerts(first: 40, after: $after) { nodes { id } totalCount totalCountIsApproximate pageInfo { hasNextPage endCursor } } }',
        { variables: { after } },
      );
      expect(answer.errors).toBeUndefined();
      const { nodes, pageInfo, ...rest } = answer.data.mcasAlerts;
      expect(rest).toEqual({ totalCount: upstreamAlerts.length, totalCountIsApproximate: false });
      seen.push(...nodes.map(({ id }: { id: string }) => id));
      after = pageInfo.endCursor;
      more = pageInfo.hasNextPage;
    }
    expect(seen).toHaveLength(upstreamAlerts.length);
    expect(new Set(seen).size).toBe(upstreamAlerts.length);
  });

  it.each([
    ['severity: { in: [HIGH] }', (row: any) => row.severityValue === 2],
    ['severity: { notIn: [HIGH] }', (row: any) => row.severityValue !== 2],
    ['resolutionStatus: { in: [OPEN, BENIGN] }', (row: any) => [0, 4].includes(row.resolutionStatusValue)],
    ['isOpen: true', (row: any) => row.resolutionStatusValue === 0],
    ['isRead: false', (row: any) => row.statusValue === 0],
    ['stories: { in: [THREAT_DETECTION] }', (row: any) => row.stories.includes(0)],
    ['source: POLICY', (row: any) => row.entities.some((entity: any) => entity.type === 'policyRule')],
    ['appId: { in: [11161] }', (row: any) => row.entities.some((entity: any) => entity.id === 11161)],
    ['severity: { in: [] }', () => false],
  ])('filters with %s as the upstream does', async (filter, matches) => {
    const answer = await stack.ask(`{ mcasAlerts(first: 1000, filter: { ${filter} }) { nodes { id } } }`);
    expect(answer.errors).toBeUndefined();
    const ids = answer.data?.mcasAlerts.nodes.map(({ id }: { id: string }) => id);
    expect(new Set(ids)).toEqual(new Set(upstreamAlerts.filter(matches).map(({ _id }) => _id)));
  });

  it.each([
    'severity: { in: [UNRECOGNIZED] }',
    'severity: { isNull: true }',
    'ids: ["x"]',
    'accountId: { in: ["bm90IGEga2V5"] }',
    'source: UNRECOGNIZED',
  ])('refuses %s with BAD_USER_INPUT', async (filter) => {
    const answer = await stack.ask(`{ mcasAlerts(filter: { ${filter} }) { nodes { id } } }`);
    expect(answer.errors?.map(({ extensions }) => extensions?.code)).toEqual(['BAD_USER_INPUT']);
  });
});

describe('joins of Cloud Apps alerts', () => {
  it('brings activities, accounts and the alerts of Graph for one call each', async () => {
    const answer = await stack.ask(`{
      mcasAlerts(first: 9) { nodes { id audits alert { id providerAlertId } account { id idInApp type displayName }
        activities(first: 3) { nodes { id timestamp } totalCount info { warnings { code } } } } } }`);
    expect(answer.errors).toBeUndefined();
    const nodes: any[] = answer.data?.mcasAlerts.nodes;
    expect(nodes.map(({ alert }) => alert.id)).toEqual(nodes.map(({ id }) => `ca${id}`));
    expect(nodes.every(({ account }) => account.type === 'USER')).toBe(true);
    for (const { audits, activities } of nodes) {
      expect(activities.nodes.length).toBe(Math.min(3, activities.totalCount));
      expect(audits).toEqual(expect.arrayContaining(activities.nodes.map(({ id }: { id: string }) => id)));
    }
    const audits = new Set(nodes.flatMap((node) => node.audits)).size;
    const calls = await cloudCalls(stack, answer);
    expect(calls.filter((call) => call === 'POST /api/v1/activities/')).toHaveLength(Math.ceil(audits / 100));
    expect(calls.filter((call) => call === 'POST /api/v1/entities/')).toHaveLength(1);
    expect(calls.filter((call) => call === list)).toHaveLength(1);
  });

  it('pages the activities of an alert', async () => {
    const [row] = [...upstreamAlerts].sort((a, b) => b.audits.length - a.audits.length);
    const query = (after: string) =>
      `{ mcasAlert(id: "${row?._id}") { activities(first: 1${after}) { nodes { id } totalCount pageInfo { hasNextPage endCursor } } } }`;
    const first = (await stack.ask(query(''))).data?.mcasAlert.activities;
    const second = (await stack.ask(query(`, after: "${first.pageInfo.endCursor}"`))).data?.mcasAlert.activities;
    expect(first.totalCount).toBe(row?.audits.length);
    expect(second.nodes).not.toEqual(first.nodes);
  });

  it('answers the activities by alert too, for one call', async () => {
    const answer = await stack.ask(
      `{ mcasActivities(filter: { alertId: "${upstreamAlerts[0]?._id}" }) { nodes { id } } }`,
    );
    expect(answer.data?.mcasActivities.nodes.length).toBeGreaterThan(0);
    expect(await cloudCalls(stack, answer)).toEqual(['POST /api/v1/activities/']);
  });
});

const close = (input: Record<string, unknown>) =>
  stack.ask(
    'mutation ($input: CloseMCASAlertsInput!) { closeMCASAlerts(input: $input) { errors { code inputPath } results { id done errors { code } alert { status resolutionStatus comment handledByUser resolveTime } } } }',
    { variables: { input } },
  );
/** Open alerts that no other test of this file writes to. */
function openIds<N extends number>(count: N): string[] & { length: N } {
  const open = upstreamAlerts.filter((row) => row.resolutionStatusValue === 0 && !used.has(row._id)).slice(0, count);
  for (const { _id } of open) used.add(_id);
  expect(open).toHaveLength(count);
  return open.map(({ _id }) => _id as string) as string[] & { length: N };
}
const used = new Set<string>();

describe('closeMCASAlerts', () => {
  it('closes several with one call, tells those that are not there, and shows them closed here and in Graph', async () => {
    const [one, two] = openIds(2);
    await stack.ask(`{ mcasAlert(id: "${one}") { id } alert(id: "ca${one}") { status } }`);
    const answer = await close({
      ids: [one, `ca${two}`, '0'.repeat(24), 'no id'],
      as: 'BENIGN',
      reason: 'TRIGGERED_BY_TEST',
      comment: 'Drill.',
    });
    expect(answer.errors).toBeUndefined();
    const closed = { status: 'ARCHIVED', resolutionStatus: 'BENIGN', comment: 'Drill.' };
    expect(answer.data?.closeMCASAlerts).toMatchObject({
      errors: [],
      results: [
        { id: one, done: true, errors: [], alert: closed },
        { id: `ca${two}`, done: true, errors: [], alert: closed },
        { done: false, errors: [{ code: 'NOT_FOUND' }], alert: null },
        { done: false, errors: [{ code: 'NOT_FOUND' }], alert: null },
      ],
    });
    expect(await cloudCalls(stack, answer)).toEqual(['POST /api/v1/alerts/close_benign/', list]);
    const graph = await stack.ask(`{ alert(id: "ca${one}") { status classification } }`);
    expect(graph.data?.alert).toEqual({ status: 'RESOLVED', classification: 'INFORMATIONAL_EXPECTED_ACTIVITY' });
  });

  it.each([
    ['no ids', { ids: [], as: 'TRUE_POSITIVE' }, ['ids']],
    ['101 ids', { ids: Array(101).fill('a'.repeat(24)), as: 'TRUE_POSITIVE' }, ['ids']],
    ['a reason of another kind', { as: 'BENIGN', reason: 'NOT_OF_INTEREST' }, ['reason']],
    ['a reason where none fits', { as: 'TRUE_POSITIVE', reason: 'OTHER' }, ['reason']],
    ['a comment of 10,001 characters', { as: 'BENIGN', comment: 'x'.repeat(10_001) }, ['comment']],
    ['an empty key', { as: 'BENIGN', idempotencyKey: '' }, ['idempotencyKey']],
  ])('refuses %s without a call', async (_case, input, inputPath) => {
    const answer = await close({ ids: ['a'.repeat(24)], ...input });
    expect(answer.data?.closeMCASAlerts).toEqual({ errors: [{ code: 'INVALID_INPUT', inputPath }], results: [] });
    expect(await cloudCalls(stack, answer)).toEqual([]);
  });

  it('closes once for one key, and refuses the key for another input', async () => {
    const [id] = openIds(1);
    const input = { ids: [id], as: 'FALSE_POSITIVE', reason: 'ALERT_NOT_ACCURATE', idempotencyKey: 'close-1' };
    const first = await close(input);
    const second = await close(input);
    expect(second.data).toEqual(first.data);
    expect((await cloudCalls(stack, second)).filter((call) => call.includes('close'))).toEqual([]);
    const third = await close({ ...input, reason: 'OTHER' });
    expect(third.data?.closeMCASAlerts.errors).toEqual([
      { code: 'IDEMPOTENCY_KEY_REUSED', inputPath: ['idempotencyKey'] },
    ]);
  });

  it('reads the alert back when the answer is lost, and never sends twice', async () => {
    const [id] = openIds(1);
    await stack.control('POST', '/_control/faults', { upstream: 'mcas', kind: 'truncated', match: 'close_true' });
    const answer = await close({ ids: [id], as: 'TRUE_POSITIVE', comment: 'Real.' });
    expect(answer.errors).toBeUndefined();
    expect(answer.data?.closeMCASAlerts.results).toMatchObject([{ id, done: true, errors: [] }]);
    expect((await cloudCalls(stack, answer)).filter((call) => call.includes('close'))).toHaveLength(1);
  });

  it('fails as an outage when the alert shows that nothing was done, and the key may be used again', async () => {
    const [id] = openIds(1);
    const input = { ids: [id], as: 'TRUE_POSITIVE', idempotencyKey: 'close-2' };
    const fault = { upstream: 'mcas', kind: 'status', status: 500, match: 'close_true' };
    await stack.control('POST', '/_control/faults', fault);
    const failed = await close(input);
    expect(failed.errors?.map(({ extensions }) => extensions?.code)).toEqual(['UPSTREAM_UNAVAILABLE']);
    expect((await cloudCalls(stack, failed)).filter((call) => call.includes('close'))).toHaveLength(1);
    expect((await close(input)).data?.closeMCASAlerts.results).toMatchObject([{ done: true }]);
  });
});

describe('markMCASAlertsRead', () => {
  const mark = (input: Record<string, unknown>) =>
    stack.ask(
      'mutation ($input: MarkMCASAlertsReadInput!) { markMCASAlertsRead(input: $input) { errors { code } results { id done errors { code } alert { status } } } }',
      { variables: { input } },
    );

  it('marks one with one call, as read unless told otherwise', async () => {
    const [id] = openIds(1);
    await askCloudApps(stack.emulator, `/api/v1/alerts/${id}/unread/`, {});
    const read = await mark({ ids: [id] });
    expect(read.data?.markMCASAlertsRead.results).toEqual([{ id, done: true, errors: [], alert: { status: 'READ' } }]);
    expect(await cloudCalls(stack, read)).toEqual([`POST /api/v1/alerts/${id}/read/`, `GET /api/v1/alerts/${id}/`]);
    const unread = await mark({ ids: [id], read: false });
    expect(unread.data?.markMCASAlertsRead.results).toMatchObject([{ alert: { status: 'UNREAD' } }]);
  });

  it('writes only to those of several that are not so yet', async () => {
    const ids = openIds(3);
    for (const id of ids) await askCloudApps(stack.emulator, `/api/v1/alerts/${id}/unread/`, {});
    await askCloudApps(stack.emulator, `/api/v1/alerts/${ids[0]}/read/`, {});
    const answer = await mark({ ids: [...ids, '0'.repeat(24)] });
    expect(answer.data?.markMCASAlertsRead.results).toMatchObject([
      ...ids.map((id) => ({ id, done: true, alert: { status: 'READ' } })),
      { done: false, errors: [{ code: 'NOT_FOUND' }], alert: null },
    ]);
    const writes = (await cloudCalls(stack, answer)).filter((call) => call.includes('/read/'));
    expect(new Set(writes)).toEqual(new Set(ids.slice(1).map((id) => `POST /api/v1/alerts/${id}/read/`)));
  });

  it('refuses no ids and more than 20', async () => {
    for (const ids of [[], Array(21).fill('a'.repeat(24))]) {
      expect((await mark({ ids })).data?.markMCASAlertsRead.errors).toEqual([{ code: 'INVALID_INPUT' }]);
    }
  });
});

describe('giveMCASActivityFeedback', () => {
  const give = (input: Record<string, unknown>) =>
    stack.ask(
      'mutation ($input: GiveMCASActivityFeedbackInput!) { giveMCASActivityFeedback(input: $input) { done errors { code inputPath } } }',
      { variables: { input } },
    );

  it('sends it with one call to the only route without a slash at its end', async () => {
    const id = upstreamAlerts[0]?.audits[0];
    const answer = await give({ id, feedback: 'benign', text: 'It was me.' });
    expect(answer.data?.giveMCASActivityFeedback).toEqual({ done: true, errors: [] });
    expect(await cloudCalls(stack, answer)).toEqual([`POST /api/v1/activities/${encodeURIComponent(id)}/feedback`]);
  });

  it('tells an activity that is not there, and an address without leave to use it', async () => {
    const missing = await give({ id: 'nobody', feedback: 'benign' });
    expect(missing.data?.giveMCASActivityFeedback.errors).toEqual([{ code: 'NOT_FOUND', inputPath: ['id'] }]);
    const shy = await give({ id: 'x', feedback: 'benign', contactEmail: 'a@contoso.example' });
    expect(shy.data?.giveMCASActivityFeedback.errors).toEqual([{ code: 'INVALID_INPUT', inputPath: ['contactEmail'] }]);
  });

  it('says that it does not know when the answer is lost', async () => {
    await stack.control('POST', '/_control/faults', { upstream: 'mcas', kind: 'reset', match: '/feedback' });
    const answer = await give({ id: upstreamAlerts[0]?.audits[0], feedback: 'benign' });
    expect(answer.data?.giveMCASActivityFeedback).toMatchObject({ done: false, errors: [{ code: 'OUTCOME_UNKNOWN' }] });
  });
});
