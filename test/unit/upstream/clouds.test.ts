import { describe, expect, it } from '@jest/globals';
import { buildStaticToken } from '../../../src/auth/credentials/tokenProvider.js';
import { ConfigError } from '../../../src/config/ConfigError.js';
import { silentLogger } from '../../../src/observability/logger.js';
import { systemClock } from '../../../src/time/clock.js';
import { type CloudName, cloudNames, clouds, graphScope, mcasScope } from '../../../src/upstream/clouds.js';
import { createUpstreams } from '../../../src/upstream/createUpstreams.js';
import { loadOwnConfig } from '../../support/loadOwnConfig.js';

const env = {
  AUTH: 'none',
  AZURE_TENANT_ID: '7f5c0d1a-0000-4000-8000-000000000001',
  AZURE_CLIENT_ID: '7f5c0d1a-0000-4000-8000-000000000002',
  AZURE_CLIENT_SECRET: 'secret',
};

/** States of the upstreams that a gateway of this cloud has. */
async function statesIn(cloud: CloudName): Promise<Record<string, string>> {
  const token = buildStaticToken('Bearer', 'token');
  const { upstreams, stop } = createUpstreams(loadOwnConfig({ ...env, CLOUD: cloud }).upstream, {
    clock: systemClock,
    logger: silentLogger,
    random: Math.random,
    credentials: { graph: token, mcas: token },
  });
  const states = Object.values(upstreams).map((upstream) => [upstream.name, upstream.status().state]);
  await stop();
  return Object.fromEntries(states);
}

describe('a cloud', () => {
  it.each([
    ['global', 'https://graph.microsoft.com', 'https://login.microsoftonline.com'],
    ['usgov', 'https://graph.microsoft.us', 'https://login.microsoftonline.us'],
    ['usgovdod', 'https://dod-graph.microsoft.us', 'https://login.microsoftonline.us'],
    ['china', 'https://microsoftgraph.chinacloudapi.cn', 'https://login.chinacloudapi.cn'],
  ] as const)('%s has its Graph root, its authority, and tokens for that root', (cloud, graphUrl, authorityHost) => {
    const { upstream } = loadOwnConfig({ ...env, CLOUD: cloud });
    expect(upstream).toMatchObject({ cloud, graphUrl, credential: { authorityHost } });
    expect([clouds[cloud].graphUrl, graphScope(cloud)]).toEqual([graphUrl, `${graphUrl}/.default`]);
  });

  it('gives way to a Graph root and an authority that are set', () => {
    const overrides = { GRAPH_URL: 'http://127.0.0.1:9', AZURE_AUTHORITY_HOST: 'https://localhost:8' };
    const { upstream } = loadOwnConfig({ ...env, CLOUD: 'usgov', ...overrides });
    expect(upstream).toMatchObject({
      graphUrl: 'http://127.0.0.1:9',
      credential: { authorityHost: 'https://localhost:8' },
    });
  });

  it('is one of those that exist', () => {
    expect(cloudNames).toEqual(Object.keys(clouds));
    expect(() => loadOwnConfig({ ...env, CLOUD: 'germany' })).toThrow(ConfigError);
  });

  it('does not change the resource of Cloud Apps, whose application is the same everywhere', () => {
    expect(mcasScope).toBe('05a65629-4c1b-48c1-a78b-804c4abdd4af/.default');
  });

  it.each(['global', 'usgov', 'usgovdod'] as const)('%s has every part of Graph', async (cloud) => {
    expect(await statesIn(cloud)).toMatchObject({
      GRAPH_SECURITY: 'OK',
      GRAPH_IDENTITY_PROTECTION: 'OK',
      GRAPH_DIRECTORY: 'OK',
    });
  });

  it('china has the directory alone', async () => {
    expect(await statesIn('china')).toMatchObject({
      GRAPH_SECURITY: 'NOT_CONFIGURED',
      GRAPH_IDENTITY_PROTECTION: 'NOT_CONFIGURED',
      GRAPH_DIRECTORY: 'OK',
    });
  });
});
