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

const query = '{ alerts(first: 50) { nodes { serviceSource } } riskEvents(first: 5) { nodes { id } } }';

describe('a gateway process that asks on behalf of its callers', () => {
  let emulator: RunningProcess;
  let gateway: RunningProcess;
  let settings: EmulatorLine;
  let url: string;
  const stateDirectory = mkdtempSync(join(tmpdir(), 'gateway-callers-'));

  beforeAll(async () => {
    emulator = startProcess('emulator/main.js', {});
    settings = await emulator.jsonLine<EmulatorLine>('env');
    const own = { PORT: '0', STATE_DIR: stateDirectory, UPSTREAM_CREDENTIAL: 'on-behalf-of' };
    gateway = startProcess('src/main.js', { ...settings.env, ...own });
    url = `${(await gateway.jsonLine<{ listening: string }>('listening')).listening}/graphql`;
  });
  afterAll(async () => {
    await gateway.stop();
    await emulator.stop();
    rmSync(stateDirectory, { recursive: true, force: true });
  });

  async function control(path: string, body?: object): Promise<any> {
    const response = await fetch(`${settings.controlUrl}/_control/${path}`, {
      ...(body === undefined
        ? {}
        : { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    });
    return response.status === 204 ? undefined : response.json();
  }

  async function askAs(user: string, delegation: object) {
    await control('delegations', { user, ...delegation });
    const { access_token: token } = await control('token', { user, scopes: ['Security.Read'] });
    return ask(url, query, { headers: { authorization: `Bearer ${token}` } });
  }

  it('is ready without a token, and gives each of two callers what the upstreams let them see', async () => {
    expect((await fetch(url.replace('/graphql', '/health/ready'))).status).toBe(200);
    expect((await control('requests')).map(({ upstream }: { upstream: string }) => upstream)).toEqual([]);
    const [first, second] = await namesOfTwoUsers();
    const whole = await askAs(first, {});
    expect([whole.errors, new Set(sourcesIn(whole)).size > 1]).toEqual([undefined, true]);
    const narrow = await askAs(second, {
      permissions: ['SecurityAlert.Read.All'],
      serviceSources: ['microsoftDefenderForIdentity'],
    });
    expect(new Set(sourcesIn(narrow))).toEqual(new Set(['MICROSOFT_DEFENDER_FOR_IDENTITY']));
    expect(narrow.data?.riskEvents).toBeNull();
    expect(narrow.errors).toMatchObject([{ extensions: { code: 'UPSTREAM_FORBIDDEN' } }]);
  });

  const sourcesIn = (answer: { data?: any }) =>
    answer.data?.alerts.nodes.map(({ serviceSource }: { serviceSource: string }) => serviceSource);

  /** Read from the emulated Graph itself, with a token that the control route issues. */
  async function namesOfTwoUsers(): Promise<[string, string]> {
    const audience = settings.env.GRAPH_URL as string;
    const { access_token: token } = await control('token', { audience, roles: ['User.Read.All'] });
    const response = await fetch(`${audience}/v1.0/users?$top=2`, { headers: { authorization: `Bearer ${token}` } });
    const { value } = (await response.json()) as { value: { userPrincipalName: string }[] };
    return [value[0]?.userPrincipalName as string, value[1]?.userPrincipalName as string];
  }
});
