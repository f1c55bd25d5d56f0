import { setTimeout as sleep } from 'node:timers/promises';
import type { Bench, Row } from './bench.js';
import { coresNote } from './support/machine.js';
import { monotonicMs } from './support/monotonicMs.js';
import { percentile } from './support/percentile.js';
import { addAlerts, type EmulatorProcess, type Stack, startStack, untilMirrored } from './support/stack.js';
import { markerOf, subscribe } from './support/subscriber.js';
import { registrationFor, startNotifiedStack } from './support/webhooks.js';

interface Setting {
  readonly name: string;
  /** Undefined when the gateway cannot do it. */
  readonly start: () => Promise<Stack | undefined>;
}

const settings: readonly Setting[] = [
  { name: 'poll, 15 s', start: () => startMirrored('15') },
  { name: 'poll, 1 s', start: () => startMirrored('1') },
  { name: 'webhook, and poll, 15 s (legacy alerts)', start: startLegacy },
];

async function startMirrored(pollSeconds: string): Promise<Stack> {
  const stack = await startStack({ POLL_SECONDS: pollSeconds });
  await untilMirrored(stack.url);
  return stack;
}

/** The only alerts that notify; they are never mirrored, because their lists cannot be proved complete. */
function startLegacy(): Promise<Stack | undefined> {
  return startNotifiedStack(registrationFor.alerts, { GRAPH_ALERTS_DIALECT: 'legacy', POLL_SECONDS: '15' });
}

/** What one application may call in an hour, by the areas of the ledger that share it. */
const budgets = [
  { name: 'alerts, incidents, scores', areas: ['alerts', 'incidents', 'scores'], perHour: 150 * 60 },
  { name: 'identity', areas: ['identity'], perHour: 3_600 },
  { name: 'Cloud Apps', areas: ['mcas'], perHour: 30 * 60 },
  { name: 'directory (units)', areas: ['directory'], perHour: 3_500 * 360 },
] as const;

/** Between two changes; a random part of it, so that they meet the poller at any moment. */
const longestPauseMs = 3_000;
/** As many as are not changed a second time before a poller saw the first: two changes of one alert would be one to it. */
const alertsToChange = 40;
/** How long after a start, and after new alerts, the calls go on that only they cause. */
const settleMs = 30_000;
/** A change that takes longer counts as lost. */
const patienceMs = 60_000;

/** How long a change takes from the upstream to a subscriber, and what it costs to know of changes while none happens. */
export const latency: Bench<'seconds' | 'restSeconds'> = {
  name: 'latency',
  options: { seconds: 60, restSeconds: 60 },
  async run({ seconds, restSeconds }, say) {
    say(`about ${Math.round((settleMs + patienceMs / 2) / 1_000) + seconds + restSeconds} seconds, mostly of waiting`);
    const found = await Promise.all(settings.map((setting) => measureSetting(setting, seconds, restSeconds)));
    const skipped = settings.filter((_, index) => found[index] === undefined);
    return [
      {
        title: `latency: from a change upstream to the subscriber, changes at random moments of ${seconds} s`,
        rows: found.flatMap((each) => (each === undefined ? [] : [each.delays])),
        notes: [
          coresNote('All settings are measured side by side; their gateways, emulators and subscribers'),
          'The p99 of fewer than 100 changes is the slowest one.',
          ...skipped.map(({ name }) => `SKIPPED "${name}": this gateway does not register for change notifications.`),
        ],
      },
      {
        title: `latency: upstream calls at rest, counted by the upstream for ${restSeconds} s`,
        rows: found.flatMap((each) => each?.calls ?? []),
        notes: ['An hour is extrapolated; sweeps that run less often than that are in it by chance or not at all.'],
      },
    ];
  },
};

interface Found {
  readonly delays: Row;
  readonly calls: readonly Row[];
}

async function measureSetting(
  { name, start }: Setting,
  seconds: number,
  restSeconds: number,
): Promise<Found | undefined> {
  await using stack = await start();
  if (stack === undefined) return undefined;
  const alerts = await addAlerts(stack.emulator, alertsToChange);
  await sleep(settleMs);
  const calls = await countCallsAtRest(stack.emulator, name, restSeconds);
  return { calls, delays: { 'changes found by': name, ...(await measureDelays(stack, alerts, seconds)) } };
}

async function measureDelays({ url, emulator }: Stack, alerts: readonly string[], seconds: number): Promise<Row> {
  const sentAtMs: number[] = [];
  const delays = new Map<number, number>();
  const sources = new Map<string, number>();
  const socket = await subscribe(url, (change, atMs, detectedBy) => {
    delays.set(change, atMs - (sentAtMs[change] ?? Number.NaN));
    sources.set(detectedBy, (sources.get(detectedBy) ?? 0) + 1);
  });
  const endMs = monotonicMs() + seconds * 1_000;
  while (monotonicMs() < endMs) {
    const change = sentAtMs.push(monotonicMs()) - 1;
    const alert = encodeURIComponent(alerts[change % alerts.length] ?? '');
    await emulator.control('PATCH', `alerts/${alert}`, { assignedTo: markerOf(change) });
    await sleep(Math.random() * longestPauseMs);
  }
  const lostAtMs = monotonicMs() + patienceMs;
  while (delays.size < sentAtMs.length && monotonicMs() < lostAtMs) await sleep(100);
  socket.close();
  const all = [...delays.values()];
  return {
    changes: sentAtMs.length,
    delivered: all.length,
    'detected by': [...sources].map(([source, count]) => `${source} ${count}`).join(', '),
    'p50 ms': percentile(all, 0.5),
    'p99 ms': percentile(all, 0.99),
  };
}

interface LedgerEntry {
  readonly area: string;
  /** Of the area's budget; 0 for the envelope of a batch. */
  readonly units: number;
}

async function countCallsAtRest(emulator: EmulatorProcess, setting: string, seconds: number): Promise<Row[]> {
  await emulator.control('DELETE', 'requests');
  await sleep(seconds * 1_000);
  const entries = await emulator.control<readonly LedgerEntry[]>('GET', 'requests');
  return budgets.map(({ name, areas, perHour }) => {
    const drawn = entries.filter(({ area }) => areas.some((each) => each === area));
    const units = drawn.reduce((sum, entry) => sum + entry.units, 0);
    return {
      'changes found by': setting,
      budget: name,
      'units an hour': (units * 3_600) / seconds,
      'of the documented limit': `${((units * 360_000) / seconds / perHour).toFixed(2)} %`,
    };
  });
}
