import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { type GuardedStack, startGuardedStack } from '../support/rights.js';
import { type Stack, startStack } from '../support/startStack.js';
import { upstreamRow, writeUpstream } from '../support/upstreamRow.js';

const fields =
  'id status severity classification determination assignedTo customTags displayName summary lastUpdateDateTime comments { comment }';
const payload = `cursor errors { code inputPath } incident { ${fields} }`;
const documents = {
  updateIncident: `mutation ($input: UpdateIncidentInput!) { updateIncident(input: $input) { ${payload} } }`,
  addIncidentComment: `mutation ($input: AddIncidentCommentInput!) { addIncidentComment(input: $input) { ${payload} } }`,
};
const reads = `query ($id: ID!, $filter: IncidentFilter) {
  incident(id: $id) { ${fields} } incidents(first: 50, filter: $filter) { nodes { ${fields} } } }`;

let stack: Stack;
let ids: string[];

beforeAll(async () => {
  stack = await startStack({ emulator: { alerts: 400 } });
  const answer = await stack.ask(
    '{ incidents(first: 40, filter: { status: { in: [ACTIVE, IN_PROGRESS] } }) { nodes { id } } }',
  );
  ids = answer.data?.incidents.nodes.map(({ id }: { id: string }) => id);
});
afterAll(() => stack.stop());
afterEach(() => stack.control('DELETE', '/_control/faults'));

/** An incident that no other test of this file writes to. */
const freshId = () => ids.shift() as string;
const fault = (options: object) => stack.control('POST', '/_control/faults', { upstream: 'incidents', ...options });

async function mutate(name: keyof typeof documents, input: Record<string, unknown>) {
  const answer = await stack.ask(documents[name], { variables: { input } });
  return { answer, payload: answer.data?.[name] };
}

async function update(input: Record<string, unknown>) {
  const { answer, payload: done } = await mutate('updateIncident', input);
  expect(answer.errors).toBeUndefined();
  return done;
}

async function readBack(id: string, filter?: object) {
  const { data } = await stack.ask(reads, { variables: { id, filter: filter ?? null } });
  return { byId: data?.incident, listed: data?.incidents.nodes.find((row: { id: string }) => row.id === id) };
}

async function writesTo(id: string) {
  const rows = await stack.ledger();
  return rows.filter(({ method, path }) => method !== 'GET' && path.includes(`/incidents/${id}`));
}

describe('updateIncident', () => {
  it('writes what is there, leaves what is absent, and unassigns with null', async () => {
    const id = freshId();
    const all = {
      status: 'IN_PROGRESS',
      severity: 'HIGH',
      classification: 'TRUE_POSITIVE',
      determination: 'PHISHING',
      assignedTo: 'ann@contoso.example',
      customTags: ['VIP'],
      displayName: 'Wave',
      summary: 'All of it',
    };
    expect(await update({ id, ...all })).toMatchObject({ errors: [], incident: all, cursor: expect.any(String) });
    const after = { ...all, status: 'RESOLVED', assignedTo: null };
    expect((await update({ id, status: 'RESOLVED', assignedTo: null })).incident).toMatchObject(after);
    expect(await readBack(id)).toMatchObject({ byId: after, listed: after });
    expect(await upstreamRow(stack.emulator, `/security/incidents/${id}`)).toMatchObject({
      status: 'resolved',
      severity: 'high',
      classification: 'truePositive',
      determination: 'phishing',
      assignedTo: null,
      customTags: ['VIP'],
    });
  });

  it.each([{ status: 'REDIRECTED' }, { status: 'AWAITING_ACTION' }, { severity: 'UNRECOGNIZED' }, { status: 'NEW' }])(
    'refuses %j as BAD_USER_INPUT',
    async (change) => {
      const { answer } = await mutate('updateIncident', { id: ids.at(-1), ...change });
      expect([answer.data ?? null, answer.errors?.[0]?.extensions?.code]).toEqual([
        answer.data === undefined ? null : { updateIncident: null },
        'BAD_USER_INPUT',
      ]);
      expect(await writesTo(ids.at(-1) as string)).toEqual([]);
    },
  );

  it('answers NOT_FOUND, INVALID_INPUT, and CONFLICT when another console was faster', async () => {
    const id = freshId();
    expect(await update({ id: '999999999', status: 'RESOLVED' })).toEqual({
      cursor: null,
      errors: [{ code: 'NOT_FOUND', inputPath: ['id'] }],
      incident: null,
    });
    expect(await update({ id })).toMatchObject({ errors: [{ code: 'INVALID_INPUT', inputPath: null }] });
    const expectedLastUpdate = (await readBack(id)).byId.lastUpdateDateTime;
    const path = `/security/incidents/${id}`;
    await writeUpstream(stack.emulator, 'PATCH', path, { assignedTo: 'console@contoso.example' });
    const lost = await update({ id, assignedTo: 'ann@contoso.example', expectedLastUpdate });
    expect(lost).toMatchObject({
      cursor: null,
      errors: [{ code: 'CONFLICT' }],
      incident: { assignedTo: 'console@contoso.example' },
    });
    const seen = lost.incident.lastUpdateDateTime;
    expect(await update({ id, status: 'RESOLVED', expectedLastUpdate: seen })).toMatchObject({ errors: [] });
  });

  it.each(['writeLag', 'staleListAfterPatch'])('is what every read shows under %s', async (kind) => {
    const id = freshId();
    await readBack(id);
    await fault({ kind, seconds: 600, times: 1 });
    const { incident } = await update({ id, status: 'RESOLVED', assignedTo: 'ann@contoso.example' });
    expect(incident).toMatchObject({ status: 'RESOLVED', assignedTo: 'ann@contoso.example' });
    expect(await readBack(id)).toEqual({ byId: incident, listed: incident });
    expect((await readBack(id, { status: { in: ['ACTIVE', 'IN_PROGRESS'] } })).listed).toBeUndefined();
  });

  it('repeats a PATCH that was throttled or failed, and says who refused what', async () => {
    const id = freshId();
    await fault({ kind: 'status', status: 503, times: 1, match: 'PATCH' });
    expect(await update({ id, status: 'RESOLVED' })).toMatchObject({ errors: [], incident: { status: 'RESOLVED' } });
    expect((await writesTo(id)).map(({ status }) => status)).toEqual([503, 200]);
    await fault({ kind: 'forbidden', times: 1, match: 'PATCH' });
    const { answer } = await mutate('updateIncident', { id, status: 'ACTIVE' });
    expect(answer.errors?.[0]?.extensions).toMatchObject({
      code: 'UPSTREAM_FORBIDDEN',
      permission: 'SecurityIncident.ReadWrite.All',
    });
  });

  it('makes the alerts of the incident be read anew', async () => {
    const id = freshId();
    const query = `{ incident(id: "${id}") { alerts(first: 3) { nodes { id incident { status } } } } }`;
    await stack.ask(query);
    await update({ id, status: 'RESOLVED' });
    const answer = await stack.ask(query);
    expect(answer.data?.incident.alerts.nodes[0].incident.status).toBe('RESOLVED');
    expect((await stack.callsOf(answer)).map(({ path }) => path)).toContainEqual(
      expect.stringContaining(`/incidents/${id}/alerts`),
    );
  });
});

