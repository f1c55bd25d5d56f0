import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Stack, startStack } from '../support/startStack.js';
import { upstreamAlert } from '../support/upstreamAlert.js';
import { untilWatching, watchAlerts } from '../support/watchAlerts.js';

/** Holds the alert that a 2018 article on the Microsoft Graph Security API printed, with other names of people. */
const dataDir = fileURLToPath(new URL('../fixtures/captured', import.meta.url));
const id = '992431C8-A8CC-3B88-A5A2-37F3A1930BC1';
const printedLastUpdate = '2018-09-27T16:24:59.3930894Z';

const fields = `id title status rawStatus severity createdDateTime lastUpdateDateTime firstActivityDateTime resolvedDateTime
  assignedTo classification rawClassification determination confidence serviceSource rawServiceSource tags
  evidence { __typename } vendorInformation { provider providerVersion subProvider vendor }`;
const readBoth = `query Both($filter: AlertFilter) { alert(id: "${id}") { ${fields} } alerts(filter: $filter) { nodes { ${fields} } } }`;
const update = `mutation ($input: UpdateAlertInput!) { updateAlert(input: $input) { cursor errors { code inputPath } alert { ${fields} } } }`;

function startLegacy(switches: { legacyStalePatchBody?: boolean } = {}): Promise<Stack> {
  return startStack({ emulator: { dataDir, switches }, env: { GRAPH_ALERTS_DIALECT: 'legacy', POLL_SECONDS: '1' } });
}

describe('the alert of a 2018 article, in the legacy dialect', () => {
  let stack: Stack;
  const change = async (input: Record<string, unknown>) => {
    const answer = await stack.ask(update, { variables: { input: { id, ...input } } });
    expect(answer.errors).toBeUndefined();
    return { ...answer.data?.updateAlert, calls: (await stack.callsOf(answer)).map(({ method }) => method) };
  };
  const patches = async () => (await stack.ledger()).filter(({ method }) => method === 'PATCH').length;

  beforeAll(async () => {
    stack = await startLegacy();
  });
  afterAll(() => stack.stop());

  it('is served by list and by id as it was printed, to the last digit', async () => {
    const answer = await stack.ask(readBoth);
    expect(answer.errors).toBeUndefined();
    expect(answer.data?.alerts.nodes).toEqual([answer.data?.alert]);
    expect(answer.data?.alert).toEqual({
      id,
      title: 'WARNING',
      status: 'NEW',
      rawStatus: 'newAlert',
      severity: 'LOW',
      createdDateTime: '2018-09-27T16:24:58.363Z',
      lastUpdateDateTime: printedLastUpdate,
      firstActivityDateTime: '2018-09-27T16:24:58.021Z',
      resolvedDateTime: null,
      assignedTo: null,
      classification: null,
      rawClassification: null,
      determination: null,
      confidence: 0,
      serviceSource: 'MICROSOFT_DEFENDER_FOR_CLOUD_APPS',
      rawServiceSource: 'MCAS',
      tags: [],
      evidence: [],
      vendorInformation: { provider: 'MCAS', providerVersion: '3.0', subProvider: null, vendor: 'Microsoft' },
    });
  });

  it.each([
    [{ status: { in: ['NEW'] } }, 1],
    [{ status: { notIn: ['NEW'] } }, 0],
    [{ severity: { in: ['LOW'] }, serviceSource: { in: ['MICROSOFT_DEFENDER_FOR_CLOUD_APPS'] } }, 1],
    [{ assignedTo: { isNull: true } }, 1],
    [{ assignedTo: { isNull: false } }, 0],
    [{ lastUpdateDateTime: { ge: printedLastUpdate } }, 1],
    [{ lastUpdateDateTime: { lt: printedLastUpdate } }, 0],
    [{ lastUpdateDateTime: { ge: '2018-09-27T16:24:59.3930895Z' } }, 0],
  ])('answers the filter %j in the words of today', async (filter, found) => {
    const answer = await stack.ask(readBoth, { variables: { filter } });
    expect(answer.errors).toBeUndefined();
    expect(answer.data?.alerts.nodes).toHaveLength(found);
  });

  it.each(['2018-09-27T16:24:59.3930893Z', '2018-09-27T16:24:59.393Z', '2018-09-27T16:24:59.3930895Z'])(
    'answers CONFLICT to one who saw it at %s, and writes nothing',
    async (expectedLastUpdate) => {
      const { errors, alert, calls } = await change({ status: 'RESOLVED', expectedLastUpdate });
      expect(errors).toEqual([{ code: 'CONFLICT', inputPath: ['expectedLastUpdate'] }]);
      expect(alert).toMatchObject({ status: 'NEW', lastUpdateDateTime: printedLastUpdate });
      expect(calls).toEqual(['GET']);
    },
  );

  it.each([
    [{ determination: 'MALWARE' }, 'determination'],
    [{ customDetails: { ticket: '7' } }, 'customDetails'],
    [{ comment: 'Looks bad' }, 'comment'],
  ])('answers UNSUPPORTED_BY_DIALECT to %j, and writes nothing of the rest', async (part, member) => {
    const before = await patches();
    const { errors, alert, cursor } = await change({ status: 'RESOLVED', ...part });
    expect(errors).toEqual([{ code: 'UNSUPPORTED_BY_DIALECT', inputPath: [member] }]);
    expect([alert.status, cursor, await patches()]).toEqual(['NEW', null, before]);
  });

  it('is worked on from IN_PROGRESS to RESOLVED, every read showing it at once and a subscriber hearing of it once', async () => {
    const watch = watchAlerts('WebSocket', stack.url, { fields: 'rawStatus classification' });
    await untilWatching(watch, stack.url, id);
    const seen = await stack.ask(readBoth);
    const inProgress = await change({ status: 'IN_PROGRESS', expectedLastUpdate: seen.data?.alert.lastUpdateDateTime });
    expect(inProgress).toMatchObject({
      errors: [],
      alert: { status: 'IN_PROGRESS', rawStatus: 'inProgress' },
      calls: ['GET', 'PATCH'],
    });
    const working = await stack.ask(readBoth, { variables: { filter: { status: { in: ['NEW'] } } } });
    expect(working.data).toMatchObject({ alert: { status: 'IN_PROGRESS' }, alerts: { nodes: [] } });

    const { lastUpdateDateTime: expectedLastUpdate } = inProgress.alert;
    const resolved = await change({
      status: 'RESOLVED',
      classification: 'TRUE_POSITIVE',
      assignedTo: 'ann@adatum.example',
      expectedLastUpdate,
    });
    expect(resolved).toMatchObject({
      errors: [],
      alert: {
        status: 'RESOLVED',
        classification: 'TRUE_POSITIVE',
        rawClassification: 'truePositive',
        assignedTo: 'ann@adatum.example',
      },
    });
    const done = await stack.ask(readBoth, { variables: { filter: { status: { in: ['RESOLVED'] } } } });
    expect(done.data?.alerts.nodes).toEqual([done.data?.alert]);
    expect(done.data?.alert).toMatchObject({ status: 'RESOLVED', assignedTo: 'ann@adatum.example' });
    expect(await upstreamAlert(stack.emulator, 'alerts', id)).toMatchObject({
      status: 'resolved',
      feedback: 'truePositive',
      riskScore: '',
      title: 'WARNING',
    });

    const event = await watch.first(({ cursor }) => cursor === resolved.cursor);
    expect(event).toMatchObject({
      change: 'UPDATED',
      detectedBy: 'MUTATION',
      previous: { status: 'IN_PROGRESS' },
      alert: { id, rawStatus: 'resolved' },
    });
    expect(event.changedFields).toEqual(
      expect.arrayContaining(['status', 'classification', 'assignedTo', 'lastUpdateDateTime']),
    );
    expect(watch.seen.filter(({ cursor }) => cursor === resolved.cursor)).toHaveLength(1);
    await watch.stop();
  });

  it('is unassigned by null', async () => {
    expect(await change({ assignedTo: null })).toMatchObject({ errors: [], alert: { assignedTo: null } });
    expect((await stack.ask(readBoth)).data?.alert.assignedTo).toBeNull();
  });

  it('shows what was written when the upstream answers 204 without a body', async () => {
    await stack.control('POST', '/_control/faults', { upstream: 'alerts', kind: 'empty', status: 204, match: 'PATCH' });
    expect(await change({ status: 'IN_PROGRESS' })).toMatchObject({ errors: [], alert: { status: 'IN_PROGRESS' } });
    const answer = await stack.ask(readBoth);
    expect([answer.data?.alert.status, answer.data?.alerts.nodes[0].status]).toEqual(['IN_PROGRESS', 'IN_PROGRESS']);
  });
});

