import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Stack, startStack } from '../support/startStack.js';

/** Rows that the gateway asks for beyond a page; part of the call that a fault has to hit. */
const spareRows = 5;

describe('alerts from an upstream in trouble', () => {
  let stack: Stack;
  let first = 10;
  beforeAll(async () => {
    stack = await startStack();
  });
  afterAll(() => stack.stop());

  /** A page size that no other test uses, so that neither a cache nor the poller takes the fault. */
  async function listWith(kind: string, selection: string, options: object = {}) {
    first += 1;
    await stack.control('POST', '/_control/faults', {
      upstream: 'alerts',
      kind,
      match: `top=${first + spareRows}`,
      ...options,
    });
    return stack.ask(`{ viewer { id } alerts(first: ${first}) { nodes { ${selection} } } }`);
  }

  it.each([
    ['html', 'UPSTREAM_BAD_RESPONSE'],
    ['truncated', 'UPSTREAM_BAD_RESPONSE'],
    ['empty', 'UPSTREAM_BAD_RESPONSE'],
    ['wrongType', 'UPSTREAM_BAD_RESPONSE'],
    ['forbidden', 'UPSTREAM_FORBIDDEN'],
  ])('null their own field with a code when it answers %s', async (kind, code) => {
    const answer = await listWith(kind, 'id', { times: 8 });
    expect(answer.data).toMatchObject({ viewer: { id: expect.any(String) }, alerts: null });
    expect(answer.errors?.[0]).toMatchObject({ path: ['alerts'], extensions: { code, upstream: 'GRAPH_SECURITY' } });
  });

  it('are whole behind an empty page with a next link, and each there once among repeated rows', async () => {
    for (const kind of ['emptyPage', 'duplicateRows']) {
      const ids: string[] = (await listWith(kind, 'id')).data?.alerts.nodes.map((alert: { id: string }) => alert.id);
      expect(ids).toHaveLength(first);
      expect(new Set(ids).size).toBe(first);
    }
  });

  it('keep unknown evidence whole and unknown words beside UNRECOGNIZED', async () => {
    const evidence = await listWith(
      'unknownEvidence',
      'evidence { __typename ... on GenericEvidence { odataType raw } }',
    );
    expect(evidence.errors).toBeUndefined();
    expect(JSON.stringify(evidence.data)).toContain('GenericEvidence');
    const words = await listWith('unknownEnum', 'severity rawSeverity serviceSource rawServiceSource status rawStatus');
    expect(words.errors).toBeUndefined();
    expect(JSON.stringify(words.data)).toContain('UNRECOGNIZED');
  });

  describe('that is written to', () => {
    const mutation = `mutation ($input: UpdateAlertInput!) { updateAlert(input: $input) { cursor errors { code inputPath } alert { id status lastUpdateDateTime comments { comment } } } }`;
    const update = async (input: object) => {
      const answer = await stack.ask(mutation, { variables: { input } });
      expect(answer.errors).toBeUndefined();
      return answer.data?.updateAlert;
    };

    async function someNewAlert(): Promise<{ id: string; lastUpdateDateTime: string }> {
      const answer = await stack.ask(
        '{ alerts(first: 1, filter: { status: { in: [NEW] } }) { nodes { id lastUpdateDateTime } } }',
      );
      return answer.data?.alerts.nodes[0];
    }

    it.each(['staleListAfterPatch', 'writeLag'])('show the write at once in spite of %s', async (kind) => {
      const { id } = await someNewAlert();
      await stack.control('POST', '/_control/faults', { upstream: 'alerts', kind, seconds: 60 });
      expect(await update({ id, status: 'RESOLVED' })).toMatchObject({ errors: [], alert: { status: 'RESOLVED' } });
      first += 1;
      const read = await stack.ask(`{ alert(id: "${id}") { status } all: alerts(first: ${first}) { nodes { id status } }
        new: alerts(first: ${first}, filter: { status: { in: [NEW] } }) { nodes { id } } }`);
      expect(read.data?.alert.status).toBe('RESOLVED');
      expect(
        read.data?.all.nodes
          .filter((alert: { id: string }) => alert.id === id)
          .every((alert: { status: string }) => alert.status === 'RESOLVED'),
      ).toBe(true);
      expect(read.data?.new.nodes.map((alert: { id: string }) => alert.id)).not.toContain(id);
    });

    it('take the version that they answered although the upstream stamps the alert again', async () => {
      const { id, lastUpdateDateTime } = await someNewAlert();
      await stack.control('POST', '/_control/faults', { upstream: 'alerts', kind: 'restamp' });
      const payload = await update({ id, status: 'IN_PROGRESS', expectedLastUpdate: lastUpdateDateTime });
      expect(payload).toMatchObject({ errors: [] });
      expect(
        await update({ id, status: 'RESOLVED', expectedLastUpdate: payload.alert.lastUpdateDateTime }),
      ).toMatchObject({ errors: [] });
    });

    it('tell a comment that the last update does not show', async () => {
      const { id } = await someNewAlert();
      await stack.control('POST', '/_control/faults', { upstream: 'alerts', kind: 'silentComment' });
      expect(
        (await update({ id, comment: 'Quiet' })).alert.comments.map((one: { comment: string }) => one.comment),
      ).toContain('Quiet');
      const read = await stack.ask(`{ alert(id: "${id}") { comments { comment } } }`);
      expect(read.data?.alert.comments.map((one: { comment: string }) => one.comment)).toContain('Quiet');
    });

    const countPosts = async (id: string) =>
      (await stack.ledger()).filter((entry) => entry.method === 'POST' && entry.path.includes(id)).length;

    it('never send a comment twice when the answer is lost', async () => {
      const { id } = await someNewAlert();
      const before = await countPosts(id);
      await stack.control('POST', '/_control/faults', {
        upstream: 'alerts',
        kind: 'reset',
        match: `POST /v1.0/security/alerts_v2/${id}`,
      });
      const payload = await update({ id, comment: 'Only once' });
      const comments = payload.alert.comments.filter((one: { comment: string }) => one.comment === 'Only once');
      expect(payload.errors.length === 0 ? comments.length : payload.errors[0].code).toEqual(
        payload.errors.length === 0 ? 1 : 'OUTCOME_UNKNOWN',
      );
      expect(await countPosts(id)).toBe(before + 1);
    });

    it('fail one item of several with a GraphQL error of its own', async () => {
      const list = await stack.ask('{ alerts(first: 2, filter: { status: { in: [IN_PROGRESS] } }) { nodes { id } } }');
      const ids: string[] = list.data?.alerts.nodes.map((alert: { id: string }) => alert.id);
      await stack.control('POST', '/_control/faults', {
        upstream: 'alerts',
        kind: 'forbidden',
        match: `PATCH /v1.0/security/alerts_v2/${ids[1]}`,
      });
      const answer = await stack.ask(
        'mutation ($input: UpdateAlertsInput!) { updateAlerts(input: $input) { errors { code } results { errors { code } alert { id status } } } }',
        { variables: { input: { alerts: ids.map((id) => ({ id, status: 'RESOLVED' })) } } },
      );
      expect(answer.data?.updateAlerts).toEqual({
        errors: [],
        results: [{ errors: [], alert: { id: ids[0], status: 'RESOLVED' } }, null],
      });
      expect(answer.errors).toMatchObject([
        {
          path: ['updateAlerts', 'results', 1],
          extensions: { code: 'UPSTREAM_FORBIDDEN', permission: 'SecurityAlert.ReadWrite.All' },
        },
      ]);
    });
  });
});
