import { setTimeout as sleep } from 'node:timers/promises';
import type { Bench, Row } from './bench.js';
import type { LargeBodiesJob } from './load/largeBodies.js';
import type { AttackReport, NotificationsJob } from './load/notifications.js';
import type { QueriesJob, QueriesReport } from './load/queries.js';
import { type LoadProcess, startLoad } from './support/loadProcess.js';
import { coresNote, loadAverage } from './support/machine.js';
import { readMetrics, rise } from './support/metrics.js';
import { monotonicMs } from './support/monotonicMs.js';
import { type Peer, startBare } from './support/peers.js';
import { percentile } from './support/percentile.js';
import { type Stack, untilMirrored } from './support/stack.js';
import { type NotifiedStack, registrationFor, startNotifiedStack, webhookPath } from './support/webhooks.js';

/** What an ordinary portal asks while somebody else abuses the one route that needs no sign-in. */
const query = '{ alerts(first: 10) { nodes { id title severity status createdDateTime } } }';
const queriesPerSecond = 100;
const queryConnections = 20;

const bodyBytes = 2_000;
const largeBodyBytes = 10 * 1024 * 1024;
const concurrentLargeBodies = 50;
/** Enough to be more than the gateway lets wait. */
const manyConnections = 500;
const fewConnections = 50;
/** The attack begins before the caller does and ends after it. */
const headStartSeconds = 1;

type Attack = LoadProcess<AttackReport>;
type StartAttack = () => Attack;

interface Round {
  readonly asked: QueriesReport;
  readonly attack: AttackReport | undefined;
  /** Seconds of processor time that the gateway used in each second. */
  readonly processor: number;
}

/** A round with the attack, and one without it right before: whatever else the machine does hits both. */
interface Pair {
  readonly quiet: Round;
  readonly abused: Round;
}

/** What strangers can do to callers through the webhook route: latency of a query under abuse ÷ without. */
export const abuse: Bench<'perSecond' | 'seconds' | 'rounds'> = {
  name: 'abuse',
  options: { perSecond: 10_000, seconds: 4, rounds: 5 },
  async run({ perSecond, seconds, rounds }, say) {
    const title = `abuse: latency of ${queriesPerSecond} queries a second while the webhook route is abused`;
    await using stack = await startNotifiedStack(registrationFor.users);
    if (stack === undefined)
      return [{ title, rows: [], notes: ['SKIPPED: this gateway does not register for change notifications.'] }];
    await untilMirrored(stack.url);
    await using bystander = await startBare(Buffer.from('{}'));
    const attacks = attacksOn(stack, bystander, perSecond, seconds + 2 * headStartSeconds);
    await askQueries(stack, seconds);
    const found = new Map<string, Pair[]>();
    const loads: number[] = [];
    for (let round = 1; round <= rounds; round += 1) {
      for (const [name, start] of Object.entries(attacks)) {
        say(`round ${round}: ${name}`);
        const quiet = await runRound(stack, undefined, seconds);
        const pair = { quiet, abused: await runRound(stack, start, seconds) };
        found.set(name, [...(found.get(name) ?? []), pair]);
        loads.push(loadAverage());
      }
    }
    return [
      {
        title,
        rows: [...found].map(([name, pairs]) => toRow(name, pairs)),
        notes: [
          `Floods: bodies of ${bodyBytes} bytes, ${perSecond.toLocaleString('en')} a second wanted, on ${fewConnections} connections unless told otherwise, up to 20 requests at once on each.`,
          `${coresNote('Gateway, attacker, caller, emulator and bystander')} The flood of a bystander shows what sharing them costs by itself.`,
          `Each figure is the median of ${rounds} pairs of rounds of ${seconds} s, one without the attack and one with it; the pairs of one attack are apart. Load average meanwhile: ${Math.min(...loads).toFixed(1)} to ${Math.max(...loads).toFixed(1)}.`,
        ],
      },
    ];
  },
};

function attacksOn(
  stack: NotifiedStack,
  bystander: Peer,
  perSecond: number,
  seconds: number,
): Readonly<Record<string, StartAttack>> {
  const { forged, replayed, malformed } = makeBodies(stack);
  const target = { port: portOf(stack.url), path: webhookPath, seconds };
  const beside = { ...target, port: portOf(bystander.url), path: '/graphql' };
  const floodOf =
    (bodies: readonly string[], connections: NotificationsJob['connections'] = fewConnections, victim = target) =>
    (): Attack =>
      startLoad('notifications', { ...victim, bodies, perSecond, connections });
  return {
    'flood of a bystander': floodOf([forged], fewConnections, beside),
    'flood: wrong secret': floodOf([forged]),
    'flood: replayed': floodOf([replayed]),
    'flood: malformed': floodOf([malformed]),
    [`flood: all three, ${manyConnections} connections`]: floodOf([forged, replayed, malformed], manyConnections),
    'flood of a bystander, a new connection each': floodOf([forged], 'fresh', beside),
    'flood: wrong secret, a new connection each': floodOf([forged], 'fresh'),
    [`${concurrentLargeBodies} bodies of 10 MB at any moment`]: () => {
      const job: LargeBodiesJob = { ...target, bytes: largeBodyBytes, concurrent: concurrentLargeBodies };
      return startLoad('largeBodies', job);
    },
  };
}

