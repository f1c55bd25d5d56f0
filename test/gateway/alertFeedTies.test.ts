import { afterEach, describe, expect, it } from '@jest/globals';
import { type Stack, startStack } from '../support/startStack.js';
import { type AlertEvent, type AlertWatch, untilWatching, watchAlerts } from '../support/watchAlerts.js';

const size = 3_000;

let stack: Stack;
let watch: AlertWatch | undefined;
afterEach(async () => {
  await watch?.stop();
  await stack.stop();
});

async function createAlerts(body: Record<string, unknown>): Promise<string[]> {
  const { value } = await stack.control<{ value: { id: string }[] }>('POST', '/_control/alerts', {
    count: 1,
    status: 'new',
    ...body,
  });
  return value.map(({ id }) => id);
}

async function startWatching(alertsNextLink: 'always' | 'never'): Promise<AlertWatch> {
  stack = await startStack({ emulator: { switches: { alertsNextLink } }, env: { POLL_SECONDS: '2' } });
  const [probe] = await createAlerts({});
  watch = watchAlerts('WebSocket', stack.url);
  await untilWatching(watch, stack.url, probe as string);
  return watch;
}

/** Creates a burst of alerts that share one instant, a part for each severity. */
async function burst(severities: readonly string[]): Promise<ReadonlySet<string>> {
  const at = new Date(Date.now() + 1_000).toISOString().replace('Z', '1234Z');
  const parts: string[] = [];
  for (const severity of severities)
    parts.push(...(await createAlerts({ count: size / severities.length, at, severity })));
  return new Set(parts);
}

function toldOf(events: AlertWatch, ids: ReadonlySet<string>) {
  const isMeant = ({ alert }: AlertEvent) => alert !== null && ids.has(alert.id);
  return {
    until: (count: number) =>
      Promise.race([events.count(count, isMeant), events.first(({ change }) => change === 'RESYNC')]),
    events: () => events.seen.filter(isMeant),
    resyncs: () => events.seen.filter(({ change }) => change === 'RESYNC'),
  };
}

describe('a burst of 3,000 alerts with one identical timestamp', () => {
  it('is delivered whole, each alert once, where the upstream gives links', async () => {
    const events = await startWatching('always');
    const told = toldOf(events, await burst(['low']));
    await told.until(size);
    expect(told.resyncs()).toEqual([]);
    expect(told.events()).toHaveLength(size);
    expect(new Set(told.events().map(({ alert }) => alert?.id)).size).toBe(size);
  }, 60_000);

  it('is delivered whole, each alert once, without links when severities tell them apart', async () => {
    const events = await startWatching('never');
    const told = toldOf(events, await burst(['low', 'medium', 'high']));
    await told.until(size);
    expect(told.resyncs()).toEqual([]);
    expect(told.events()).toHaveLength(size);
    expect(new Set(told.events().map(({ alert }) => alert?.id)).size).toBe(size);
  }, 60_000);

  it('is declared with one RESYNC without links when nothing tells them apart, and the feed goes on behind it', async () => {
    const events = await startWatching('never');
    const alike = { serviceSource: 'microsoftDefenderForEndpoint', severity: 'low' };
    const at = new Date(Date.now() + 1_000).toISOString().replace('Z', '1234Z');
    const ids = new Set(await createAlerts({ ...alike, count: size, at }));
    const told = toldOf(events, ids);
    const { reason } = await events.first(({ change }) => change === 'RESYNC');
    expect(reason).toContain(`${size} rows were last updated at ${at}`);
    const [later] = await createAlerts({ at: new Date(Date.now() + 2_000).toISOString() });
    await events.first(({ alert }) => alert?.id === later);
    expect(told.resyncs()).toHaveLength(1);
    expect(told.events().length).toBeLessThan(size);
    expect(new Set(told.events().map(({ alert }) => alert?.id)).size).toBe(told.events().length);
  }, 60_000);
});
