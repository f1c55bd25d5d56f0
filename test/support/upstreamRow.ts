import type { Emulator } from '../../emulator/EmulatorOptions.js';
import { applicationToken } from './upstreamAlert.js';

/** What the emulated Microsoft Graph itself answers to the gateway's application, without the gateway. @param path Behind `/v1.0`. */
export async function upstreamRow(emulator: Emulator, path: string): Promise<Record<string, any>> {
  const response = await callUpstream(emulator, 'GET', path);
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  return (await response.json()) as Record<string, any>;
}

/** A write of another console, past the gateway. */
export async function writeUpstream(emulator: Emulator, method: string, path: string, body: object): Promise<void> {
  const response = await callUpstream(emulator, method, path, body);
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
}

async function callUpstream(emulator: Emulator, method: string, path: string, body?: object): Promise<Response> {
  return fetch(`${emulator.graphUrl}/v1.0${path}`, {
    method,
    headers: { authorization: `Bearer ${await applicationToken(emulator)}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
}
