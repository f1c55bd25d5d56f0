import { setTimeout as sleep } from 'node:timers/promises';
import type { Bench, Row } from './bench.js';
import type { SubscribersJob, SubscribersReport } from './load/subscribers.js';
import { collectGarbage, inspectable } from './support/collectGarbage.js';
import { type LoadProcess, startLoad } from './support/loadProcess.js';
import { coresNote } from './support/machine.js';
import { type Metrics, readMetrics, rise } from './support/metrics.js';
import { monotonicMs } from './support/monotonicMs.js';
import { percentile } from './support/percentile.js';
import { addAlerts, type Stack, startStack, untilMirrored } from './support/stack.js';
import { markerOf } from './support/subscriber.js';

/** Keeps each client process below the usual limit of open files. */
const socketsPerProcess = 2_500;
/** The shortest interval there is. */
const pollMs = 1_000;

type Subscribers = LoadProcess<SubscribersReport>;

interface Delivery {
  readonly changedAtMs: number;
  /** When each subscriber had it, earliest first. */
  readonly atMs: Float64Array;
}

/** Many subscribers who ask the same: what one of them costs in memory, and how long one event takes to reach them all. */
export const fanout: Bench<'subscribers' | 'events'> = {
  name: 'fanout',
  options: { subscribers: 5_000, events: 20 },
  async run({ subscribers, events }, say) {
    await using stack = await startStack({ POLL_SECONDS: String(pollMs / 1_000), ...inspectable });
    await untilMirrored(stack.url);
    const [probe = '', alert = ''] = await addAlerts(stack.emulator, 2);
    const idle = await readIdle(stack);
    say(`connecting ${subscribers} subscribers`);
    await using pool = new AsyncDisposableStack();
    const clients = shares(subscribers).map((count) => pool.use(startSubscribers(stack.url, count)));
    await Promise.all(clients.map((client) => untilReport(client, ({ kind }) => kind === 'connected')));
    await deliver(stack, clients, probe, 0);
    const open = await readIdle(stack);
    const deliveries: Delivery[] = [];
    for (let event = 1; event <= events; event += 1) {
      await sleep(Math.random() * pollMs);
      deliveries.push(await deliver(stack, clients, alert, event));
    }
    const after = await readMetrics(stack.url);
    return [
      {
        title: `fanout: ${subscribers} identical subscriptions over WebSocket, one gateway process, ${events} events`,
        rows: [...memoryRows(idle, open, subscribers), ...deliveryRows(deliveries), ...workRows(open, after, events)],
        notes: [
          coresNote(`Gateway, emulator and ${clients.length} client processes`),
          'Changes are found by polling every second, so the way from the upstream includes up to a second of waiting.',
        ],
      },
    ];
  },
};

function shares(subscribers: number): number[] {
  const processes = Math.ceil(subscribers / socketsPerProcess);
  return Array.from({ length: processes }, (_, index) => Math.floor((subscribers + index) / processes));
}

function startSubscribers(url: string, count: number): Subscribers {
  const job: SubscribersJob = { url, count };
  return startLoad('subscribers', job);
}

/** Figures of the process when it holds nothing that it could give back. */
async function readIdle({ gateway, url }: Stack): Promise<Metrics> {
  await collectGarbage(gateway);
  return readMetrics(url);
}

/** Changes one alert upstream and waits until every subscriber has heard of it. */
async function deliver(
  { emulator }: Stack,
  clients: readonly Subscribers[],
  alert: string,
  event: number,
): Promise<Delivery> {
  const changedAtMs = monotonicMs();
  await emulator.control('PATCH', `alerts/${encodeURIComponent(alert)}`, { assignedTo: markerOf(event) });
  const reports = await Promise.all(
    clients.map((client) => untilReport(client, (found) => found.kind === 'delivered' && found.change === event)),
  );
  const atMs = reports.flatMap((found) => (found.kind === 'delivered' ? found.atMs : []));
  return { changedAtMs, atMs: Float64Array.from(atMs).sort() };
}

async function untilReport(
  client: Subscribers,
  isWanted: (found: SubscribersReport) => boolean,
): Promise<SubscribersReport> {
  for (;;) {
    const found = await client.next();
    if (isWanted(found)) return found;
  }
}

function memoryRows(idle: Metrics, open: Metrics, subscribers: number): Row[] {
  const kbEach = (name: string) => rise(idle, open, name) / 1024 / subscribers;
  return [
    { measure: 'resident memory, per subscriber', value: kbEach('process_resident_memory_bytes'), unit: 'KB' },
    { measure: 'heap in use, per subscriber', value: kbEach('nodejs_heap_size_used_bytes'), unit: 'KB' },
    {
      measure: 'resident memory of the gateway, before and with all',
      value: [idle, open].map((each) => Math.round((each.get('process_resident_memory_bytes') ?? 0) / 1e6)).join(' → '),
      unit: 'MB',
    },
  ];
}

function deliveryRows(deliveries: readonly Delivery[]): Row[] {
  const first = ({ atMs }: Delivery) => atMs[0] ?? Number.NaN;
  const last = ({ atMs }: Delivery) => atMs.at(-1) ?? Number.NaN;
  const spread = deliveries.map((each) => last(each) - first(each));
  const each = deliveries.flatMap((delivery) => [...delivery.atMs].map((atMs) => atMs - first(delivery)));
  const whole = deliveries.flatMap(({ atMs, changedAtMs }) => [...atMs].map((at) => at - changedAtMs));
  return [
    ...percentileRows('first to last delivery of an event', spread),
    ...percentileRows('first delivery of an event to each', each),
    ...percentileRows('upstream change to each delivery', whole),
  ];
}

function percentileRows(measure: string, samples: readonly number[]): Row[] {
  return [0.5, 0.99].map((share) => ({
    measure: `${measure}, p${share * 100}`,
    value: percentile(samples, share),
    unit: 'ms',
  }));
}

function workRows(before: Metrics, after: Metrics, events: number): Row[] {
  const answered = (outcome: string) =>
    rise(before, after, `graphql_subscription_events_total{outcome="${outcome}"}`) / events;
  return [
    { measure: 'executions per event', value: answered('executed'), unit: '' },
    { measure: 'shared answers per event', value: answered('shared'), unit: '' },
    {
      measure: 'processor time of the gateway per event, polling included',
      value: (rise(before, after, 'process_cpu_seconds_total') / events) * 1e3,
      unit: 'ms',
    },
  ];
}
