import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { silentLogger } from '../../src/observability/logger.js';
import type { Redis } from '../../src/redis/connection.js';
import { systemClock } from '../../src/time/clock.js';
import { type Hint, noWebhooks, type RegistrationStore } from '../../src/webhooks/contract.js';
import { RegistrationBook } from '../../src/webhooks/RegistrationBook.js';
import { createRedisRegistrationStore } from '../../src/webhooks/redisRegistrationStore.js';
import { WebhookReceiver } from '../../src/webhooks/WebhookReceiver.js';
import { describeWithRedis } from '../support/redisServer.js';
import { lifecycle, notification, registration, tenantId } from '../unit/webhooks/support.js';
import { newTenant, TestConnections } from './support.js';

const connections = new TestConnections();

/** The intake of an instance, and what it would have read. */
async function receiveWith(store: RegistrationStore) {
  const offered: Hint[] = [];
  const parts = { store, clock: systemClock, logger: silentLogger };
  const book = new RegistrationBook(parts);
  book.start();
  const queue = { offer: (hint: Hint) => (offered.push(hint) > 0 ? 'taken' : 'full') } as const;
  const receiver = new WebhookReceiver({ ...parts, book, queue, tenantId, onItem: () => undefined });
  return { receiver, offered, stop: () => book.stop() };
}

describeWithRedis('the registrations of many instances', (url) => {
  let lines: Redis[];
  let stores: [RegistrationStore, RegistrationStore];
  beforeEach(async () => {
    const tenantId = newTenant();
    lines = [await connections.connect(url(), { tenantId }), await connections.connect(url(), { tenantId })];
    stores = lines.map(createRedisRegistrationStore) as typeof stores;
  });
  afterEach(() => connections.close());

  const add = (store: RegistrationStore, id: string) =>
    store.update((before) => ({ ...before, registrations: [...before.registrations, registration(id)] }));

  it('are none at first, and the same for all', async () => {
    const [one, other] = stores;
    expect(await other.read()).toEqual(noWebhooks);
    await add(one, 'a');
    expect((await other.read()).registrations).toEqual([registration('a')]);
  });

  it('lose nothing when several change them at once', async () => {
    const ids = Array.from({ length: 12 }, (_, index) => `r${index}`);
    for (let start = 0; start < ids.length; start += 4) {
      await Promise.all(ids.slice(start, start + 4).map((id, index) => add(stores[index % 2 === 0 ? 0 : 1], id)));
    }
    expect((await stores[0].read()).registrations.map(({ id }) => id).sort()).toEqual([...ids].sort());
  });

  it('wake the other instances when they change, and only then', async () => {
    const [one, other] = stores;
    let wake: () => void = () => undefined;
    const leave = other.onNews(() => wake());
    const woken = new Promise<void>((resolve) => {
      wake = resolve;
    });
    await add(one, 'a');
    await woken;
    leave();
  });

  it('are believed by an instance that did not make them, and lifecycle events reach the leader', async () => {
    const [leader, other] = stores;
    const { receiver, offered, stop } = await receiveWith(other);
    await add(leader, 'a');
    const notified = JSON.stringify({ value: [notification(registration('a'), 'da1')] });
    while (offered.length === 0) {
      await receiver.receive(notified);
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(offered).toEqual([{ kind: 'alert', id: 'da1' }]);
    await receiver.receive(JSON.stringify({ value: [lifecycle(registration('a'), 'missed')] }));
    await receiver.stop();
    expect((await leader.read()).requests).toEqual([{ registrationId: 'a', event: 'missed' }]);
    await stop();
  });

  it('are not written by a change that changes nothing', async () => {
    await stores[0].update((before) => before);
    expect(await lines[0]?.send(['EXISTS', lines[0].key('webhooks')])).toBe(0);
  });

  it('count as none where the key holds something else', async () => {
    await lines[0]?.send(['SET', lines[0].key('webhooks'), '{"registrations":7}']);
    expect(await stores[1].read()).toEqual(noWebhooks);
    await add(stores[1], 'a');
    expect((await stores[0].read()).registrations).toHaveLength(1);
  });

  it('fail at once while Redis is away', async () => {
    await lines[0]?.close();
    await expect(stores[0].read()).rejects.toThrow();
    await expect(add(stores[0], 'a')).rejects.toThrow();
  });
});
