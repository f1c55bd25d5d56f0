import { request as httpRequest } from 'node:http';
import type { EmulatorOptions } from '../../../emulator/EmulatorOptions.js';
import { type Answer, startTestEmulator, type TestEmulator } from '../startTestEmulator.js';

export const mcasAudience = '05a65629-4c1b-48c1-a78b-804c4abdd4af';

export interface TestMcas extends TestEmulator {
  /** Calls Cloud Apps with the legacy token unless `authorization` is given. */
  mcas(
    method: string,
    path: string,
    options?: { json?: unknown; text?: string; headers?: Record<string, string> },
  ): Promise<Answer>;
  bearer(...roles: string[]): Promise<string>;
}

/** The instant at which these tests' tenant stands still. */
export const nowMs = Date.parse('2026-11-21T12:00:00Z');

export async function startMcas(options: EmulatorOptions = {}): Promise<TestMcas> {
  const emulator = await startTestEmulator({ alerts: 300, users: 60, now: new Date(nowMs), ...options });
  await emulator.control('POST', 'clock', { now: new Date(nowMs).toISOString(), freeze: true });
  return {
    ...emulator,
    mcas: (method, path, { json, text, headers } = {}) => {
      const body = json === undefined ? text : JSON.stringify(json);
      return send(`${emulator.mcasUrl}${path}`, method, body, {
        authorization: `Token ${emulator.mcasToken}`,
        ...(json === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      });
    },
    async bearer(...roles) {
      const { body } = await emulator.control('POST', 'token', { roles, audience: mcasAudience });
      return `Bearer ${body.access_token}`;
    },
  };
}

/** Unlike `fetch`, sends a body with GET as well. */
export function send(
  url: string,
  method: string,
  body: string | undefined,
  headers: Record<string, string>,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const length: Record<string, string> =
      body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };
    const call = httpRequest(url, { method, headers: { ...headers, ...length } }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString('utf8');
        const isJson = response.headers['content-type']?.includes('json') === true && text !== '';
        const answered = new Headers(Object.entries(response.headers).map(([name, value]) => [name, String(value)]));
        resolve({
          status: response.statusCode ?? 0,
          headers: answered,
          text,
          body: isJson ? JSON.parse(text) : undefined,
        });
      });
    });
    call.on('error', reject);
    call.end(body);
  });
}
