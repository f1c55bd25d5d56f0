import type { CredentialConfig } from '../auth/credentials/config.js';
import { clouds } from '../upstream/clouds.js';
import { type UpstreamConfig, upstreamDefaults } from '../upstream/config.js';
import { type AuthConfig, authOf } from './authOf.js';
import { ConfigError, type ConfigProblem } from './ConfigError.js';
import { credentialOf } from './credentialOf.js';
import { isRouter, type JoinedConfig, joinedOf } from './joinedOf.js';
import { readSettings } from './readSettings.js';
import type { SettingValues } from './settings.js';

export type { AuthConfig };

export interface HttpConfig {
  readonly host: string;
  readonly port: number;
  readonly trustProxy: boolean;
  readonly corsOrigins: readonly string[];
  /** Nobody signs in, so requests have to be addressed to this machine by a name of this machine. */
  readonly loopbackOnly: boolean;
  readonly maxBodyBytes: number;
  readonly requestTimeoutMs: number;
  readonly shutdownGraceMs: number;
  readonly playground: boolean;
  readonly introspection: boolean;
  /** The upstreams are emulated; the playground says so. */
  readonly simulated: boolean;
  /** Every answer carries its upstream cost. */
  readonly costAlways: boolean;
  /** Headers of callers that travel on to joined subgraphs; names in lower case. */
  readonly forwardHeaders: readonly string[];
}

/** What every gateway is told from outside, checked. */
interface ServingConfig {
  readonly http: HttpConfig;
  readonly auth: AuthConfig;
  readonly logLevel: SettingValues['LOG_LEVEL'];
}

/** A gateway that serves our own data, alone or joined with that of others. */
export interface GatewayConfig extends ServingConfig {
  readonly localSubgraph: true;
  /** Absent: our own schema is served as it is. */
  readonly joined?: JoinedConfig;
  readonly tenantId: string;
  readonly upstream: UpstreamConfig;
  readonly alertsDialect: 'v2' | 'legacy';
  readonly pollIntervalMs: number;
  /** 0: no mirror. */
  readonly mirrorDays: number;
  readonly stateDir: string;
  /** Absent: one instance, which keeps its state in `stateDir`. May hold a password. */
  readonly redisUrl?: string;
  /** How Microsoft Graph reaches this gateway, without a slash at the end. Absent: no change notifications. */
  readonly webhookUrl?: string;
}

/** A gateway that serves the data of others only. */
export interface RouterConfig extends ServingConfig {
  readonly localSubgraph: false;
  readonly joined: JoinedConfig;
}

const maxBodyBytes = 1024 * 1024;

/**
 * Reads and checks all settings.
 * @throws {ConfigError} that lists every missing and every wrong setting; secret values are never part of it.
 */
export function loadConfig(env: NodeJS.ProcessEnv): GatewayConfig | RouterConfig {
  const { values, problems: wrong } = readSettings(env);
  const problems: ConfigProblem[] = [...wrong];
  const report = (problem: ConfigProblem) => {
    if (!problems.some(({ setting }) => setting === problem.setting)) problems.push(problem);
  };
  const config = isRouter(values) ? routerOf(values, report) : gatewayOf(values, report);
  if (problems.length > 0 || config === undefined) throw new ConfigError(problems);
  return config;
}

type Report = (problem: ConfigProblem) => void;

/** No setting of Microsoft's APIs, the journal or the mirror plays a part. */
function routerOf(values: SettingValues, report: Report): RouterConfig | undefined {
  const auth = authOf(values, report);
  const joined = joinedOf(values, report);
  if (joined === undefined) return undefined;
  return { localSubgraph: false, joined, http: httpOf(values), auth, logLevel: values.LOG_LEVEL };
}

function gatewayOf(values: SettingValues, report: Report): GatewayConfig | undefined {
  const credential = credentialOf(values, report);
  const auth = authOf(values, report);
  const joined = joinedOf(values, report);
  if (values.WEBHOOK_URL !== undefined && values.UPSTREAM_CREDENTIAL === 'on-behalf-of') {
    report({ setting: 'WEBHOOK_URL', problem: 'needs a credential of the application itself, not on-behalf-of' });
  }
  if (credential === undefined) return undefined;
  return {
    localSubgraph: true,
    ...(joined === undefined ? {} : { joined }),
    tenantId: values.AZURE_TENANT_ID ?? '',
    http: httpOf(values),
    auth,
    upstream: upstreamOf(values, credential),
    alertsDialect: values.GRAPH_ALERTS_DIALECT,
    pollIntervalMs: values.POLL_SECONDS * 1000,
    mirrorDays: values.MIRROR_DAYS,
    stateDir: values.STATE_DIR,
    ...(values.REDIS_URL === undefined ? {} : { redisUrl: values.REDIS_URL }),
    ...(values.WEBHOOK_URL === undefined ? {} : { webhookUrl: values.WEBHOOK_URL }),
    logLevel: values.LOG_LEVEL,
  };
}

function upstreamOf(values: SettingValues, credential: CredentialConfig): UpstreamConfig {
  return {
    cloud: values.CLOUD,
    // A wrong cloud is reported by itself, and what is made here then not used.
    graphUrl: values.GRAPH_URL ?? clouds[values.CLOUD]?.graphUrl ?? '',
    ...(values.MCAS_URL === undefined ? {} : { mcasUrl: values.MCAS_URL }),
    ...(values.MCAS_TOKEN === undefined ? {} : { mcasToken: values.MCAS_TOKEN }),
    identityShare: values.IDENTITY_SHARE,
    mcasShare: values.MCAS_SHARE,
    credential,
    attemptTimeoutMs: upstreamDefaults.attemptTimeoutMs,
    maxAttempts: upstreamDefaults.maxAttempts,
    maxBodyBytes: upstreamDefaults.maxBodyBytes,
  };
}

function httpOf(values: SettingValues): HttpConfig {
  return {
    host: values.HOST,
    port: values.PORT,
    trustProxy: values.TRUST_PROXY,
    corsOrigins: values.CORS_ORIGINS ?? [],
    loopbackOnly: values.AUTH === 'none',
    maxBodyBytes,
    requestTimeoutMs: values.REQUEST_TIMEOUT_MS,
    shutdownGraceMs: values.SHUTDOWN_GRACE_SECONDS * 1000,
    playground: values.PLAYGROUND,
    introspection: values.INTROSPECTION,
    simulated: values.SIMULATED,
    costAlways: values.COST_ALWAYS,
    forwardHeaders: values.FORWARD_HEADERS ?? [],
  };
}
