import { credentialKinds } from '../auth/credentials/config.js';
import { cloudNames } from '../upstream/clouds.js';
import {
  flag,
  headerNames,
  hostRoot,
  integer,
  list,
  oneOf,
  optional,
  origins,
  publicUrl,
  redisUrl,
  type Setting,
  secret,
  secureUrl,
  setting,
  share,
  tenant,
  text,
} from './settingKinds.js';

/** Every environment variable that the gateway reads; the README's table is rendered from here. */
export const settings = {
  HOST: setting(text, '127.0.0.1', 'Address to listen on.'),
  PORT: setting(integer(0, 65_535), '4000', 'Port to listen on; 0 takes a free one.'),
  CLOUD: setting(oneOf(cloudNames), 'global', 'Microsoft cloud: picks the authority and the Graph root.'),
  AZURE_TENANT_ID: optional(tenant, 'Entra tenant whose data is served. Required.'),
  AZURE_CLIENT_ID: optional(text, 'App registration that the gateway calls the upstreams as. Required.'),
  AZURE_CLIENT_SECRET: secret(text, 'Client secret of that app registration.'),
  AZURE_CLIENT_CERTIFICATE_PATH: optional(text, 'PEM file with certificate and private key, instead of a secret.'),
  AZURE_FEDERATED_TOKEN_FILE: optional(
    text,
    'File with the federated token of a workload identity, instead of a secret.',
  ),
  AZURE_AUTHORITY_HOST: optional(hostRoot, "Overrides the cloud's sign-in host."),
  UPSTREAM_CREDENTIAL: optional(
    oneOf(credentialKinds),
    'How the gateway signs in; derived from the `AZURE_…` settings that are set.',
  ),
  GRAPH_URL: optional(hostRoot, "Overrides the cloud's Microsoft Graph root, without `/v1.0`."),
  GRAPH_ALERTS_DIALECT: setting(
    oneOf(['v2', 'legacy']),
    'v2',
    'Which alert API is read; the GraphQL type is the same.',
  ),
  MCAS_URL: optional(
    hostRoot,
    'Defender for Cloud Apps root, without `/api/v1`. Unset: its fields answer `UPSTREAM_NOT_CONFIGURED`.',
  ),
  MCAS_TOKEN: secret(text, 'Legacy Cloud Apps API token, for the routes that refuse Entra tokens.'),
  AUTH: setting(
    oneOf(['entra', 'none']),
    'entra',
    'Who may call: verified Entra access tokens, or anybody on this machine (`none`, loopback only).',
  ),
  AUTH_AUDIENCE: optional(list, 'Accepted `aud` of access tokens. Required with `AUTH=entra`.'),
  AUTH_TENANTS: optional(list, 'Tenant ids whose tokens are accepted; default: `AZURE_TENANT_ID`.'),
  AUTH_ISSUER: optional(secureUrl, 'Issuer of access tokens where it is not the authority (ADFS, emulator).'),
  STATE_DIR: setting(
    text,
    './.state',
    'Folder of durable state while `REDIS_URL` is unset: journal of changes, last known rows, webhook secrets.',
  ),
  REDIS_URL: secret(
    redisUrl,
    'Redis that several instances share: `redis://` or, with TLS, `rediss://`. Unset: one instance, state in `STATE_DIR`.',
  ),
  POLL_SECONDS: setting(
    integer(1, 3600),
    '15',
    'Seconds between two reads of changed alerts, and of changed incidents.',
  ),
  MIRROR_DAYS: setting(
    integer(0, 180),
    '30',
    'Days of alerts, incidents and risk that are held in memory, to answer from without a call; 0: none.',
  ),
  IDENTITY_SHARE: setting(share(), '0.8', 'Our part of the tenant-wide Identity Protection limit.'),
  MCAS_SHARE: setting(share(), '0.8', 'Our part of the tenant-wide Cloud Apps limit.'),
  WEBHOOK_URL: optional(
    publicUrl,
    'How Microsoft Graph reaches this gateway from outside; change notifications come to `/webhooks/microsoft-graph` below it. Unset: changes are found by asking only.',
  ),
  LOCAL_SUBGRAPH: setting(
    flag,
    'true',
    'Serve our own data. `false`: only what `SUPERGRAPH` or `SUBGRAPHS` name, and no Microsoft setting is needed.',
  ),
  SUBGRAPHS: secret(
    text,
    'JSON list of services to be joined to one schema: `[{"name":"cmdb","url":"https://…"}]`; further keys in docs/federation.md. May hold secret headers.',
  ),
  SUPERGRAPH: optional(
    text,
    'File with a composed supergraph to be served, watched for changes; its URLs are trusted, plain `http` too. `SUBGRAPHS` then says how to reach services that it names.',
  ),
  SUBGRAPH_POLL_SECONDS: setting(integer(1, 3600), '60', 'Seconds between two looks at the schemas of the subgraphs.'),
  CORS_ORIGINS: optional(origins, 'Browser origins that may call; unset: same origin only.'),
  PLAYGROUND: setting(flag, 'false', 'Serve the playground page on `GET /graphql`.'),
  INTROSPECTION: setting(flag, 'false', 'Answer introspection and `/schema.graphql` to everybody who may query.'),
  SIMULATED: setting(flag, 'false', 'Show in the playground that the data is simulated.'),
  COST_ALWAYS: setting(flag, 'false', 'Put the upstream cost into every answer, not only with `x-gateway-cost: 1`.'),
  FORWARD_HEADERS: optional(
    headerNames,
    'Headers of callers that travel on to joined subgraphs. Name `authorization` or `cookie` only where every subgraph may act as the caller.',
  ),
  LOG_LEVEL: setting(
    oneOf(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']),
    'info',
    'Least severe log lines that are written.',
  ),
  TRUST_PROXY: setting(flag, 'false', 'Believe `X-Forwarded-…` headers of the proxy in front.'),
  REQUEST_TIMEOUT_MS: setting(
    integer(100, 60_000),
    '15000',
    'Milliseconds per operation; operations with joins get twice that, at most 30 s or this if larger.',
  ),
  SHUTDOWN_GRACE_SECONDS: setting(integer(0, 300), '20', 'Seconds that running operations get to finish at shutdown.'),
} as const;

export type SettingName = keyof typeof settings;
export type SettingValues = {
  readonly [Name in SettingName]: (typeof settings)[Name] extends Setting<infer Value> ? Value : never;
};

/** Read by the Node process itself before our code runs; listed so that the table is whole. */
export const runtimeSettings = {
  NODE_EXTRA_CA_CERTS: 'PEM file of further certificate authorities, read by Node at start.',
} as const;
