import { subscribe } from '../support/subscriber.js';
import { receiveJob, report } from './job.js';

export interface SubscribersJob {
  /** Of the gateway, `http://…`. */
  readonly url: string;
  readonly count: number;
}

export type SubscribersReport =
  | { readonly kind: 'connected' }
  /** Every subscriber has it; when each got it. */
  | { readonly kind: 'delivered'; readonly change: number; readonly atMs: readonly number[] };

/** Connections that are made at the same time. */
const wave = 100;

async function run({ url, count }: SubscribersJob): Promise<void> {
  const arrivals = new Map<number, number[]>();
  const take = (change: number, atMs: number) => {
    const seen = arrivals.get(change) ?? [];
    arrivals.set(change, seen);
    seen.push(atMs);
    if (seen.length === count) report({ kind: 'delivered', change, atMs: seen });
  };
  for (let open = 0; open < count; open += wave) {
    const sockets = Array.from({ length: Math.min(wave, count - open) }, () => subscribe(url, take));
    for (const socket of await Promise.all(sockets)) socket.on('close', failOnClose);
  }
  report({ kind: 'connected' });
}

function failOnClose(code: number): never {
  throw new Error(`The gateway closed the socket of a subscriber with ${code}.`);
}

await run(await receiveJob<SubscribersJob>());
