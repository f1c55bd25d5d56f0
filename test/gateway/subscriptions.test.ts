import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createClient } from 'graphql-sse';
import { mutate } from '../support/alertMutations.js';
import { type Stack, startStack } from '../support/startStack.js';
import {
  type AlertEvent,
  type AlertWatch,
  type Transport,
  untilWatching,
  type WatchOptions,
  watchAlerts,
} from '../support/watchAlerts.js';

let stack: Stack;

beforeAll(async () => {
  stack = await startStack({ env: { POLL_SECONDS: '1' } });
});
afterAll(() => stack.stop());

/** An alert that no other test touches. @returns its id. */
async function createAlert(fields: Record<string, unknown> = {}): Promise<string> {
  const row = await stack.control<{ id: string }>('POST', '/_control/alerts', {
    status: 'new',
    assignedTo: null,
    ...fields,
  });
  return row.id;
}

/** As another console would. */
function changeElsewhere(id: string, fields: Record<string, unknown>): Promise<unknown> {
  return stack.control('PATCH', `/_control/alerts/${id}`, fields);
}

/** Subscribes and waits until the subscription runs and the poller has told of `id`, so that what follows is compared with it. */
async function watching(transport: Transport, id: string, options: WatchOptions = {}): Promise<AlertWatch> {
  const watch = watchAlerts(transport, stack.url, options);
  await untilWatching(watch, stack.url, id);
  return watch;
}

/** Resolves when a sweep has begun and ended since the call: it told of an alert that was made only now. */
async function nextSweep(watch: AlertWatch): Promise<void> {
  const id = await createAlert();
  await watch.first((event) => event.alert?.id === id);
}

/** Calls that the joins of these tests could make; feeds read whole collections instead. */
async function callsForJoins(): Promise<string[]> {
  const paths = (await stack.ledger()).map(({ path }) => decodeURIComponent(path));
  return paths.filter((path) => /\/incidents\/|riskDetections\?.*user/.test(path));
}

const isOf = (id: string, change?: string) => (event: AlertEvent) =>
  event.alert?.id === id && (change === undefined || event.change === change);

describe.each<Transport>(['WebSocket', 'SSE'])('alertUpdated over %s', (transport) => {
  it('tells of an own mutation exactly once, although the poller sees it too', async () => {
    const id = await createAlert();
    const watch = await watching(transport, id);
    const { payload } = await mutate(stack, 'updateAlert', { id, status: 'RESOLVED' });
    const event = await watch.first(({ cursor }) => cursor === payload.cursor);
    expect(event).toMatchObject({
      change: 'UPDATED',
      detectedBy: 'MUTATION',
      matchesFilter: true,
      previous: { status: 'NEW' },
      alert: { id, status: 'RESOLVED', lastUpdateDateTime: payload.alert.lastUpdateDateTime },
    });
    await nextSweep(watch);
    await nextSweep(watch);
    expect(watch.ofAlert(id).filter(({ alert }) => alert?.status === 'RESOLVED')).toEqual([event]);
    await watch.stop();
  });

  it('tells what another console changed, and what it was before', async () => {
    const id = await createAlert({ severity: 'low' });
    const watch = await watching(transport, id);
    const known = watch.ofAlert(id).at(-1)?.alert;
    await changeElsewhere(id, { severity: 'high', assignedTo: 'console@contoso.example' });
    const event = await watch.first(({ alert }) => alert?.id === id && alert.assignedTo === 'console@contoso.example');
    expect(event).toMatchObject({ change: 'UPDATED', detectedBy: 'POLL', matchesFilter: true });
    expect(event.changedFields).toEqual(['assignedTo', 'lastUpdateDateTime', 'rawSeverity', 'severity']);
    const { assignedTo, lastUpdateDateTime } = known as Record<string, string>;
    expect(event.previous).toMatchObject({ status: 'NEW', severity: 'LOW', assignedTo, lastUpdateDateTime });
    await watch.stop();
  });

  it('tells of a new alert as CREATED, without anything before', async () => {
    const watch = await watching(transport, await createAlert());
    const id = await createAlert({ title: 'Brand new' });
    expect(await watch.first(isOf(id))).toMatchObject({
      change: 'CREATED',
      detectedBy: 'POLL',
      changedFields: [],
      previous: null,
      alert: { status: 'NEW' },
    });
    await watch.stop();
  });

  it('delivers a row that leaves the filter with matchesFilter false, and nothing of rows that never matched', async () => {
    const [id, other] = [await createAlert(), await createAlert({ status: 'resolved' })];
    const watch = await watching(transport, id, { filter: { status: { in: ['NEW'] } } });
    await changeElsewhere(other, { assignedTo: 'console@contoso.example' });
    await changeElsewhere(id, { status: 'inProgress' });
    const left = await watch.first(({ alert }) => alert?.id === id && alert.status === 'IN_PROGRESS');
    expect(left).toMatchObject({ matchesFilter: false, previous: { status: 'NEW' } });
    await mutate(stack, 'updateAlert', { id, assignedTo: 'ann@contoso.example' });
    await nextSweep(watch);
    expect(watch.ofAlert(other)).toEqual([]);
    expect(watch.ofAlert(id).at(-1)).toEqual(left);
    await watch.stop();
  });

  it('joins an event with what the gateway holds, and asks no upstream for it', async () => {
    const id = await createAlert();
    const fields = 'incident { id } riskEvents(first: 1) { nodes { id } }';
    const watch = await watching(transport, id, { fields, mayLackFields: true });
    const { data } = await stack.ask(`{ alert(id: "${id}") { incident { id } } }`);
    const before = await callsForJoins();
    for (const status of ['RESOLVED', 'IN_PROGRESS', 'NEW']) {
      const { payload } = await mutate(stack, 'updateAlert', { id, status });
      const event = await watch.first(({ cursor }) => cursor === payload.cursor);
      expect([null, data?.alert.incident.id]).toContain(event.alert?.incident?.id ?? null);
    }
    expect(await callsForJoins()).toEqual(before);
    await watch.stop();
  });

  it('goes on behind the last cursor that was handled, first with what was missed, then live', async () => {
    const id = await createAlert();
    const watch = await watching(transport, id);
    const handled = await mutate(stack, 'updateAlert', { id, status: 'IN_PROGRESS' });
    await watch.first(({ cursor }) => cursor === handled.payload.cursor);
    await watch.stop();
    const missed: { cursor: string }[] = [];
    for (const status of ['RESOLVED', 'NEW']) missed.push((await mutate(stack, 'updateAlert', { id, status })).payload);
    const resumed = watchAlerts(transport, stack.url, { after: handled.payload.cursor });
    await resumed.first(({ cursor }) => cursor === missed[1]?.cursor);
    const { payload: live } = await mutate(stack, 'updateAlert', { id, assignedTo: 'ann@contoso.example' });
    await resumed.first(({ cursor }) => cursor === live.cursor);
    expect(resumed.ofAlert(id).map(({ cursor }) => cursor)).toEqual([...missed, live].map(({ cursor }) => cursor));
    await resumed.stop();
  });

  it('begins with RESYNC behind a cursor that this journal never gave out', async () => {
    const watch = watchAlerts(transport, stack.url, { after: 'unheard-of.12' });
    const resync = await watch.first(({ change }) => change === 'RESYNC');
    expect(resync).toMatchObject({ alert: null, previous: null, reason: expect.any(String) });
    const id = await createAlert();
    await watch.first(isOf(id));
    expect(watch.seen.filter(({ change }) => change === 'RESYNC')).toEqual([watch.seen[0]]);
    await watch.stop();
  });

  it('tells each of several subscribers the same events in the same order', async () => {
    const id = await createAlert();
    const watches = [await watching(transport, id), await watching(transport, id)];
    for (const status of ['IN_PROGRESS', 'RESOLVED', 'IN_PROGRESS', 'NEW'])
      await mutate(stack, 'updateAlert', { id, status });
    const last = await mutate(stack, 'updateAlert', { id, assignedTo: null });
    const heard = await Promise.all(
      watches.map(async (watch) => {
        await watch.first(({ cursor }) => cursor === last.payload.cursor);
        return watch.seen.slice(-5).map(({ cursor }) => cursor);
      }),
    );
    expect(heard[0]).toHaveLength(5);
    expect(heard[0]).toEqual(heard[1]);
    await Promise.all(watches.map((watch) => watch.stop()));
  });
});

