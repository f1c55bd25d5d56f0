import { EventEmitter, once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { startTestEmulator, type TestEmulator } from './startTestEmulator.js';

interface Received {
  readonly path: string;
  readonly value: readonly Record<string, any>[];
}

const arrivals = new EventEmitter();
let emulator: TestEmulator;
let server: Server;
let receiver: {
  url: string;
  received: Received[];
  /** POSTs that are answered 503 before any is taken. */
  refusals: number;
  /** Resolves when so many POSTs have been taken. */
  arrived: (count: number) => Promise<void>;
  echo: (token: string) => { status: number; type: string; body: string };
};

beforeAll(async () => {
  emulator = await startTestEmulator();
  server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://receiver');
    const token = url.searchParams.get('validationToken');
    if (token !== null) {
      const { status, type, body } = receiver.echo(token);
      response.writeHead(status, { 'content-type': type }).end(body);
      return;
    }
    let text = '';
    request.on('data', (chunk) => {
      text += String(chunk);
    });
    request.on('end', () => {
      const isRefused = receiver.refusals > 0;
      if (isRefused) receiver.refusals -= 1;
      else receiver.received.push({ path: url.pathname, value: JSON.parse(text).value });
      response.writeHead(isRefused ? 503 : 202).end(() => arrivals.emit('arrival'));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterAll(async () => {
  await emulator.stop();
  await new Promise((resolve) => server.close(resolve));
});
beforeEach(async () => {
  await emulator.control('POST', 'reset');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  receiver = {
    url,
    received: [],
    refusals: 0,
    arrived: async (count) => {
      while (receiver.received.length < count) await once(arrivals, 'arrival');
    },
    echo: (token) => ({ status: 200, type: 'text/plain; charset=utf-8', body: token }),
  };
});

const resource = "/security/alerts?$filter=vendorInformation/provider eq 'MCAS'";
const inMinutes = (minutes: number) => new Date(Date.now() + minutes * 60_000).toISOString();
const subscribe = (json: object = {}) =>
  emulator.graph('/v1.0/subscriptions', {
    method: 'POST',
    json: {
      changeType: 'created,updated',
      notificationUrl: `${receiver.url}/hook`,
      lifecycleNotificationUrl: `${receiver.url}/life`,
      resource,
      clientState: 'secret',
      expirationDateTime: inMinutes(120),
      ...json,
    },
  });
const raiseCloudAlert = () =>
  emulator.control('POST', 'alerts', {
    serviceSource: 'microsoftDefenderForCloudApps',
    id: 'ca5f0c7e3a9b1d2c3e4f506172',
  });
const settle = () => emulator.control('POST', 'subscriptions/settle');

describe('subscriptions', () => {
  it('are made after both receivers echoed the token', async () => {
    const { status, body } = await subscribe();
    expect(status).toBe(201);
    expect(body).toMatchObject({
      resource,
      clientState: 'secret',
      applicationId: expect.any(String),
      id: expect.any(String),
    });
    const { body: own } = await emulator.graph('/v1.0/subscriptions');
    expect(own.value).toEqual([expect.objectContaining({ id: body.id, clientState: null })]);
    expect((await emulator.control('GET', 'subscriptions')).body).toHaveLength(1);
  });

  it.each([
    ['a wrong echo', () => ({ status: 200, type: 'text/plain', body: 'no' }), 'ValidationError'],
    ['another status', (token: string) => ({ status: 202, type: 'text/plain', body: token }), 'ValidationError'],
    ['another content type', (token: string) => ({ status: 200, type: 'text/html', body: token }), 'ValidationError'],
  ])('are refused on %s', async (_name, echo, code) => {
    receiver.echo = echo;
    const { status, body } = await subscribe();
    expect([status, body.error.code]).toEqual([400, code]);
  });

  it.each([
    ['an unfiltered resource', { resource: '/security/alerts' }, 'ExtensionError'],
    ['a filter that cannot be read', { resource: "/security/alerts?$filter=status eq 'x" }, 'ExtensionError'],
    ['alerts_v2', { resource: '/security/alerts_v2' }, 'InvalidRequest'],
    ['incidents', { resource: '/security/incidents' }, 'InvalidRequest'],
    ['plain HTTP to another machine', { notificationUrl: 'http://example.com/hook' }, 'InvalidRequest'],
    ['a long clientState', { clientState: 'x'.repeat(129) }, 'InvalidRequest'],
    ['another change type', { changeType: 'created,moved' }, 'InvalidRequest'],
    ['a past end', { expirationDateTime: inMinutes(-1) }, 'InvalidRequest'],
    ['a far end', { expirationDateTime: inMinutes(43_300) }, 'ExtensionError'],
  ])('are refused for %s', async (_name, change, code) => {
    const { status, body } = await subscribe(change);
    expect([status, body.error.code]).toEqual([400, code]);
  });

  it('live at least 45 minutes, are renewed by PATCH and end by DELETE', async () => {
    const { body } = await subscribe({ expirationDateTime: inMinutes(5) });
    expect(Date.parse(body.expirationDateTime)).toBeGreaterThan(Date.now() + 44 * 60_000);
    const path = `/v1.0/subscriptions/${body.id}`;
    const renewed = await emulator.graph(path, { method: 'PATCH', json: { expirationDateTime: inMinutes(600) } });
    expect(Date.parse(renewed.body.expirationDateTime)).toBeGreaterThan(Date.now() + 599 * 60_000);
    expect((await emulator.graph(`${path}/reauthorize`, { method: 'POST' })).status).toBe(204);
    expect((await subscribe()).status).toBe(409);
    expect((await emulator.graph(path, { method: 'DELETE' })).status).toBe(204);
    expect((await emulator.graph(path)).status).toBe(404);
  });

  it('notify of legacy alerts that match, with the state of the client', async () => {
    const { body } = await subscribe();
    await emulator.control('POST', 'alerts', { serviceSource: 'microsoftDefenderForIdentity', id: 'aa1' });
    await raiseCloudAlert();
    await settle();
    const items = receiver.received.flatMap(({ value }) => value);
    expect(items).toHaveLength(1);
    expect(items[0]).toMatchObject({
      subscriptionId: body.id,
      clientState: 'secret',
      changeType: 'created',
      tenantId: emulator.tenantId,
      resourceData: { '@odata.id': expect.stringMatching(/^security\//), id: expect.any(String) },
    });
    const alert = await emulator.graph(`/v1.0/security/alerts/${items[0]?.resourceData.id}`);
    expect(alert.body.vendorInformation.provider).toBe('MCAS');
  });

  it('notify of changed users, several in one POST', async () => {
    await subscribe({ resource: '/users', changeType: 'updated' });
    const { body } = await emulator.graph('/v1.0/users?$top=2');
    for (const { id } of body.value) await emulator.control('PATCH', `users/${id}`, { jobTitle: 'Analyst' });
    await settle();
    const ids: string[] = receiver.received.flatMap(({ value }) => value.map((item) => item.resourceData.id));
    expect(ids.sort()).toEqual(body.value.map(({ id }: { id: string }) => id).sort());
  });

  it('send duplicates and overtaken notifications when a fault says so', async () => {
    await subscribe({ resource: '/users', changeType: 'updated' });
    const { body } = await emulator.graph('/v1.0/users?$top=2');
    const [first, second] = body.value;
    await emulator.control('POST', 'faults', { upstream: 'subscriptions', kind: 'duplicateNotification' });
    await emulator.control('PATCH', `users/${first.id}`, { jobTitle: 'A' });
    await settle();
    expect(receiver.received.flatMap(({ value }) => value)).toHaveLength(2);
    receiver.received.length = 0;
    await emulator.control('POST', 'faults', { upstream: 'subscriptions', kind: 'reorderedNotifications', times: 2 });
    await emulator.control('PATCH', `users/${first.id}`, { jobTitle: 'B' });
    await emulator.control('PATCH', `users/${second.id}`, { jobTitle: 'B' });
    await settle();
    const order = receiver.received.flatMap(({ value }) => value.map((item) => item.resourceData.id));
    expect(order).toEqual([second.id, first.id]);
  });

  it('are asked for an echo of any text, given back as it was after decoding', async () => {
    const tokens: string[] = [];
    receiver.echo = (token) => {
      tokens.push(token);
      return { status: 200, type: 'text/plain; charset=utf-8', body: token };
    };
    const token = 'a+b c%2Bd & e=f # ü';
    await emulator.control('POST', 'subscriptions/handshake', { token });
    expect((await subscribe()).status).toBe(201);
    expect(tokens).toEqual([token, token]);
  });

  it('notify on demand, all in one POST, and again after a second when the receiver refused', async () => {
    const { body } = await subscribe();
    const ids = Array.from({ length: 40 }, (_, index) => `da${index}`);
    await emulator.control('POST', `subscriptions/${body.id}/notify`, { ids, item: { clientState: 'forged' } });
    await settle();
    expect(receiver.received).toHaveLength(1);
    expect(receiver.received[0]?.value.map(({ resourceData }) => resourceData.id)).toEqual(ids);
    expect(new Set(receiver.received[0]?.value.map(({ clientState }) => clientState))).toEqual(new Set(['forged']));

    receiver.received.length = 0;
    receiver.refusals = 1;
    await emulator.control('POST', `subscriptions/${body.id}/notify`, { ids: ['da1'] });
    await receiver.arrived(1);
    expect(receiver.received).toHaveLength(1);
  });

  it('send lifecycle events to their own URL', async () => {
    const { body } = await subscribe();
    await emulator.control('POST', `subscriptions/${body.id}/lifecycle`, { event: 'reauthorizationRequired' });
    await settle();
    expect(receiver.received).toEqual([
      {
        path: '/life',
        value: [
          expect.objectContaining({
            subscriptionId: body.id,
            lifecycleEvent: 'reauthorizationRequired',
            clientState: 'secret',
          }),
        ],
      },
    ]);
  });

  it('fall silent when they expire', async () => {
    await subscribe();
    await emulator.control('POST', 'clock', { advanceSeconds: 3 * 3600 });
    await raiseCloudAlert();
    await settle();
    expect(receiver.received.filter(({ path }) => path === '/hook')).toEqual([]);
    expect((await emulator.control('GET', 'subscriptions')).body).toEqual([]);
  });
});
