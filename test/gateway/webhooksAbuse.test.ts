import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { buildHastyClock } from '../support/hastyClock.js';
import { captureLog } from '../support/leaks.js';
import { sendRaw } from '../support/sendRaw.js';
import { untilWatching, watchAlerts } from '../support/watchAlerts.js';
import { type StandingRegistration, startWebhookStack, type WebhookStack } from '../support/webhookStack.js';

const log = captureLog();
/** Whoever is not believed waits for each answer. */
const clock = buildHastyClock(5);
let stack: WebhookStack;
let standing: StandingRegistration;

beforeAll(async () => {
  stack = await startWebhookStack({ env: { POLL_SECONDS: '3600' }, deps: { logger: log.logger, clock } });
  const all = await stack.untilRegistered();
  standing = all.find(({ resource }) => resource.includes("'MCAS'")) as StandingRegistration;
});
afterAll(() => stack.stop());

const itemOf = (id: string, fields: object = {}) => ({
  id: `delivery ${id}`,
  subscriptionId: standing.id,
  clientState: standing.clientState,
  changeType: 'updated',
  tenantId: stack.emulator.tenantId,
  resourceData: { id },
  ...fields,
});
const forged = 'forged-secret-text';
/** All that a notification can lead to: reads by id, and calls about registrations. Feeds go on polling meanwhile. */
const causedByItems = /\/security\/alerts\/|\/subscriptions|\/users/;

/** Posts all bodies, a few at a time, and returns how often each status was answered. */
async function postAll(bodies: readonly string[]): Promise<Record<number, number>> {
  const statuses: Record<number, number> = {};
  const left = [...bodies];
  const post = async () => {
    for (let body = left.pop(); body !== undefined; body = left.pop()) {
      const { status } = await sendRaw(stack.webhookUrl, body);
      statuses[status] = (statuses[status] ?? 0) + 1;
    }
  };
  await Promise.all(Array.from({ length: 30 }, post));
  return statuses;
}

const bodiesOf = (count: number, body: (index: number) => unknown) =>
  Array.from({ length: count }, (_, index) => JSON.stringify(body(index)));
const alertReads = async () =>
  (await stack.ledger()).filter(({ path, method }) => method === 'GET' && path.includes('/security/alerts/')).length;
const warnings = () =>
  log
    .text()
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as { level: number; msg: string })
    .filter(({ level }) => level >= 40);

describe('whoever may post', () => {
  it('causes no event, no call and no flood of lines by thousands of forged notifications', async () => {
    await stack.control('POST', '/_control/alerts', {
      id: 'caprobe',
      status: 'new',
      serviceSource: 'microsoftDefenderForCloudApps',
    });
    const watch = watchAlerts('WebSocket', stack.url);
    await untilWatching(watch, stack.url, 'probe');
    await stack.control('POST', '/_control/subscriptions/settle');
    while ((await stack.metric('webhook_hints_waiting')) > 0);
    const [calls, events] = [await stack.ledger(), watch.seen.length];
    const accepted = await stack.metric('webhook_items_total{outcome="accepted"}');
    log.clear();
    const before = process.memoryUsage();

    const guesses = bodiesOf(400, (index) => ({
      value: [itemOf(`da${index}`, { clientState: `${forged}${index}` })],
    }));
    const strangers = bodiesOf(200, (index) => ({ value: [itemOf('da1', { subscriptionId: `${index}` })] }));
    const foreign = bodiesOf(100, () => ({ value: [itemOf('da1', { tenantId: 'other' })] }));
    const lifecycle = bodiesOf(100, () => ({
      value: [itemOf('da1', { clientState: forged, lifecycleEvent: 'subscriptionRemoved' })],
    }));
    const filled = bodiesOf(50, () => ({ value: Array(500).fill(itemOf('da1', { clientState: forged })) }));
    expect(await postAll([...guesses, ...strangers, ...foreign, ...lifecycle, ...filled])).toEqual({ 202: 850 });

    const nonsense = Array.from({ length: 150 }, (_, index) => `{"value":[${'['.repeat(index)}`);
    const huge = bodiesOf(20, () => ({ value: Array(100_000).fill(0) }));
    expect(await postAll([...nonsense, ...huge])).toEqual({ 400: 170 });
    expect(await postAll(bodiesOf(20, () => ({ value: 'x'.repeat(300_000) })))).toEqual({ 413: 20 });

    const since = (await stack.ledger()).slice(calls.length);
    expect(since.filter(({ path }) => causedByItems.test(path))).toEqual([]);
    expect(await stack.metric('webhook_items_total{outcome="lifecycle"}')).toBe(0);
    expect(await stack.metric('webhook_items_total{outcome="accepted"}')).toBe(accepted);
    expect(watch.seen).toHaveLength(events);
    expect(await stack.metric('webhook_hints_waiting')).toBe(0);
    expect(await stack.metric('webhook_registrations')).toBe(6);
    expect(await stack.metric('webhook_items_total{outcome="wrongClientState"}')).toBe(400 + 100 + 50 * 500);
    expect(warnings().length).toBeLessThanOrEqual(2);
    expect(log.text()).not.toContain(forged);
    expect(log.text()).not.toContain(standing.clientState);
    const after = process.memoryUsage();
    expect(after.rss - before.rss).toBeLessThan(300 * 1024 * 1024);
    await watch.stop();
  }, 90_000);

  it('costs one read by a notification that is delivered hundreds of times', async () => {
    await stack.control('POST', '/_control/alerts', {
      id: 'dareplayed',
      serviceSource: 'microsoftDefenderForEndpoint',
    });
    const before = await alertReads();
    const repeated = await stack.metric('webhook_items_total{outcome="repeated"}');
    expect(await postAll(bodiesOf(300, () => ({ value: [itemOf('replayed')] })))).toEqual({ 202: 300 });
    while ((await stack.metric('webhook_hints_waiting')) > 0);
    expect(await alertReads()).toBe(before + 1);
    expect((await stack.metric('webhook_items_total{outcome="repeated"}')) - repeated).toBe(299);
  });

  it('gets about one answer a second on each connection when nothing of it is believed', async () => {
    for (const body of ['nonsense', JSON.stringify({ value: [itemOf('da1', { clientState: forged })] })]) {
      const askedAt = clock.now();
      await sendRaw(stack.webhookUrl, body);
      expect(clock.now() - askedAt).toBeGreaterThanOrEqual(1_000);
    }
  });
});

describe('a burst of genuine notifications', () => {
  it('costs one sweep and not a read of each alert', async () => {
    const before = (await stack.ledger()).length;
    const items = Array.from({ length: 200 }, (_, index) => itemOf(`burst${index}`));
    expect((await sendRaw(stack.webhookUrl, JSON.stringify({ value: items }))).status).toBe(202);
    const since = async () => (await stack.ledger()).slice(before).map(({ path }) => path);
    while (!(await since()).some((path) => path.includes('/security/alerts?')));
    const read = (await since()).filter((path) => path.includes('/security/alerts/burst'));
    expect(new Set(read).size).toBeLessThanOrEqual(2);
  });
});