function portOf(url: string): number {
  return Number(new URL(url).port);
}

async function runRound(stack: Stack, start: StartAttack | undefined, seconds: number): Promise<Round> {
  if (start === undefined) return { ...(await askMeasured(stack, seconds)), attack: undefined };
  await using attack = start();
  await sleep(headStartSeconds * 1_000);
  return { ...(await askMeasured(stack, seconds)), attack: await attack.next() };
}

async function askMeasured(stack: Stack, seconds: number): Promise<Pick<Round, 'asked' | 'processor'>> {
  const startMs = monotonicMs();
  const before = await readMetrics(stack.url);
  const asked = await askQueries(stack, seconds);
  const used = rise(before, await readMetrics(stack.url), 'process_cpu_seconds_total');
  return { asked, processor: (used * 1_000) / (monotonicMs() - startMs) };
}

async function askQueries({ url }: Stack, seconds: number): Promise<QueriesReport> {
  const job: QueriesJob = { url, query, connections: queryConnections, seconds, perSecond: queriesPerSecond };
  await using load = startLoad<QueriesReport>('queries', job);
  return await load.next();
}

/** The pair that somebody else disturbed does not count. */
function medianOf<Sample>(samples: readonly Sample[], read: (sample: Sample) => number): number {
  return percentile(samples.map(read), 0.5);
}

function p99Of({ asked }: Round): number {
  return percentile(asked.latenciesMs, 0.99);
}

function toRow(attack: string, pairs: readonly Pair[]): Row {
  const rounds = pairs.map(({ abused }) => abused);
  const quietRounds = pairs.map(({ quiet }) => quiet);
  return {
    attack,
    'sent a second': medianOf(rounds, (round) => (round.attack?.sent ?? 0) / (round.attack?.seconds ?? 1)),
    'answered a second': describeAnswers(rounds),
    'gateway uses of a core': `${Math.round(100 * medianOf(rounds, ({ processor }) => processor))} %`,
    'queries failed': rounds.reduce((sum, { asked }) => sum + asked.failed, 0),
    'p50 ms': medianOf(rounds, ({ asked }) => percentile(asked.latenciesMs, 0.5)),
    'p99 ms': medianOf(rounds, p99Of),
    'quiet p99 ms': medianOf(quietRounds, p99Of),
    'p99 ÷ quiet p99': medianOf(pairs, ({ quiet, abused }) => p99Of(abused) / p99Of(quiet)),
  };
}

function describeAnswers(rounds: readonly Round[]): string {
  const statuses = new Set(rounds.flatMap(({ attack }) => Object.keys(attack?.statuses ?? {})));
  const rateOf = (status: string) =>
    medianOf(rounds, ({ attack }) => (attack?.statuses[status] ?? 0) / (attack?.seconds ?? 1));
  return [...statuses].map((status) => `${status} × ${Math.round(rateOf(status))}`).join(', ');
}

/** One that knows a registration but not its secret, a true one that comes over and over, and one that is no JSON. */
function makeBodies({ emulator, registration }: NotifiedStack) {
  const id = '6a1f9a4e-0d0f-4a53-8a3e-6f9f1d3f7c20';
  const item = {
    id: '3f6f1c1e-6f0e-4f3b-9a55-0d1f6a2b7c11',
    subscriptionId: registration.id,
    subscriptionExpirationDateTime: new Date(Date.now() + 3_600_000).toISOString(),
    clientState: registration.clientState,
    changeType: 'updated',
    resource: `Users/${id}`,
    tenantId: emulator.tenantId,
    resourceData: { '@odata.type': '#Microsoft.Graph.User', '@odata.id': `Users/${id}`, id },
  };
  return {
    forged: padded({ ...item, clientState: 'guess' }),
    replayed: padded(item),
    malformed: padded(item).slice(0, -2),
  };
}

function padded(item: object): string {
  const bare = JSON.stringify({ value: [{ ...item, padding: '' }] });
  return JSON.stringify({ value: [{ ...item, padding: 'x'.repeat(Math.max(0, bodyBytes - bare.length)) }] });
}
