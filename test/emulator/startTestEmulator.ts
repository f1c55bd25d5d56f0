import { createEmulator } from '../../emulator/createEmulator.js';
import type { Emulator, EmulatorOptions } from '../../emulator/EmulatorOptions.js';

/** An answer of the emulator, read as JSON where it is JSON. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  // biome-ignore lint: tests look into bodies of every shape.
  readonly body: any;
  readonly text: string;
}

export interface TestEmulator extends Emulator {
  /** Calls Graph with the application's token. @param path below the host, or a full URL such as a nextLink. */
  readonly graph: (path: string, init?: RequestInit & { json?: unknown }) => Promise<Answer>;
  readonly control: (method: string, path: string, json?: unknown) => Promise<Answer>;
}

/** An emulator on free ports with few alerts and no limits unless the options say otherwise. */
export async function startTestEmulator(options: EmulatorOptions = {}): Promise<TestEmulator> {
  const emulator = await createEmulator({
    alerts: 120,
    users: 30,
    ...options,
    switches: { limits: false, ...options.switches },
  });
  const token = await issueGraphToken(emulator);
  return {
    ...emulator,
    graph: (path, init = {}) =>
      call(path.startsWith('http') ? path : `${emulator.graphUrl}${path}`, {
        ...init,
        headers: { authorization: `Bearer ${token}`, ...(init.headers as Record<string, string> | undefined) },
      }),
    control: (method, path, json) => call(`${emulator.controlUrl}/_control/${path}`, { method, json }),
  };
}

async function call(url: string, { json, ...init }: RequestInit & { json?: unknown }): Promise<Answer> {
  const withBody = json === undefined ? init : { ...init, body: JSON.stringify(json) };
  const headers = {
    ...(json === undefined ? {} : { 'content-type': 'application/json' }),
    ...(init.headers as object | undefined),
  };
  const response = await fetch(url, { ...withBody, headers });
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.includes('json') === true && text !== '';
  return { status: response.status, headers: response.headers, text, body: isJson ? JSON.parse(text) : undefined };
}

/** A token for Graph, through the control route, because this process does not trust the authority's certificate. */
export async function issueGraphToken(emulator: Emulator, overrides: object = {}): Promise<string> {
  const { body } = await call(`${emulator.controlUrl}/_control/token`, {
    method: 'POST',
    json: { roles: allRoles, audience: emulator.graphUrl, ...overrides },
  });
  return body.access_token;
}

const allRoles = [
  'SecurityAlert.ReadWrite.All',
  'SecurityIncident.ReadWrite.All',
  'SecurityEvents.ReadWrite.All',
  'IdentityRiskEvent.Read.All',
  'IdentityRiskyUser.ReadWrite.All',
  'User.Read.All',
  'Device.Read.All',
  'Directory.Read.All',
];
