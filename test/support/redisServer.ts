import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, it } from '@jest/globals';

/** A Redis of one test, which may be stopped, restarted and held. */
export interface OwnRedis {
  readonly url: string;
  readonly port: number;
  /** Ends it as an operator would. */
  stop(): Promise<void>;
  /** Ends it as a power cut would. */
  kill(): Promise<void>;
  /** Starts it again on the same port, with the files that it left. */
  start(): Promise<void>;
  /** It keeps its connections and answers nothing. */
  hold(): void;
  resume(): void;
  /** Ends it and deletes its files. */
  remove(): Promise<void>;
}

const localPort = 6379;
const startLimitMs = 10_000;

const hasServer = isOnPath('redis-server');
const sharedUrl = await findShared();

/**
 * A suite over whatever Redis there is: `TEST_REDIS_URL`, one on this machine, or one started for it. Without any it is
 * reported as skipped, and with `REQUIRE_REDIS=1` it fails.
 */
export function describeWithRedis(name: string, body: (url: () => string) => void): void {
  describeIf(sharedUrl !== undefined || hasServer, name, () => {
    let own: OwnRedis | undefined;
    beforeAll(async () => {
      if (sharedUrl === undefined) own = await startRedis();
    });
    afterAll(async () => own?.remove());
    body(() => sharedUrl ?? own?.url ?? '');
  });
}

/** A suite that starts and stops servers of its own. */
export function describeWithOwnRedis(name: string, body: () => void): void {
  describeIf(hasServer, name, body);
}

/** Starts `redis-server` on a free port; `settings` as in its configuration file, here each with two dashes in front. */
export async function startRedis(settings: Readonly<Record<string, string>> = {}): Promise<OwnRedis> {
  const port = await freePort();
  const directory = mkdtempSync(join(tmpdir(), 'redis-'));
  const given = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, ...value.split(' ')]);
  const common = ['--port', String(port), '--bind', '127.0.0.1', '--dir', directory, '--save', ''];
  let child: ChildProcess | undefined;
  const start = async () => {
    child = spawn('redis-server', [...common, ...given], { stdio: 'ignore' });
    await untilAnswered(port);
  };
  const end = async (signal: NodeJS.Signals) => {
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    child.kill('SIGCONT');
    child.kill(signal);
    await exited;
  };
  const stop = () => end('SIGTERM');
  await start();
  return {
    url: `redis://127.0.0.1:${port}`,
    port,
    start,
    stop,
    kill: () => end('SIGKILL'),
    hold: () => void child?.kill('SIGSTOP'),
    resume: () => void child?.kill('SIGCONT'),
    remove: async () => {
      await stop();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address !== null ? address.port : 0;
}

function describeIf(isThere: boolean, name: string, body: () => void): void {
  if (isThere) describe(name, body);
  else if (process.env.REQUIRE_REDIS === '1') {
    describe(name, () => {
      it('has a Redis to run on', () => {
        throw new Error(
          'REQUIRE_REDIS=1, and there is neither TEST_REDIS_URL nor a Redis here nor redis-server on PATH.',
        );
      });
    });
  } else describe.skip(name, body);
}

async function findShared(): Promise<string | undefined> {
  if (process.env.TEST_REDIS_URL !== undefined) return process.env.TEST_REDIS_URL;
  return (await isAnswering(localPort)) ? `redis://127.0.0.1:${localPort}` : undefined;
}

async function untilAnswered(port: number): Promise<void> {
  const tries = 200;
  for (let attempt = 0; attempt < tries; attempt += 1) {
    if (await isAnswering(port)) return;
    await wait(startLimitMs / tries);
  }
  throw new Error('redis-server did not start.');
}

/** Any answer will do, a refusal for want of a password too; a server that still reads its files answers an error. */
async function isAnswering(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  socket.setTimeout(1_000, () => socket.destroy());
  socket.on('connect', () => socket.write('PING\r\n'));
  socket.on('error', () => socket.destroy());
  try {
    for await (const bytes of socket) return !String(bytes).startsWith('-LOADING');
    return false;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

function isOnPath(command: string): boolean {
  try {
    execFileSync(command, ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
