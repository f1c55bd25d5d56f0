import { parseArgs } from 'node:util';
import { abuse } from './abuse.js';
import type { Bench, Table } from './bench.js';
import { fanout } from './fanout.js';
import { joined } from './joined.js';
import { latency } from './latency.js';
import { reads } from './reads.js';
import { describeMachine } from './support/machine.js';
import { printTable } from './support/printTable.js';

const benches: readonly Bench[] = [fanout, latency, abuse, reads, joined];

interface Request {
  readonly chosen: readonly Bench[];
  readonly json: boolean;
  readonly given: Readonly<Record<string, number>>;
}

/** `npm run bench -- [name…] [--option=number…] [--json]`. Progress goes to standard error, figures to standard output. */
async function main(): Promise<void> {
  const { chosen, json, given } = readRequest(process.argv.slice(2));
  const machine = describeMachine();
  if (!json) process.stdout.write(`${machine}\n`);
  const tables: Table[] = [];
  for (const bench of chosen) {
    const say = (line: string) => process.stderr.write(`${bench.name}: ${line}\n`);
    const found = await bench.run({ ...bench.options, ...given }, say);
    tables.push(...found);
    if (!json) for (const table of found) process.stdout.write(printTable(table));
  }
  if (json) process.stdout.write(`${JSON.stringify({ machine, tables })}\n`);
}

/** @throws {Error} for a bench or an option that does not exist. */
function readRequest(args: readonly string[]): Request {
  const names = benches.flatMap(({ options }) => Object.keys(options));
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      json: { type: 'boolean', default: false },
      ...Object.fromEntries(names.map((name) => [name, { type: 'string' as const }])),
    },
  });
  const { json, ...rest } = values;
  const unknown = positionals.find((name) => benches.every((bench) => bench.name !== name));
  if (unknown !== undefined)
    throw new Error(`There is no bench "${unknown}"; there are ${benches.map(({ name }) => name).join(', ')}.`);
  return {
    chosen: positionals.length === 0 ? benches : benches.filter(({ name }) => positionals.includes(name)),
    json,
    given: Object.fromEntries(Object.entries(rest).map(([name, text]) => [name, readNumber(name, String(text))])),
  };
}

function readNumber(name: string, text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new Error(`--${name} takes a whole number above 0, not "${text}".`);
  return Number(text);
}

main().catch((error: unknown) => {
  process.stderr.write(`bench: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exitCode = 1;
});
