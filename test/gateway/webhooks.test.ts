import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { type AlertWatch, untilWatching, watchAlerts } from '../support/watchAlerts.js';
import { startWebhookStack, type WebhookStack } from '../support/webhookStack.js';

/** A provider that notifies, and one that never does. */
const cloudApps = { serviceSource: 'microsoftDefenderForCloudApps' };
const endpoint = { serviceSource: 'microsoftDefenderForEndpoint' };
/** What only the feed sends. */
const feedRead = 'orderby=lastModifiedDateTime asc';

let stack: WebhookStack;
let watch: AlertWatch | undefined;

async function start(env: Record<string, string>): Promise<void> {
  stack = await startWebhookStack({ env });
  await stack.untilRegistered();
}

async function createAlert(id: string, fields: object): Promise<void> {
  await stack.control('POST', '/_control/alerts', { id, status: 'new', severity: 'low', ...fields });
}

/** Listens, from now on, with everything before it seen. */
async function listen(): Promise<AlertWatch> {
  await createAlert('caprobe', cloudApps);
  watch = watchAlerts('WebSocket', stack.url, { fields: 'severity' });
  await untilWatching(watch, stack.url, 'probe');
  return watch;
}

const cloudAppsRegistration = async () => {
  const found = (await stack.registrations()).find(({ resource }) => resource.includes("'MCAS'"));
  if (found === undefined) throw new Error('Nothing stands for Cloud Apps alerts.');
  return found;
};
const tell = async (id: string, event: string) => {
  const url = `${stack.emulator.controlUrl}/_control/subscriptions/${id}/lifecycle`;
  const headers = { 'content-type': 'application/json' };
  expect((await fetch(url, { method: 'POST', headers, body: JSON.stringify({ event }) })).status).toBe(202);
};
const callsTo = async (id: string) =>
  (await stack.ledger()).filter(({ path }) => path.includes(`/subscriptions/${id}`)).map(({ method }) => method);

afterEach(async () => {
  await watch?.stop();
  watch = undefined;
});

describe('a notification', () => {
  beforeAll(() => start({ POLL_SECONDS: '1' }));
  afterAll(() => stack.stop());

  it('is an event while the feed cannot read, and none again when it can', async () => {
    await stack.control('POST', '/_control/faults', {
      upstream: 'alerts',
      kind: 'wrongType',
      seconds: 600,
      match: feedRead,
    });
    const events = await listen();
    await createAlert('cafresh', cloudApps);
    const created = await events.first(({ alert }) => alert?.id === 'fresh');
    expect(created).toMatchObject({ change: 'CREATED', detectedBy: 'NOTIFICATION', alert: { status: 'NEW' } });
    await stack.control('PATCH', '/_control/alerts/cafresh', { status: 'inProgress', severity: 'high' });
    const updated = await events.first(({ alert }) => alert?.id === 'fresh' && alert.status === 'IN_PROGRESS');
    expect(updated).toMatchObject({
      change: 'UPDATED',
      detectedBy: 'NOTIFICATION',
      previous: { status: 'NEW', severity: 'LOW' },
      alert: { severity: 'HIGH' },
    });

    await stack.control('DELETE', '/_control/faults');
    await createAlert('daquiet', endpoint);
    expect(await events.first(({ alert }) => alert?.id === 'quiet')).toMatchObject({ detectedBy: 'POLL' });
    expect(events.ofAlert('fresh')).toEqual([created, updated]);
  });

  it('and a poll that see the same changes make one event of each', async () => {
    const events = await listen();
    await createAlert('cabusy', cloudApps);
    for (let turn = 1; turn <= 12; turn += 1) {
      await stack.control('PATCH', '/_control/alerts/cabusy', { assignedTo: `${turn}@contoso.example` });
      await events.first(({ alert }) => alert?.id === 'busy' && alert.assignedTo === `${turn}@contoso.example`);
    }
    await createAlert('daquiet2', endpoint);
    await events.first(({ alert }) => alert?.id === 'quiet2');
    const states = events.ofAlert('busy').map(({ alert }) => alert?.lastUpdateDateTime);
    expect(new Set(states).size).toBe(states.length);
    expect(events.ofAlert('busy').filter(({ change }) => change === 'CREATED')).toHaveLength(1);
  });

  it('of a user makes the next query read the user anew', async () => {
    const users = await stack.ask('{ users(first: 1) { nodes { id } } }');
    const id = users.data?.users.nodes[0].id;
    const read = async () => (await stack.ask(`{ user(id: "${id}") { jobTitle } }`)).data?.user.jobTitle;
    const before = await read();
    await stack.control('PATCH', `/_control/users/${id}`, { jobTitle: 'Chief of tests' });
    let seen = before;
    while (seen === before) seen = await read();
    expect(seen).toBe('Chief of tests');
    expect(await stack.metric('webhook_items_total{outcome="accepted"}')).toBeGreaterThan(0);
  });
});

