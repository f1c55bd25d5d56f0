import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { createEmulator } from '../../emulator/createEmulator.js';
import type { Emulator, EmulatorOptions } from '../../emulator/EmulatorOptions.js';
import { loadConfig } from '../../src/config/loadConfig.js';
import { createGateway, type Gateway, type GatewayDeps } from '../../src/gateway.js';
import { silentLogger } from '../../src/observability/logger.js';
import { type AskOptions, ask, type GraphQLAnswer } from './graphql.js';

/** One row of the emulator's ledger. */
export interface LedgerEntry {
  readonly upstream: string;
  readonly area: string;
  readonly method: string;
  readonly path: string;
  readonly status: number;
  readonly time: string;
  readonly clientRequestId?: string;
  readonly batchPart?: boolean;
  /** What the call took of its area's budget; 0 for the envelope of a `$batch`. */
  readonly units: number;
}

export interface StackOptions {
  readonly emulator?: EmulatorOptions;
  /** Settings of the gateway over the emulator's own. */
  readonly env?: Readonly<Record<string, string>>;
  /** Further settings, which depend on where the emulator listens. */
  readonly envOf?: (emulator: Emulator) => Readonly<Record<string, string>>;
  readonly deps?: Partial<GatewayDeps>;
  /** Scripted before the gateway starts, as `POST /_control/faults` takes them. */
  readonly faults?: readonly object[];
}

/** The emulated tenant and a gateway on its production path, both in this process, over real HTTP and TLS. */
export interface Stack {
  readonly emulator: Emulator;
  readonly gateway: Gateway;
  /** The GraphQL endpoint. */
  readonly url: string;
  ask<T = Record<string, any>>(query: string, options?: AskOptions): Promise<GraphQLAnswer<T>>;
  control<T = unknown>(method: string, path: string, body?: unknown): Promise<T>;
  ledger(): Promise<LedgerEntry[]>;
  /** Ledger rows that one answer caused, found by its request id; parts of a `$batch` left out. */
  callsOf(answer: Pick<GraphQLAnswer, 'headers'>): Promise<LedgerEntry[]>;
  stop(): Promise<void>;
}

export async function startStack(options: StackOptions = {}): Promise<Stack> {
  const emulator = await createEmulator(options.emulator ?? {});
  trust(emulator.caFile);
  const control = async <T>(method: string, path: string, body?: unknown): Promise<T> => {
    const response = await fetch(`${emulator.controlUrl}${path}`, {
      method,
      ...(body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
    return (response.status === 204 ? undefined : await response.json()) as T;
  };
  for (const fault of options.faults ?? []) await control('POST', '/_control/faults', fault);

  const stateDirectory = mkdtempSync(join(tmpdir(), 'gateway-test-'));
  const env = {
    ...emulator.env,
    AUTH: 'none',
    PORT: '0',
    INTROSPECTION: 'true',
    STATE_DIR: stateDirectory,
    ...options.env,
    ...options.envOf?.(emulator),
  };
  const gateway = await createGateway(loadConfig(env), { logger: silentLogger, ...options.deps });
  const url = `${gateway.url}/graphql`;
  const ledger = () => control<LedgerEntry[]>('GET', '/_control/requests');

  return {
    emulator,
    gateway,
    url,
    ask: (query, askOptions) => ask(url, query, askOptions),
    control,
    ledger,
    callsOf: async (answer) => {
      const requestId = answer.headers.get('x-request-id');
      return (await ledger()).filter((entry) => entry.clientRequestId === requestId && entry.batchPart !== true);
    },
    stop: async () => {
      await gateway.stop();
      await emulator.stop();
      rmSync(stateDirectory, { recursive: true, force: true });
    },
  };
}

/** What NODE_EXTRA_CA_CERTS does at the start of a process, for a CA that is younger than this process. */
export function trust(caFile: string): void {
  setDefaultCACertificates([...getCACertificates('default'), readFileSync(caFile, 'utf8')]);
}
