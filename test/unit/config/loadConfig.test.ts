import { describe, expect, it } from '@jest/globals';
import { ConfigError } from '../../../src/config/ConfigError.js';
import { loadConfig } from '../../../src/config/loadConfig.js';
import { redactedSettings } from '../../../src/config/readSettings.js';
import { renderSettingsTable } from '../../../src/config/renderSettingsTable.js';
import { loadOwnConfig } from '../../support/loadOwnConfig.js';

const minimal = {
  AZURE_TENANT_ID: '8f2c1a52-0000-4000-8000-000000000001',
  AZURE_CLIENT_ID: '8f2c1a52-0000-4000-8000-000000000002',
  AZURE_CLIENT_SECRET: 'hunter2',
  AUTH_AUDIENCE: 'api://gateway',
};

function problemsOf(env: NodeJS.ProcessEnv): Record<string, string> {
  try {
    loadConfig(env);
  } catch (error) {
    if (error instanceof ConfigError)
      return Object.fromEntries(error.problems.map(({ setting, problem }) => [setting, problem]));
    throw error;
  }
  return {};
}

describe('the defaults', () => {
  it('serve the global cloud on loopback for callers of the own tenant', () => {
    expect(loadConfig(minimal)).toMatchObject({
      tenantId: minimal.AZURE_TENANT_ID,
      http: {
        host: '127.0.0.1',
        port: 4000,
        requestTimeoutMs: 15_000,
        playground: false,
        introspection: false,
        corsOrigins: [],
        loopbackOnly: false,
      },
      auth: {
        mode: 'entra',
        audiences: ['api://gateway'],
        tenants: [minimal.AZURE_TENANT_ID],
        authorityHost: 'https://login.microsoftonline.com',
      },
      upstream: { graphUrl: 'https://graph.microsoft.com', identityShare: 0.8, mcasShare: 0.8 },
      alertsDialect: 'v2',
      pollIntervalMs: 15_000,
      mirrorDays: 30,
      stateDir: './.state',
    });
  });

  it('take the authority and Graph root of the named cloud', () => {
    expect(loadConfig({ ...minimal, CLOUD: 'usgov' })).toMatchObject({
      auth: { authorityHost: 'https://login.microsoftonline.us' },
      upstream: {
        graphUrl: 'https://graph.microsoft.us',
        credential: { authorityHost: 'https://login.microsoftonline.us' },
      },
    });
  });

  it.each([
    ['https://gateway.example', 'https://gateway.example'],
    ['https://gateway.example/security/', 'https://gateway.example/security'],
    ['http://127.0.0.1:4000/', 'http://127.0.0.1:4000'],
  ])('take %s as the address for change notifications', (WEBHOOK_URL, webhookUrl) => {
    expect(loadConfig({ ...minimal, WEBHOOK_URL })).toMatchObject({ webhookUrl });
    expect(loadConfig(minimal)).not.toHaveProperty('webhookUrl');
  });

  it('count an empty variable as absent', () => {
    expect(loadConfig({ ...minimal, PORT: '', MCAS_URL: ' ' }).http.port).toBe(4000);
  });
});

