import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Agent } from 'undici';
import { createEmulator } from '../../emulator/createEmulator.js';
import type { Emulator, EmulatorOptions } from '../../emulator/EmulatorOptions.js';
import { createParts, type Parts } from '../../src/assembly/createParts.js';
import { type Permission, type Principal, permissions } from '../../src/auth/principal.js';
import type { GatewayConfig } from '../../src/config/loadConfig.js';
import { createEmbeddedEngine } from '../../src/engine/createEmbeddedEngine.js';
import { buildServedSchema, openPlain, toServerOptions } from '../../src/gateway.js';
import { buildApolloServer } from '../../src/server/buildApolloServer.js';
import { type Caller, Operation, type OperationOptions } from '../../src/server/operation.js';
import { createOperationRunner } from '../../src/server/operationRunner.js';
import { ServedSchemas } from '../../src/server/servedSchemas.js';
import { SharedEvents } from '../../src/server/sharedEvents.js';
import type { Upstreams } from '../../src/upstream/contract.js';
import { loadOwnConfig } from './loadOwnConfig.js';
import { trust } from './startStack.js';
import { VirtualClock } from './virtualClock.js';
import { type Exchange, notePauses, type Pause, throughVirtualTime } from './virtualWire.js';

/** An answer without transport. */
export interface VirtualAnswer {
  readonly data?: any;
  readonly errors?: readonly { readonly message: string; readonly extensions?: Record<string, unknown> }[];
  readonly extensions?: { readonly gateway?: Record<string, any> };
}

/**
 * The gateway and the emulated tenant on one clock that stands still while either of them works. Operations enter behind
 * the transports; calls to the upstreams are real HTTP.
 */
export interface VirtualTenant {
  /** Calls of the gateway as they went over the wire, in the order of their start. */
  readonly exchanges: readonly Exchange[];
  readonly pauses: readonly Pause[];
  /** Every operation by its request id. */
  readonly operations: ReadonlyMap<string, Operation>;
  readonly clock: VirtualClock;
  readonly emulator: Emulator;
  readonly upstreams: Upstreams;
  ask(query: string, variables: Record<string, unknown>, callerName: string): Promise<VirtualAnswer>;
  /** A call that is not ours, with the tenant's own credential; the ledger knows it by its request id. */
  callAsOther(url: string, init: RequestInit, resource: string): Promise<{ status: number; body: string }>;
  control<T>(method: string, path: string, body?: unknown): Promise<T>;
  stop(): Promise<void>;
}

export interface VirtualTenantOptions {
  readonly emulator?: EmulatorOptions;
  readonly env?: Readonly<Record<string, string>>;
  /** Polls, remembers and mirrors as a gateway in service does. Default false: every read is for an operation. */
  readonly withFeeds?: boolean;
  /** In [0, 1). */
  readonly random: () => number;
  /** Milliseconds of virtual time that each half of an upstream call takes. */
  readonly latencyMs: () => number;
}

/** When virtual time begins: before any token of the real present ends. */
export const virtualStart = Date.parse('2024-06-03T08:00:00Z');

/** Request id of calls that are not ours. */
export const otherApplication = '0f0f0f0f-0000-4000-8000-00000000beef';