describe('a legacy upstream whose answer to a PATCH shows the values from before', () => {
  let stack: Stack;
  beforeAll(async () => {
    stack = await startLegacy({ legacyStalePatchBody: true });
  });
  afterAll(() => stack.stop());

  it('is not believed: mutation, event and reads show what was written', async () => {
    const watch = watchAlerts('SSE', stack.url);
    await untilWatching(watch, stack.url, id);
    const answer = await stack.ask(update, {
      variables: { input: { id, status: 'RESOLVED', classification: 'FALSE_POSITIVE' } },
    });
    const written = { status: 'RESOLVED', classification: 'FALSE_POSITIVE', rawClassification: 'falsePositive' };
    expect(answer.data?.updateAlert).toMatchObject({ errors: [], alert: written });
    const read = await stack.ask(readBoth, { variables: { filter: { status: { in: ['RESOLVED'] } } } });
    expect(read.data).toMatchObject({ alert: written, alerts: { nodes: [written] } });
    const event = await watch.first(({ cursor }) => cursor === answer.data?.updateAlert.cursor);
    expect(event.alert).toMatchObject({ id, status: 'RESOLVED' });
    await watch.stop();
  });

  it('does not take its own late stamp for the change of somebody else', async () => {
    const edit = async (input: Record<string, unknown>) =>
      (await stack.ask(update, { variables: { input: { id, ...input } } })).data?.updateAlert;
    const first = await edit({ status: 'IN_PROGRESS' });
    const second = await edit({ status: 'RESOLVED', expectedLastUpdate: first.alert.lastUpdateDateTime });
    expect(second.errors).toEqual([]);
    const third = await edit({ assignedTo: 'ann@adatum.example', expectedLastUpdate: second.alert.lastUpdateDateTime });
    expect(third).toMatchObject({ errors: [], alert: { status: 'RESOLVED', assignedTo: 'ann@adatum.example' } });
  });
});