describe('problems', () => {
  it('are listed all at once when nothing is set', () => {
    expect(Object.keys(problemsOf({})).sort()).toEqual([
      'AUTH_AUDIENCE',
      'AZURE_CLIENT_ID',
      'AZURE_CLIENT_SECRET',
      'AZURE_TENANT_ID',
    ]);
  });

  it('name wrong and missing settings together', () => {
    const problems = problemsOf({
      PORT: '99999',
      CLOUD: 'mars',
      GRAPH_URL: 'http://graph.example',
      AUTH: 'none',
      AZURE_TENANT_ID: 'a b',
    });
    expect(Object.keys(problems).sort()).toEqual([
      'AZURE_CLIENT_ID',
      'AZURE_CLIENT_SECRET',
      'AZURE_TENANT_ID',
      'CLOUD',
      'GRAPH_URL',
      'PORT',
    ]);
    expect(problems.PORT).toBe('is "99999", which is not a whole number from 0 to 65535');
    expect(problems.CLOUD).toContain('`usgov`');
  });

  it.each([
    ['PORT', '1.5'],
    ['PORT', '-1'],
    ['POLL_SECONDS', '0'],
    ['IDENTITY_SHARE', '1.2'],
    ['MCAS_SHARE', '0'],
    ['PLAYGROUND', 'yes'],
    ['MCAS_URL', 'https://contoso.portal.cloudappsecurity.com/api/v1'],
    ['MCAS_URL', 'ftp://x'],
    ['GRAPH_URL', 'https://user:pass@graph.example'],
    ['CORS_ORIGINS', 'https://portal.example/path'],
    ['CORS_ORIGINS', '*'],
    ['WEBHOOK_URL', 'http://gateway.example'],
    ['WEBHOOK_URL', 'https://gateway.example/?a=b'],
    ['WEBHOOK_URL', 'https://user@gateway.example'],
    ['WEBHOOK_URL', 'gateway.example'],
    ['LOG_LEVEL', 'loud'],
    ['AUTH_ISSUER', 'http://issuer.example'],
    ['UPSTREAM_CREDENTIAL', 'password'],
    ['REDIS_URL', 'redis.example:6379'],
    ['REDIS_URL', 'https://redis.example'],
    ['REDIS_URL', 'redis://'],
    ['REDIS_URL', 'redis://redis.example/first'],
    ['REDIS_URL', 'redis://redis.example?password=x'],
  ])('include %s=%s', (name, value) => {
    expect(Object.keys(problemsOf({ ...minimal, [name]: value }))).toEqual([name]);
  });

  it('include change notifications on behalf of callers, for whom no feed runs', () => {
    const env = { ...minimal, UPSTREAM_CREDENTIAL: 'on-behalf-of', WEBHOOK_URL: 'https://gateway.example' };
    expect(Object.keys(problemsOf(env))).toEqual(['WEBHOOK_URL']);
  });

  it('ask for tenant ids where the tenant is known by its domain', () => {
    expect(Object.keys(problemsOf({ ...minimal, AZURE_TENANT_ID: 'contoso.onmicrosoft.com' }))).toEqual([
      'AUTH_TENANTS',
    ]);
    const env = { ...minimal, AZURE_TENANT_ID: 'contoso.onmicrosoft.com', AUTH_TENANTS: minimal.AZURE_TENANT_ID };
    expect(loadConfig(env).auth).toMatchObject({ tenants: [minimal.AZURE_TENANT_ID] });
  });

  it('never show a secret', () => {
    const text = JSON.stringify([
      problemsOf({ AZURE_CLIENT_SECRET: 'hunter2', MCAS_TOKEN: 'hunter3', REDIS_URL: 'http://:hunter4@redis.example' }),
      redactedSettings({ ...minimal, MCAS_TOKEN: 'hunter3', REDIS_URL: 'rediss://:hunter4@redis.example' }),
    ]);
    expect(text).not.toMatch(/hunter/);
    expect(text).toContain('(set)');
  });

  it('read as a list for humans', () => {
    expect(() => loadConfig({ ...minimal, PORT: 'x', AUTH_AUDIENCE: '' })).toThrow(
      'The settings cannot be used (2 problems):\n  PORT: is "x", which is not a whole number from 0 to 65535\n  AUTH_AUDIENCE: is missing (needed while AUTH is entra)',
    );
  });
});

describe('REDIS_URL', () => {
  it.each(['redis://127.0.0.1', 'rediss://user:p%40ss@redis.example:6380/2', 'redis://[::1]:6379/'])(
    'takes %s',
    (url) => {
      expect(loadOwnConfig({ ...minimal, REDIS_URL: url }).redisUrl).toBe(url);
    },
  );

  it('may be absent', () => {
    expect(loadConfig(minimal)).not.toHaveProperty('redisUrl');
  });
});

describe('plain http', () => {
  it.each(['http://127.0.0.1:8443', 'http://localhost:8443', 'http://[::1]:8443', 'https://graph.example'])(
    'is accepted for %s',
    (url) => {
      expect(loadOwnConfig({ ...minimal, GRAPH_URL: url }).upstream.graphUrl).toBe(url);
    },
  );

  it.each(['http://localhost.evil.example', 'http://127.0.0.1.evil.example', 'http://10.0.0.1'])(
    'is refused for %s',
    (url) => {
      expect(Object.keys(problemsOf({ ...minimal, GRAPH_URL: url }))).toEqual(['GRAPH_URL']);
    },
  );
});