describe('a registration', () => {
  beforeAll(() => start({ POLL_SECONDS: '3600' }));
  afterAll(() => stack.stop());

  it('stands for each provider that notifies and for users, each with a secret of its own', async () => {
    const standing = await stack.registrations();
    expect(standing.map(({ resource }) => resource)).toEqual([
      ...['ASC', 'IPC', 'MCAS', 'Azure Advanced Threat Protection', 'Azure Sentinel'].map(
        (provider) => `/security/alerts?$filter=vendorInformation/provider eq '${provider}'`,
      ),
      '/users',
    ]);
    expect(new Set(standing.map(({ clientState }) => clientState)).size).toBe(6);
    for (const { clientState } of standing) expect(clientState).toMatch(/^[\w-]{32}$/);
  });

  it('of which notifications were missed is caught up on by a sweep', async () => {
    const events = await listen();
    await createAlert('damissed', endpoint);
    await tell((await cloudAppsRegistration()).id, 'missed');
    expect(await events.first(({ alert }) => alert?.id === 'missed')).toMatchObject({
      change: 'CREATED',
      detectedBy: 'POLL',
    });
  });

  it('is renewed when Microsoft Graph asks for it', async () => {
    const before = await cloudAppsRegistration();
    await tell(before.id, 'reauthorizationRequired');
    let after = before;
    while (after.expirationDateTime === before.expirationDateTime) after = await cloudAppsRegistration();
    expect(after).toEqual({ ...before, expirationDateTime: after.expirationDateTime });
    expect(Date.parse(after.expirationDateTime)).toBeGreaterThan(Date.parse(before.expirationDateTime));
    expect(await callsTo(before.id)).toEqual(['PATCH']);
  });

  it('that was removed is made anew, whatever text the handshake asks for, and notifies again', async () => {
    const events = await listen();
    const before = await cloudAppsRegistration();
    await stack.control('POST', '/_control/subscriptions/handshake', { token: 'a+b c%2Bd & e=f # ü' });
    await tell(before.id, 'subscriptionRemoved');
    const isAnew = async () =>
      (await stack.untilRegistered()).some(({ resource, id }) => resource === before.resource && id !== before.id);
    while (!(await isAnew()));
    expect((await cloudAppsRegistration()).clientState).not.toBe(before.clientState);
    while ((await stack.metric('webhook_registrations')) < 6);
    await createAlert('cagain', cloudApps);
    expect(await events.first(({ alert }) => alert?.id === 'gain')).toMatchObject({ change: 'CREATED' });
  });

  it('is removed when the gateway stops', async () => {
    await watch?.stop();
    watch = undefined;
    await stack.gateway.stop();
    expect(await stack.registrations()).toEqual([]);
  });
});

describe('without WEBHOOK_URL', () => {
  beforeAll(async () => {
    stack = await startWebhookStack({ env: { WEBHOOK_URL: '' } });
  });
  afterAll(() => stack.stop());

  it('there is no route and no registration', async () => {
    const answer = await fetch(`${stack.webhookUrl}?validationToken=x`, { method: 'POST' });
    expect(answer.status).toBe(404);
    expect(await stack.registrations()).toEqual([]);
  });
});
