import { describe, expect, it } from '@jest/globals';
import { ConfigError } from '../../../src/config/ConfigError.js';
import { loadConfig } from '../../../src/config/loadConfig.js';
import { redactedSettings } from '../../../src/config/readSettings.js';

const own = {
  AZURE_TENANT_ID: '8f2c1a52-0000-4000-8000-000000000001',
  AZURE_CLIENT_ID: '8f2c1a52-0000-4000-8000-000000000002',
  AZURE_CLIENT_SECRET: 'hunter2',
  AUTH_AUDIENCE: 'api://gateway',
};

const router = { LOCAL_SUBGRAPH: 'false', SUPERGRAPH: 'supergraph.graphql', AUTH: 'none' };

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

const joinedWith = (...subgraphs: object[]) => ({ ...own, SUBGRAPHS: JSON.stringify(subgraphs) });
const cmdb = { name: 'cmdb', url: 'https://cmdb.example/graphql' };

describe('SUBGRAPHS', () => {
  it('joins services to our own schema', () => {
    const full = {
      ...cmdb,
      headers: { 'x-api-key': 'secret' },
      timeoutMs: 2_000,
      exposeErrors: true,
      subscriptions: 'ws',
      subscriptionsUrl: 'wss://cmdb.example/ws',
    };
    expect(loadConfig(joinedWith(full))).toMatchObject({
      localSubgraph: true,
      joined: { subgraphs: [full], pollIntervalMs: 60_000 },
    });
    expect(loadConfig(own)).not.toHaveProperty('joined');
  });

  it('takes plain http for this machine, and for others where it is allowed', () => {
    const inCluster = { name: 'hr', url: 'http://hr.internal:8080/graphql', allowHttp: true };
    const { joined } = loadConfig(joinedWith({ ...cmdb, url: 'http://127.0.0.1:4001/' }, inCluster));
    expect(joined?.subgraphs).toEqual([
      { name: 'cmdb', url: 'http://127.0.0.1:4001/' },
      { name: 'hr', url: 'http://hr.internal:8080/graphql' },
    ]);
  });

  it.each<[string, object[], RegExp]>([
    ['plain http to other machines', [{ ...cmdb, url: 'http://cmdb.example/graphql' }], /\[0\]\.url.*https/],
    [
      'plain sockets to other machines',
      [{ ...cmdb, subscriptions: 'ws', subscriptionsUrl: 'ws://cmdb.example' }],
      /\[0\]\.subscriptionsUrl/,
    ],
    ['a URL with a password', [{ ...cmdb, url: 'https://me:hunter3@cmdb.example/' }], /\[0\]\.url/],
    ['something that is no URL', [{ ...cmdb, url: 'cmdb' }], /\[0\]\.url/],
    ['a URL of no web service', [{ ...cmdb, url: 'ftp://cmdb.example' }], /\[0\]\.url/],
    ['two of one name', [cmdb, { ...cmdb, url: 'https://other.example' }], /two of one name/],
    ['the name of our own schema', [{ ...cmdb, name: 'security' }], /\[0\]\.name.*own schema/],
    ['a name that could not be one', [{ ...cmdb, name: 'CMDB 1' }], /\[0\]\.name/],
    ['a key that it does not know', [{ ...cmdb, timeout: 5 }], /"timeout"/],
    ['a header of the connection', [{ ...cmdb, headers: { Host: 'other' } }], /\[0\]\.headers\.Host/],
    ['a header with a line break', [{ ...cmdb, headers: { 'x-key': 'a\nb' } }], /\[0\]\.headers\.x-key/],
    ['a timeout beyond all reason', [{ ...cmdb, timeoutMs: 600_000 }], /\[0\]\.timeoutMs/],
    ['an empty list', [], /name a subgraph/],
    [
      'several problems, all at once',
      [
        { ...cmdb, url: 'x' },
        { ...cmdb, name: 'HR', timeoutMs: 1 },
      ],
      /(?=.*\[0\]\.url)(?=.*\[1\]\.name)(?=.*\[1\]\.timeoutMs)/,
    ],
  ])('refuses %s', (_name, subgraphs, problem) => {
    const found = problemsOf(joinedWith(...subgraphs));
    expect(Object.keys(found)).toEqual(['SUBGRAPHS']);
    expect(found.SUBGRAPHS).toMatch(problem);
  });

  it('refuses what is no JSON', () => {
    expect(problemsOf({ ...own, SUBGRAPHS: 'cmdb=https://cmdb.example' }).SUBGRAPHS).toMatch(/list in JSON/);
  });

  it('never tells values of headers or URLs, neither in problems nor in print', () => {
    const wrong = joinedWith(
      { ...cmdb, url: 'http://hidden-host.example', headers: { 'x-key': 'hidden\nvalue' } },
      { ...cmdb, name: 'hr', headers: { 'x-key': 7 } },
    );
    expect(JSON.stringify(problemsOf(wrong))).not.toMatch(/hidden/);
    expect(redactedSettings(wrong).SUBGRAPHS).toBe('(set)');
  });
});

describe('LOCAL_SUBGRAPH=false', () => {
  it('needs nothing of Microsoft', () => {
    expect(loadConfig(router)).toEqual({
      localSubgraph: false,
      joined: { supergraphFile: 'supergraph.graphql', subgraphs: [], pollIntervalMs: 60_000 },
      http: expect.objectContaining({ host: '127.0.0.1', port: 4000 }),
      auth: { mode: 'none', principal: 'local' },
      logLevel: 'info',
    });
  });

  it('needs something to serve', () => {
    const { SUPERGRAPH: _left, ...nothing } = router;
    expect(problemsOf(nothing)).toEqual({ LOCAL_SUBGRAPH: expect.stringMatching(/SUPERGRAPH or SUBGRAPHS/) });
    expect(problemsOf({ ...nothing, SUBGRAPHS: JSON.stringify([cmdb]) })).toEqual({});
  });

  it('needs tenants and audience to check tokens', () => {
    const { AUTH: _none, ...entra } = router;
    expect(Object.keys(problemsOf(entra)).sort()).toEqual(['AUTH_AUDIENCE', 'AUTH_TENANTS']);
    const { AZURE_TENANT_ID: AUTH_TENANTS, AUTH_AUDIENCE } = own;
    expect(loadConfig({ ...entra, AUTH_TENANTS, AUTH_AUDIENCE }).auth).toMatchObject({
      tenants: [AUTH_TENANTS],
      audiences: ['api://gateway'],
      authorityHost: 'https://login.microsoftonline.com',
      keepAssertion: false,
    });
  });

  it('leaves the names of a supergraph file free, that of our own schema too', () => {
    const named = [
      { ...cmdb, name: 'security' },
      { ...cmdb, name: 'Products.V2' },
    ];
    expect(loadConfig({ ...router, SUBGRAPHS: JSON.stringify(named) }).joined?.subgraphs).toEqual(named);
  });

  it('that is neither true nor false is told beside all that is missing', () => {
    expect(Object.keys(problemsOf({ LOCAL_SUBGRAPH: 'maybe' }))).toEqual(
      expect.arrayContaining(['LOCAL_SUBGRAPH', 'AZURE_TENANT_ID', 'AUTH_AUDIENCE']),
    );
  });
});