describe('AUTH=none', () => {
  const open = { ...minimal, AUTH: 'none', AUTH_AUDIENCE: '' };

  it.each(['127.0.0.1', 'localhost', '::1', '127.8.8.8'])('is accepted on %s', (HOST) => {
    expect(loadConfig({ ...open, HOST })).toMatchObject({
      auth: { mode: 'none', principal: 'local' },
      http: { loopbackOnly: true },
    });
  });

  it.each(['0.0.0.0', '::', '10.0.0.1', 'gateway.example', '127.0.0.1.example'])('is refused on %s', (HOST) => {
    expect(Object.keys(problemsOf({ ...open, HOST }))).toEqual(['AUTH']);
  });

  it('names its principal demo while the data is simulated', () => {
    expect(loadConfig({ ...open, SIMULATED: 'true' }).auth).toEqual({ mode: 'none', principal: 'demo' });
  });

  it("is refused where callers' tokens are exchanged", () => {
    expect(Object.keys(problemsOf({ ...open, UPSTREAM_CREDENTIAL: 'on-behalf-of' }))).toEqual(['UPSTREAM_CREDENTIAL']);
  });
});

describe('the upstream credential', () => {
  const { AZURE_CLIENT_SECRET: _, ...base } = minimal;
  const credential = (env: NodeJS.ProcessEnv) => loadOwnConfig({ ...base, ...env }).upstream.credential;

  it('follows from what is set, a secret first', () => {
    expect(credential({ AZURE_CLIENT_SECRET: 's', AZURE_CLIENT_CERTIFICATE_PATH: '/c' }).kind).toBe('client-secret');
    expect(credential({ AZURE_CLIENT_CERTIFICATE_PATH: '/c' })).toMatchObject({
      kind: 'client-certificate',
      certificatePath: '/c',
    });
    expect(credential({ AZURE_FEDERATED_TOKEN_FILE: '/t' })).toMatchObject({
      kind: 'workload-identity',
      tokenFilePath: '/t',
    });
  });

  it('is what is asked for', () => {
    expect(credential({ UPSTREAM_CREDENTIAL: 'managed-identity' })).toEqual({
      kind: 'managed-identity',
      clientId: base.AZURE_CLIENT_ID,
    });
    expect(credential({ UPSTREAM_CREDENTIAL: 'azure-cli' })).toEqual({
      kind: 'azure-cli',
      tenantId: base.AZURE_TENANT_ID,
    });
    expect(credential({ UPSTREAM_CREDENTIAL: 'on-behalf-of', AZURE_CLIENT_SECRET: 's' })).toMatchObject({
      proof: { kind: 'secret', clientSecret: 's' },
    });
  });

  it('needs all its parts', () => {
    expect(Object.keys(problemsOf({ ...base, UPSTREAM_CREDENTIAL: 'client-certificate' }))).toEqual([
      'AZURE_CLIENT_CERTIFICATE_PATH',
    ]);
    expect(Object.keys(problemsOf({ AUTH_AUDIENCE: 'a', UPSTREAM_CREDENTIAL: 'managed-identity' }))).toEqual([
      'AZURE_TENANT_ID',
    ]);
  });
});

describe('the settings table', () => {
  it('has a row for each setting, with default and meaning', () => {
    const table = renderSettingsTable();
    expect(table).toContain('| `PORT` | `4000` | Port to listen on; 0 takes a free one. |');
    expect(table).toContain('| `NODE_EXTRA_CA_CERTS` |');
  });
});

describe('headers that travel on', () => {
  const forwarded = (FORWARD_HEADERS: string) => loadConfig({ ...minimal, FORWARD_HEADERS }).http.forwardHeaders;

  it('are none unless they are named', () => {
    expect(loadConfig(minimal).http.forwardHeaders).toEqual([]);
  });

  it('are named once each, in lower case', () => {
    expect(forwarded('Authorization, x-team,X-Team')).toEqual(['authorization', 'x-team']);
  });

  it.each([
    'Connection',
    'host',
    'content-length',
    'transfer-encoding',
    'X-Gateway-Cost',
    'proxy-authorization',
    'a b',
  ])('are never %s', (name) => {
    expect(problemsOf({ ...minimal, FORWARD_HEADERS: `x-team,${name}` })).toHaveProperty('FORWARD_HEADERS');
  });
});
