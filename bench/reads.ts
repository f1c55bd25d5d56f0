import type { Bench, Row } from './bench.js';
import { joinedDocument, listDocument } from './documents.js';
import type { QueriesJob, QueriesReport } from './load/queries.js';
import { startLoad } from './support/loadProcess.js';
import { coresNote } from './support/machine.js';
import { startBare, startNaive } from './support/peers.js';
import { percentile } from './support/percentile.js';
import { startStack, untilMirrored } from './support/stack.js';
import { untilWarm } from './support/untilWarm.js';

const documents: Readonly<Record<string, string>> = { '50 alerts': listDocument, '50 alerts, joined': joinedDocument };

/** Callers who each ask again when they are answered. */
const connections = 16;

/** How far a warm gateway is from the fastest answer there can be, and from a server that asks the upstreams each time. */
export const reads: Bench<'seconds'> = {
  name: 'reads',
  options: { seconds: 10 },
  async run({ seconds }, say) {
    const rows: Row[] = [];
    await using stack = await startStack();
    await untilMirrored(stack.url);
    await using naive = await startNaive();
    for (const [operation, document] of Object.entries(documents)) {
      say(operation);
      await untilWarm(stack.url, document);
      const bytes = await answerBytes(stack.url, document);
      await using bare = await startBare(bytes);
      const found = {
        'bare Fastify, same bytes': await measure(bare.url, document, seconds),
        'the gateway, warm': await measure(stack.url, document, seconds),
        'Apollo Server over REST': await measure(naive.url, document, seconds),
      };
      const gateway = found['the gateway, warm'].perSecond;
      for (const [server, report] of Object.entries(found))
        rows.push({
          operation,
          server,
          ...toRow(report),
          'gateway ÷ this': gateway / report.perSecond,
        });
    }
    return [
      {
        title: `reads: ${connections} callers, each with one operation at a time, for ${seconds} s`,
        rows,
        notes: [
          'Apollo Server over REST asks an emulator that enforces no limits; with them it would be refused.',
          'All callers are one process, which is itself the limit of the bare server.',
          coresNote('The server under test, the callers and, for Apollo Server over REST, the emulator'),
        ],
      },
    ];
  },
};

function toRow({ perSecond, latenciesMs, failed, bytes }: QueriesReport): Row {
  return {
    KB: bytes / 1024,
    'a second': perSecond,
    'p50 ms': percentile(latenciesMs, 0.5),
    'p99 ms': percentile(latenciesMs, 0.99),
    failed,
  };
}

/** A server that was just started is slower at first, whichever it is. */
const warmUpSeconds = 2;

async function measure(url: string, query: string, seconds: number): Promise<QueriesReport> {
  await load({ url, query, connections, seconds: warmUpSeconds });
  return load({ url, query, connections, seconds });
}

async function load(job: QueriesJob): Promise<QueriesReport> {
  await using callers = startLoad<QueriesReport>('queries', job);
  return await callers.next();
}

async function answerBytes(url: string, query: string): Promise<Buffer> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'accept-encoding': 'identity' },
    body: JSON.stringify({ query }),
  });
  return Buffer.from(await response.arrayBuffer());
}
