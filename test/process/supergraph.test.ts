import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ask } from '../support/graphql.js';
import { costCentreOf, hrScript, readyOf } from '../support/hrStack.js';
import { type RunningProcess, startProcess } from '../support/processes.js';
import { composeScripts } from '../support/subgraphs/composeScripts.js';
import { type ServedSubgraph, serveSubgraph } from '../support/subgraphs/serveSubgraph.js';

describe('npm start with LOCAL_SUBGRAPH=false, SUPERGRAPH, PORT and AUTH=none, and nothing else', () => {
  const folder = mkdtempSync(join(tmpdir(), 'supergraph-process-'));
  const file = join(folder, 'supergraph.graphql');
  let hr: ServedSubgraph;
  let router: RunningProcess;
  let url: string;

  beforeAll(async () => {
    hr = await serveSubgraph(hrScript('', 'u1'));
    writeFileSync(
      file,
      composeScripts([hrScript()], () => hr.url),
    );
    router = startProcess('src/main.js', { LOCAL_SUBGRAPH: 'false', SUPERGRAPH: file, PORT: '0', AUTH: 'none' });
    url = (await router.jsonLine<{ listening: string }>('listening')).listening;
  });

  afterAll(async () => {
    await router.stop();
    await hr.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it('serves the supergraph', async () => {
    const { data, errors } = await ask(`${url}/graphql`, '{ boss { id costCentre } }');
    expect(errors).toBeUndefined();
    expect(data).toEqual({ boss: { id: 'u1', costCentre: costCentreOf('u1') } });
  });

  it('is alive and ready, and counts its requests', async () => {
    expect((await fetch(`${url}/health/live`)).status).toBe(200);
    expect(await readyOf(url)).toMatchObject({ httpStatus: 200, status: 'ok', supergraph: { state: 'current' } });
    expect(await (await fetch(`${url}/metrics`)).text()).toMatch(
      /subgraph_request_duration_seconds_count\{subgraph="hr"/,
    );
  });

  it('writes no URL of a subgraph to its log', () => {
    expect(router.output()).not.toContain(hr.url);
  });

  it('ends with code 0 on SIGTERM', async () => {
    expect(await router.stop()).toBe(0);
  });
});

describe('npm start with LOCAL_SUBGRAPH=false and nothing to serve', () => {
  it('ends with a non-zero code, and names what is missing', async () => {
    const router = startProcess('src/main.js', { LOCAL_SUBGRAPH: 'false' });
    expect(await router.ended()).toBe(1);
    for (const setting of ['LOCAL_SUBGRAPH', 'AUTH_TENANTS', 'AUTH_AUDIENCE'])
      expect(router.output()).toContain(setting);
    expect(router.output()).not.toContain('AZURE_CLIENT_ID');
  });
});