describe('addIncidentComment', () => {
  it('appends once, also when it is repeated with its key', async () => {
    const id = freshId();
    const input = { id, comment: 'Asked the user.', idempotencyKey: `once-${id}` };
    const answers = await Promise.all([mutate('addIncidentComment', input), mutate('addIncidentComment', input)]);
    answers.push(await mutate('addIncidentComment', input));
    for (const answer of answers)
      expect(answer.payload).toMatchObject({ errors: [], incident: { id, comments: expect.any(Array) } });
    expect(await writesTo(id)).toHaveLength(1);
    const { comments } = await upstreamRow(stack.emulator, `/security/incidents/${id}`);
    expect(comments.filter(({ comment }: { comment: string }) => comment === 'Asked the user.')).toHaveLength(1);
    const reused = await mutate('addIncidentComment', { ...input, comment: 'Another.' });
    expect(reused.payload.errors).toMatchObject([{ code: 'IDEMPOTENCY_KEY_REUSED' }]);
  });

  it('is never posted again after an answer that was lost', async () => {
    const id = freshId();
    await fault({ kind: 'status', status: 502, times: 1, match: 'POST' });
    const { payload: done } = await mutate('addIncidentComment', { id, comment: 'Lost?' });
    expect(done.errors).toEqual([{ code: 'OUTCOME_UNKNOWN', inputPath: ['comment'] }]);
    expect(await writesTo(id)).toHaveLength(1);
  });
});

describe('a merged incident', () => {
  it('leads its alerts to the one that they moved to, and is still there itself', async () => {
    const { data } = await stack.ask(
      '{ incidents(first: 1, filter: { status: { in: [REDIRECTED] } }) { nodes { id redirectIncidentId } } alerts(first: 1) { nodes { id } } }',
    );
    const [merged] = data?.incidents.nodes ?? [];
    const [alert] = data?.alerts.nodes ?? [];
    await stack.control('PATCH', `/_control/alerts/${alert.id}`, { incidentId: merged.id });
    const query = `{ alertsByIds(ids: ["${alert.id}"]) { incidentId incident { id } }
      incident(id: "${merged.id}") { id status redirectIncident { id } } }`;
    const deadline = Date.now() + 40_000;
    let answer = await stack.ask(query);
    while (answer.data?.alertsByIds[0].incidentId !== merged.id && Date.now() < deadline)
      answer = await stack.ask(query);
    expect(answer.data).toEqual({
      alertsByIds: [{ incidentId: merged.id, incident: { id: merged.redirectIncidentId } }],
      incident: { id: merged.id, status: 'REDIRECTED', redirectIncident: { id: merged.redirectIncidentId } },
    });
  }, 60_000);
});

describe('the permission to triage incidents', () => {
  let guarded: GuardedStack;
  beforeAll(async () => {
    guarded = await startGuardedStack();
  });
  afterAll(() => guarded.stack.stop());

  it.each([
    'mutation { updateIncident(input: { id: "1", status: RESOLVED }) { errors { code } } }',
    'mutation { addIncidentComment(input: { id: "1", comment: "x" }) { errors { code } } }',
  ])('is asked for %s', async (query) => {
    await guarded.expectRefused('Security.Triage', [['Security.Read'], ['Security.Respond']], query);
    const { data } = await guarded.askAs(
      ['Security.Triage'],
      'mutation { updateIncident(input: { id: "999999999", status: RESOLVED }) { errors { code } } }',
    );
    expect(data).toEqual({ updateIncident: { errors: [{ code: 'NOT_FOUND' }] } });
    await guarded.stack.control('DELETE', '/_control/requests');
  });
});
