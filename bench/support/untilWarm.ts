import { setTimeout as sleep } from 'node:timers/promises';
import { ask } from './stack.js';

/** Attempts to have an answer without an error and without a call; the upstreams' limits make the first ones slow. */
const warmUps = 60;

/** Resolves when the operation is answered whole and without a call. @throws after a minute. */
export async function untilWarm(url: string, document: string): Promise<void> {
  for (let attempt = 0; attempt < warmUps; attempt += 1) {
    const { errors, extensions } = await ask(url, document);
    const calls = Object.values(extensions?.gateway?.upstreamCalls ?? {});
    if (errors === undefined && calls.every((count) => count === 0)) return;
    await sleep(1_000);
  }
  throw new Error('The gateway still calls the upstreams after a minute of warming up.');
}
