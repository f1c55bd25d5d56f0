import type { Bench, Row } from './bench.js';
import { costCentreDocument, joinedDocument, listDocument } from './documents.js';
import type { QueriesJob, QueriesReport } from './load/queries.js';
import { startLoad } from './support/loadProcess.js';
import { coresNote } from './support/machine.js';
import { startOwners } from './support/peers.js';
import { percentile } from './support/percentile.js';
import { type Stack, startStack, untilMirrored } from './support/stack.js';
import { untilWarm } from './support/untilWarm.js';

const ownDocuments: Readonly<Record<string, string>> = {
  '50 alerts': listDocument,
  '50 alerts with people': joinedDocument,
};
/** One caller, so that the figure is the latency of an operation and not a queue. */
const connections = 1;

interface Pair {
  readonly plain: QueriesReport;
  readonly joined: QueriesReport;
}

/** What it costs our own fields that subgraphs of others are joined to the endpoint, and what a field of theirs costs. */
export const joined: Bench<'seconds' | 'rounds'> = {
  name: 'joined',
  options: { seconds: 4, rounds: 7 },
  async run({ seconds, rounds }, say) {
    await using owners = await startOwners();
    await using plain = await startStack();
    await using both = await startStack({
      SUBGRAPHS: JSON.stringify([{ name: 'owners', url: `${owners.url}/graphql` }]),
    });
    await Promise.all([plain, both].map(({ url }) => untilMirrored(url)));
    const rows: Row[] = [];
    for (const [operation, document] of Object.entries(ownDocuments)) {
      say(operation);
      const pairs = await measurePairs(plain, both, document, seconds, rounds);
      rows.push(toRow(operation, pairs));
    }
    say('with a field of theirs');
    const theirs = await measure(both, costCentreDocument, seconds);
    rows.push({
      operation: '50 alerts, cost centre of each user',
      'joined p50 ms': percentile(theirs.latenciesMs, 0.5),
    });
    return [
      {
        title: 'joined: an operation through an endpoint with a joined subgraph ÷ through the plain endpoint',
        rows,
        notes: [
          `Medians of ${rounds} pairs of rounds of ${seconds} s, one on each endpoint in turn, with one caller.`,
          coresNote('Both gateways and emulators, the subgraph and the caller'),
        ],
      },
    ];
  },
};

async function measurePairs(plain: Stack, both: Stack, document: string, seconds: number, rounds: number) {
  await untilWarm(plain.url, document);
  await untilWarm(both.url, document);
  const pairs: Pair[] = [];
  await measure(plain, document, seconds);
  await measure(both, document, seconds);
  for (let round = 0; round < rounds; round += 1) {
    // Whoever is measured first may find the machine in another state, so they take turns.
    const first = round % 2 === 0 ? plain : both;
    const one = await measure(first, document, seconds);
    const other = await measure(first === plain ? both : plain, document, seconds);
    pairs.push(first === plain ? { plain: one, joined: other } : { plain: other, joined: one });
  }
  return pairs;
}

async function measure({ url }: Stack, query: string, seconds: number): Promise<QueriesReport> {
  const job: QueriesJob = { url, query, connections, seconds };
  await using caller = startLoad<QueriesReport>('queries', job);
  return await caller.next();
}

function toRow(operation: string, pairs: readonly Pair[]): Row {
  const median = (read: (pair: Pair) => number) => percentile(pairs.map(read), 0.5);
  const p50 = (report: QueriesReport) => percentile(report.latenciesMs, 0.5);
  const p99 = (report: QueriesReport) => percentile(report.latenciesMs, 0.99);
  return {
    operation,
    'plain p50 ms': median((pair) => p50(pair.plain)),
    'joined p50 ms': median((pair) => p50(pair.joined)),
    'p50 ratio': median((pair) => p50(pair.joined) / p50(pair.plain)),
    'p99 ratio': median((pair) => p99(pair.joined) / p99(pair.plain)),
    'throughput ratio': median((pair) => pair.joined.perSecond / pair.plain.perSecond),
    failed: pairs.reduce((sum, pair) => sum + pair.plain.failed + pair.joined.failed, 0),
  };
}