export async function startVirtualTenant(options: VirtualTenantOptions): Promise<VirtualTenant> {
  const clock = new VirtualClock(virtualStart);
  const emulator = await createEmulator({ ...options.emulator, machineMs: () => clock.now() });
  trust(emulator.caFile);
  const stateDirectory = mkdtempSync(join(tmpdir(), 'gateway-test-'));
  const env = { ...emulator.env, AUTH: 'none', PORT: '0', STATE_DIR: stateDirectory, ...options.env };
  const config = loadOwnConfig(env);
  const agent = new Agent();
  const exchanges: Exchange[] = [];
  const pauses: Pause[] = [];
  const operations = new Map<string, Operation>();
  const dispatcher = throughVirtualTime(agent, clock, options.latencyMs, exchanges);
  const logger = notePauses(pauses, clock);
  const parts = createParts(
    config,
    { logger, clock, random: options.random, dispatcher },
    createEmbeddedEngine({ stateDir: config.stateDir, namespace: 'virtual', clock }),
  );
  // Tokens come from the authority in real time, of which virtual time knows nothing.
  const { signal } = new AbortController();
  await Promise.all(Object.values(parts.credentials).map((credential) => credential.authorization({ signal })));
  const run = await startRunner(config, parts, clock, operations);
  if (options.withFeeds === true) await startFeeds(parts);

  const fetchStill = (url: string, init: RequestInit) =>
    clock.standStillFor(async () => {
      const response = await fetch(url, init);
      return { status: response.status, body: await response.text() };
    });
  const tokens = new Map<string, Promise<string>>();
  const tokenFor = (resource: string) => {
    const known = tokens.get(resource) ?? requestToken(emulator, resource);
    tokens.set(resource, known);
    return known;
  };

  return {
    exchanges,
    pauses,
    operations,
    clock,
    emulator,
    upstreams: parts.upstreams,
    ask: run,
    async callAsOther(url, init, resource) {
      const authorization = `Bearer ${await clock.standStillFor(() => tokenFor(resource))}`;
      const headers = { 'content-type': 'application/json', authorization, 'client-request-id': otherApplication };
      return fetchStill(url, { ...init, headers });
    },
    async control<T>(method: string, path: string, body?: unknown) {
      const json =
        body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
      const answer = await fetchStill(`${emulator.controlUrl}${path}`, { method, ...json });
      if (answer.status >= 400) throw new Error(`${method} ${path}: ${answer.status} ${answer.body}`);
      return (answer.body === '' ? undefined : JSON.parse(answer.body)) as T;
    },
    async stop() {
      await parts.close();
      await agent.destroy();
      await emulator.stop();
      rmSync(stateDirectory, { recursive: true, force: true });
    },
  };
}

/** What a gateway does beside its server. */
async function startFeeds({ live }: Parts): Promise<void> {
  await live.open();
  live.start();
}

/** What the server does between a transport and an answer. */
async function startRunner(
  config: GatewayConfig,
  parts: Parts,
  clock: VirtualClock,
  operations: Map<string, Operation>,
) {
  const options = toServerOptions(
    config,
    parts,
    openPlain(buildServedSchema(), () => parts.readiness.probe()),
  );
  const { logger, metrics } = options;
  const schemas = new ServedSchemas(options.schemas);
  const timeoutMs = config.http.requestTimeoutMs;
  const apollo = buildApolloServer({ schemas, introspection: false, timeoutMs, logger, metrics });
  await apollo.start();
  const createContext = ({ caller: { principal, forwardedHeaders }, scope }: Operation) =>
    options.createContext({ principal, scope, forwardedHeaders });
  const start = (caller: Caller, rest: Partial<OperationOptions>) =>
    new Operation({
      caller,
      accessScope: options.accessScopeOf(caller.principal),
      requestId: crypto.randomUUID(),
      clock,
      ...rest,
    });
  const runner = createOperationRunner({
    apollo,
    schemas,
    introspection: false,
    timeoutMs,
    logger,
    metrics,
    sharedEvents: new SharedEvents(),
    startOperation: (caller, timeout) => {
      const operation = start(caller, timeout === undefined ? {} : { timeoutMs: timeout });
      operations.set(operation.scope.requestId, operation);
      return operation;
    },
    startStream: (caller) => start(caller, {}),
    startEvent: (caller, timeout) => start(caller, { timeoutMs: timeout, reading: 'memory' }),
    createContext,
    createServerContext: (operation) => ({ ...createContext(operation), operation }),
  });
  return async (query: string, variables: Record<string, unknown>, callerName: string): Promise<VirtualAnswer> => {
    const caller = { principal: principalOf(callerName), withCost: true, forwardedHeaders: {} };
    const answers = runner.run({ query, variables }, caller, 'POST');
    for await (const answer of answers) return answer;
    throw new Error('There was no answer.');
  };
}

function principalOf(name: string): Principal {
  return { id: name, tenantId: null, name, permissions: new Set<Permission>(permissions) };
}

async function requestToken(
  { authorityUrl, tenantId, clientId, clientSecret }: Emulator,
  scope: string,
): Promise<string> {
  const response = await fetch(`${authorityUrl}/${tenantId}/oauth2/v2.0/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: clientId,
      client_secret: clientSecret,
      scope,
    }),
  });
  const body = (await response.json()) as { access_token?: string };
  if (body.access_token === undefined) throw new Error(`No token: ${JSON.stringify(body)}`);
  return body.access_token;
}
