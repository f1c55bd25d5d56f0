import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startOwnProcess } from './ownProcess.js';
import { startEmulator } from './stack.js';

/** Another server, to compare with. */
export interface Peer extends AsyncDisposable {
  /** The operation goes to `/graphql` below it. */
  readonly url: string;
}

/** Answers every operation with these bytes. */
export async function startBare(bytes: Uint8Array): Promise<Peer> {
  const directory = mkdtempSync(join(tmpdir(), 'gateway-bench-'));
  const file = join(directory, 'answer.json');
  writeFileSync(file, bytes);
  const server = await startPeer('bareServer', { BODY_FILE: file });
  rmSync(directory, { recursive: true });
  return server;
}

/** Asks an emulator of its own, which enforces no limits: with them most of its calls would be refused. */
export async function startNaive(): Promise<Peer> {
  const emulator = await startEmulator({ EMULATOR_SWITCHES: JSON.stringify({ limits: false }) });
  const peer = await startPeer('naiveServer', emulator.env);
  return {
    url: peer.url,
    async [Symbol.asyncDispose]() {
      await peer[Symbol.asyncDispose]();
      await emulator[Symbol.asyncDispose]();
    },
  };
}

/** A subgraph that adds a cost centre to each user. */
export function startOwners(): Promise<Peer> {
  return startPeer('ownersSubgraph', {});
}

async function startPeer(name: string, env: Readonly<Record<string, string>>): Promise<Peer> {
  const peer = startOwnProcess(`bench/peers/${name}.js`, { NODE_ENV: 'production', ...env });
  const { listening } = await peer.jsonLine<{ listening: string }>('listening');
  return {
    url: listening,
    async [Symbol.asyncDispose]() {
      await peer.stop();
    },
  };
}
