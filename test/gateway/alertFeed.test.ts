import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { loadConfig } from '../../src/config/loadConfig.js';
import { createGateway, type Gateway } from '../../src/gateway.js';
import { silentLogger } from '../../src/observability/logger.js';
import { type Stack, startStack } from '../support/startStack.js';
import {
  type AlertEvent,
  type AlertWatch,
  type Transport,
  untilWatching,
  watchAlerts,
} from '../support/watchAlerts.js';

/** What only the feed sends. */
const feedRead = 'orderby=lastUpdateDateTime asc';

async function createAlerts(stack: Stack, body: Record<string, unknown>): Promise<string[]> {
  const { value } = await stack.control<{ value: { id: string }[] }>('POST', '/_control/alerts', {
    count: 1,
    status: 'new',
    ...body,
  });
  return value.map(({ id }) => id);
}

describe('many alerts of one instant', () => {
  let stack: Stack;
  beforeAll(async () => {
    stack = await startStack({ env: { POLL_SECONDS: '1' } });
  });
  afterAll(() => stack.stop());

  it.each<Transport>(['WebSocket', 'SSE'])('all arrive over %s, 1,500 of them, each once', async (transport) => {
    const [probe] = await createAlerts(stack, {});
    const watch = watchAlerts(transport, stack.url);
    await untilWatching(watch, stack.url, probe as string);
    const at = new Date(Date.now() + 1_000).toISOString().replace('Z', '1234Z');
    const ids = new Set(await createAlerts(stack, { count: 1_500, at }));
    const isMeant = ({ alert }: AlertEvent) => alert !== null && ids.has(alert.id);
    await Promise.race([watch.count(1_500, isMeant), watch.first(({ change }) => change === 'RESYNC')]);
    expect(watch.seen.filter(({ change }) => change === 'RESYNC')).toEqual([]);
    const told = watch.seen.filter(isMeant);
    expect(told).toHaveLength(1_500);
    expect(new Set(told.map(({ alert }) => alert?.id))).toEqual(ids);
    expect(new Set(told.map(({ change, alert }) => `${change} ${alert?.lastUpdateDateTime}`))).toEqual(
      new Set([`CREATED ${at}`]),
    );
    await watch.stop();
  });
});

describe('the feed of the legacy dialect', () => {
  let stack: Stack;
  beforeAll(async () => {
    stack = await startStack({ env: { POLL_SECONDS: '1', GRAPH_ALERTS_DIALECT: 'legacy' } });
  });
  afterAll(() => stack.stop());

  it('tells of new alerts and of what another console changed', async () => {
    const mcas = { serviceSource: 'microsoftDefenderForCloudApps', severity: 'low' };
    await createAlerts(stack, { id: 'caprobe', ...mcas });
    const watch = watchAlerts('SSE', stack.url, { fields: 'severity' });
    await untilWatching(watch, stack.url, 'probe');
    await createAlerts(stack, { id: 'cafresh', ...mcas });
    expect(await watch.first(({ alert }) => alert?.id === 'fresh')).toMatchObject({
      change: 'CREATED',
      detectedBy: 'POLL',
    });
    await stack.control('PATCH', '/_control/alerts/cafresh', { status: 'inProgress', severity: 'high' });
    const event = await watch.first(({ alert }) => alert?.id === 'fresh' && alert.status === 'IN_PROGRESS');
    expect(event).toMatchObject({
      change: 'UPDATED',
      detectedBy: 'POLL',
      previous: { status: 'NEW', severity: 'LOW' },
      alert: { severity: 'HIGH' },
    });
    await watch.stop();
  });
});

describe('a gateway that starts again with the same STATE_DIR', () => {
  const directory = mkdtempSync(join(tmpdir(), 'gateway-restart-'));
  const env = { POLL_SECONDS: '1', STATE_DIR: directory };
  let stack: Stack;
  let second: Gateway | undefined;
  let watch: AlertWatch | undefined;

  beforeAll(async () => {
    stack = await startStack({ env });
  });
  afterEach(async () => {
    await watch?.stop();
    await second?.stop();
  });
  afterAll(async () => {
    await stack.stop();
    rmSync(directory, { recursive: true, force: true });
  });

  it('tells what happened meanwhile, and not again what it has told before', async () => {
    const [told, changed, probe] = (await createAlerts(stack, { count: 3 })) as [string, string, string];
    const before = watchAlerts('WebSocket', stack.url);
    await untilWatching(before, stack.url, probe);
    await stack.control('PATCH', `/_control/alerts/${told}`, { assignedTo: 'before@contoso.example' });
    await before.first(({ alert }) => alert?.id === told && alert.assignedTo === 'before@contoso.example');
    const lastCursor = before.seen.at(-1)?.cursor ?? '';
    await stack.gateway.stop();
    await before.stop();

    await stack.control('PATCH', `/_control/alerts/${changed}`, { status: 'resolved' });
    const [created] = await createAlerts(stack, {});
    await stack.control('POST', '/_control/faults', {
      upstream: 'alerts',
      kind: 'wrongType',
      seconds: 600,
      match: feedRead,
    });
    second = await createGateway(loadConfig({ ...stack.emulator.env, AUTH: 'none', PORT: '0', ...env }), {
      logger: silentLogger,
    });
    watch = watchAlerts('WebSocket', `${second.url}/graphql`);
    await untilWatching(watch, `${second.url}/graphql`, probe);
    await stack.control('DELETE', '/_control/faults');

    const missed = await watch.first(({ alert }) => alert?.id === changed);
    expect(missed).toMatchObject({
      change: 'UPDATED',
      detectedBy: 'POLL',
      previous: { status: 'NEW' },
      alert: { status: 'RESOLVED' },
    });
    expect(await watch.first(({ alert }) => alert?.id === created)).toMatchObject({
      change: 'CREATED',
      detectedBy: 'POLL',
    });
    expect(watch.ofAlert(told)).toEqual([]);
    const [epoch, sequence] = lastCursor.split('.');
    const [nextEpoch, nextSequence] = missed.cursor.split('.');
    expect([nextEpoch, Number(nextSequence) > Number(sequence)]).toEqual([epoch, true]);
  });
});
