import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ask } from '../support/graphql.js';
import { type RunningProcess, startProcess } from '../support/processes.js';

interface EmulatorLine {
  readonly controlUrl: string;
  readonly env: Record<string, string>;
}

describe('npm start with nothing set', () => {
  it('ends with a non-zero code and names every missing setting at once', async () => {
    const gateway = startProcess('src/main.js', {});
    expect(await gateway.ended()).toBe(1);
    for (const setting of ['AZURE_TENANT_ID', 'AZURE_CLIENT_ID', 'AZURE_CLIENT_SECRET', 'AUTH_AUDIENCE']) {
      expect(gateway.output()).toContain(setting);
    }
  });

  it('never repeats the value of a secret', async () => {
    const gateway = startProcess('src/main.js', {
      AZURE_CLIENT_SECRET: 'do-not-print-me',
      PORT: 'many',
      AUTH: 'none',
      HOST: '0.0.0.0',
    });
    expect(await gateway.ended()).toBe(1);
    expect(gateway.output()).toMatch(/PORT/);
    expect(gateway.output()).toMatch(/loopback/);
    expect(gateway.output()).not.toContain('do-not-print-me');
  });
});

describe("npm start with the emulator's settings", () => {
  let emulator: RunningProcess;
  let gateway: RunningProcess;
  let settings: EmulatorLine;
  let url: string;
  const stateDirectory = mkdtempSync(join(tmpdir(), 'gateway-process-'));

  beforeAll(async () => {
    emulator = startProcess('emulator/main.js', {});
    settings = await emulator.jsonLine<EmulatorLine>('env');
    gateway = startProcess('src/main.js', { ...settings.env, PORT: '0', STATE_DIR: stateDirectory });
    url = `${(await gateway.jsonLine<{ listening: string }>('listening')).listening}/graphql`;
  });

  afterAll(async () => {
    await gateway.stop();
    await emulator.stop();
    rmSync(stateDirectory, { recursive: true, force: true });
  });

  async function tokenFor(roles: string[]): Promise<string> {
    const response = await fetch(`${settings.controlUrl}/_control/token`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ roles }),
    });
    return ((await response.json()) as { access_token: string }).access_token;
  }

  it('refuses a caller without a token', async () => {
    const answer = await ask(url, '{ alerts(first: 1) { nodes { id } } }');
    expect(answer.status).toBe(401);
    expect(answer.errors?.[0]?.extensions?.code).toBe('UNAUTHENTICATED');
  });

  it('serves a caller with Security.Read, and refuses their mutation with FORBIDDEN', async () => {
    const headers = { authorization: `Bearer ${await tokenFor(['Security.Read'])}` };
    const answer = await ask(url, '{ alerts(first: 3) { nodes { id title } } }', { headers });
    expect(answer.errors).toBeUndefined();
    expect(answer.data?.alerts.nodes).toHaveLength(3);
    const refused = await ask(
      url,
      'mutation { updateAlert(input: { id: "da1", status: RESOLVED }) { errors { code } } }',
      { headers },
    );
    expect(refused.status).toBe(403);
    expect(refused.errors?.[0]?.extensions).toMatchObject({ code: 'FORBIDDEN', permission: 'Security.Triage' });
  });

  it('got its own token from the authority over TLS', async () => {
    const ledger = (await (await fetch(`${settings.controlUrl}/_control/requests`)).json()) as {
      upstream: string;
      path: string;
    }[];
    expect(ledger.some(({ upstream, path }) => upstream === 'authority' && path.includes('/oauth2/v2.0/token'))).toBe(
      true,
    );
    expect(settings.env.AZURE_AUTHORITY_HOST).toMatch(/^https:/);
  });

  it('is ready and alive', async () => {
    const base = url.replace('/graphql', '');
    expect((await fetch(`${base}/health/live`)).status).toBe(200);
    expect(await (await fetch(`${base}/health/ready`)).json()).toMatchObject({ status: 'ok' });
    expect(await (await fetch(`${base}/metrics`)).text()).toContain('graphql_operation_duration_seconds');
  });

  it('ends with code 0 on SIGTERM', async () => {
    expect(await gateway.stop()).toBe(0);
    expect(await emulator.stop()).toBe(0);
  });
});