it('goes on behind Last-Event-ID over server-sent events', async () => {
  const id = await createAlert();
  const watch = await watching('SSE', id);
  await watch.stop();
  const handled = await mutate(stack, 'updateAlert', { id, status: 'IN_PROGRESS' });
  const missed = await mutate(stack, 'updateAlert', { id, status: 'RESOLVED' });
  const headers = { 'last-event-id': handled.payload.cursor };
  const resumed = watchAlerts('SSE', stack.url, { headers });
  await resumed.first(({ cursor }) => cursor === missed.payload.cursor);
  expect(resumed.ofAlert(id)).toMatchObject([{ cursor: missed.payload.cursor, previous: { status: 'IN_PROGRESS' } }]);
  await resumed.stop();
});

it('a list and the subscription after it have no seam between them', async () => {
  const id = await createAlert();
  const watch = await watching('WebSocket', id);
  await watch.stop();
  const { data } = await stack.ask(`{ changeCursor alert(id: "${id}") { status } }`);
  const { payload } = await mutate(stack, 'updateAlert', { id, status: 'RESOLVED' });
  const resumed = watchAlerts('WebSocket', stack.url, { after: data?.changeCursor });
  const event = await resumed.first(isOf(id));
  expect(event).toMatchObject({ cursor: payload.cursor, previous: { status: data?.alert.status } });
  await resumed.stop();
});

it('incidentUpdated tells of an own mutation, and what the incident was before', async () => {
  const { data } = await stack.ask('{ changeCursor incidents(first: 1) { nodes { id status } } }');
  const id = data?.incidents.nodes[0].id;
  const update = 'mutation ($input: UpdateIncidentInput!) { updateIncident(input: $input) { cursor errors { code } } }';
  for (const assignedTo of ['ann@contoso.example', 'bob@contoso.example'])
    await stack.ask(update, { variables: { input: { id, assignedTo } } });
  const client = createClient({ url: `${stack.url}/stream`, retryAttempts: 0 });
  const events = client.iterate<{ incidentUpdated: Record<string, unknown> }>({
    query: `subscription ($after: String) { incidentUpdated(after: $after) {
      change detectedBy changedFields incidentId incident { assignedTo } previous { assignedTo } } }`,
    variables: { after: data?.changeCursor },
  });
  const ofIncident = async () => {
    for await (const { data: event } of events) {
      if (event?.incidentUpdated.incidentId === id && event?.incidentUpdated.previous) return event.incidentUpdated;
    }
    throw new Error('The subscription ended.');
  };
  const first = await ofIncident();
  expect(first).toMatchObject({ change: 'UPDATED', detectedBy: 'MUTATION' });
  expect(first.changedFields).toContain('assignedTo');
  client.dispose();
});
