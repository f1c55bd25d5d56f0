import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { RunningProcess } from '../../test/support/processes.js';
import { startOwnProcess } from './ownProcess.js';

type Env = Readonly<Record<string, string>>;

/** The emulated upstreams as a process of their own. */
export interface EmulatorProcess extends AsyncDisposable {
  /** Settings that point a gateway at it. */
  readonly env: Env;
  readonly tenantId: string;
  /** Sends a control call. @throws when it is refused. */
  control<Answer>(method: string, path: string, body?: object): Promise<Answer>;
}

/** A gateway as in production, except that callers need no token: the figures leave out what checking one costs. */
export interface Stack extends AsyncDisposable {
  readonly emulator: EmulatorProcess;
  readonly gateway: RunningProcess;
  /** `http://127.0.0.1:port`. */
  readonly url: string;
}

interface EmulatorFacts {
  readonly controlUrl: string;
  readonly tenantId: string;
  readonly env: Env;
}

export async function startEmulator(env: Env = {}): Promise<EmulatorProcess> {
  const child = startOwnProcess('emulator/main.js', env);
  const { controlUrl, env: gatewayEnv, tenantId } = await child.jsonLine<EmulatorFacts>('controlUrl');
  return {
    env: gatewayEnv,
    tenantId,
    control: (method, path, body) => callControl(`${controlUrl}/_control/${path}`, method, body),
    async [Symbol.asyncDispose]() {
      await child.stop();
    },
  };
}

/** @param env settings of the gateway beyond those that point it at the emulator. */
export async function startStack(env: Env = {}): Promise<Stack> {
  const emulator = await startEmulator();
  const directory = mkdtempSync(join(tmpdir(), 'gateway-bench-'));
  const gateway = startOwnProcess('src/main.js', {
    ...emulator.env,
    AUTH: 'none',
    PORT: '0',
    STATE_DIR: directory,
    LOG_LEVEL: 'error',
    ...env,
  });
  const stop = async () => {
    await gateway.stop();
    await emulator[Symbol.asyncDispose]();
    rmSync(directory, { recursive: true, force: true });
  };
  try {
    const { listening } = await gateway.jsonLine<{ listening: string }>('listening');
    return { emulator, gateway, url: listening, [Symbol.asyncDispose]: stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** A port that was free a moment ago, for a gateway that has to know its own address before it starts. */
export async function findFreePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** Resolves when recent alerts are answered without a call. @throws after two minutes. */
export async function untilMirrored(url: string): Promise<void> {
  const since = new Date(Date.now() - 29 * 86_400_000).toISOString();
  const query = `{ alerts(first: 1, filter: { lastUpdateDateTime: { ge: "${since}" } }) { info { source } } }`;
  for (let second = 0; second < 120; second += 1) {
    const { data } = await ask<{ alerts: { info: { source: string } } | null }>(url, query);
    if (data?.alerts?.info.source === 'MIRROR') return;
    await sleep(1_000);
  }
  throw new Error('The mirror is not filled after two minutes.');
}

export interface Answer<Data> {
  readonly data?: Data | null;
  readonly errors?: readonly unknown[];
  readonly extensions?: { readonly gateway?: { readonly upstreamCalls?: Readonly<Record<string, number>> } };
}

/** One operation, with its cost. */
export async function ask<Data>(url: string, query: string): Promise<Answer<Data>> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-gateway-cost': '1' },
    body: JSON.stringify({ query }),
  });
  return (await response.json()) as Answer<Data>;
}

/** New alerts of a source whose changes every dialect and every notification knows. @returns their ids. */
export async function addAlerts(emulator: EmulatorProcess, count: number): Promise<readonly string[]> {
  const { value } = await emulator.control<{ value: readonly { id: string }[] }>('POST', 'alerts', {
    count,
    serviceSource: 'microsoftDefenderForCloudApps',
  });
  return value.map(({ id }) => id);
}

async function callControl<T>(url: string, method: string, body?: object): Promise<T> {
  const response = await fetch(url, {
    method,
    ...(body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  });
  if (!response.ok) throw new Error(`${method} ${url}: ${response.status} ${await response.text()}`);
  return (response.status === 204 ? undefined : await response.json()) as T;
}
