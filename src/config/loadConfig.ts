import { clouds } from '../upstream/clouds.js';
import { type UpstreamConfig, upstreamDefaults } from '../upstream/config.js';
import { ConfigError, type ConfigProblem } from './ConfigError.js';
import { authorityHostOf, credentialOf } from './credentialOf.js';
import { readSettings } from './readSettings.js';
import { isLoopback } from './settingKinds.js';
import type { SettingValues } from './settings.js';

export type AuthConfig =
  | { readonly mode: 'none'; readonly principal: 'demo' | 'local' }
  | {
      readonly mode: 'entra';
      readonly audiences: readonly string[];
      readonly tenants: readonly string[];
      readonly authorityHost: string;
      readonly issuer?: string;
      /** Keep callers' tokens, to exchange them (`on-behalf-of`). */
      readonly keepAssertion: boolean;
    };

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
}

/** Everything that the gateway is told from outside, checked. */
export interface GatewayConfig {
  readonly tenantId: string;
  readonly http: HttpConfig;
  readonly auth: AuthConfig;
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
  readonly logLevel: SettingValues['LOG_LEVEL'];
}

const maxBodyBytes = 1024 * 1024;

/** Access tokens name their tenant by id (`tid`), never by domain. */
const guid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/**
 * Reads and checks all settings.
 * @throws {ConfigError} that lists every missing and every wrong setting; secret values are never part of it.
 */
export function loadConfig(env: NodeJS.ProcessEnv): GatewayConfig {
  const { values, problems: wrong } = readSettings(env);
  const problems: ConfigProblem[] = [...wrong];
  const report = (problem: ConfigProblem) => {
    if (!problems.some(({ setting }) => setting === problem.setting)) problems.push(problem);
  };
  const credential = credentialOf(values, report);
  const auth = authOf(values, report);
  if (values.WEBHOOK_URL !== undefined && values.UPSTREAM_CREDENTIAL === 'on-behalf-of') {
    report({ setting: 'WEBHOOK_URL', problem: 'needs a credential of the application itself, not on-behalf-of' });
  }
  if (problems.length > 0 || credential === undefined || auth === undefined) throw new ConfigError(problems);
  return {
    tenantId: values.AZURE_TENANT_ID ?? '',
    http: httpOf(values),
    auth,
    upstream: {
      cloud: values.CLOUD,
      graphUrl: values.GRAPH_URL ?? clouds[values.CLOUD].graphUrl,
      ...(values.MCAS_URL === undefined ? {} : { mcasUrl: values.MCAS_URL }),
      ...(values.MCAS_TOKEN === undefined ? {} : { mcasToken: values.MCAS_TOKEN }),
      identityShare: values.IDENTITY_SHARE,
      mcasShare: values.MCAS_SHARE,
      credential,
      attemptTimeoutMs: upstreamDefaults.attemptTimeoutMs,
      maxAttempts: upstreamDefaults.maxAttempts,
      maxBodyBytes: upstreamDefaults.maxBodyBytes,
    },
    alertsDialect: values.GRAPH_ALERTS_DIALECT,
    pollIntervalMs: values.POLL_SECONDS * 1000,
    mirrorDays: values.MIRROR_DAYS,
    stateDir: values.STATE_DIR,
    ...(values.REDIS_URL === undefined ? {} : { redisUrl: values.REDIS_URL }),
    ...(values.WEBHOOK_URL === undefined ? {} : { webhookUrl: values.WEBHOOK_URL }),
    logLevel: values.LOG_LEVEL,
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
  };
}

function authOf(values: SettingValues, report: (problem: ConfigProblem) => void): AuthConfig | undefined {
  return values.AUTH === 'none' ? openAuth(values, report) : entraAuth(values, report);
}

function openAuth(values: SettingValues, report: (problem: ConfigProblem) => void): AuthConfig {
  if (values.HOST !== undefined && !isLoopback(values.HOST)) {
    report({
      setting: 'AUTH',
      problem: `is none, which is allowed only while HOST is a loopback address (it is ${JSON.stringify(values.HOST)})`,
    });
  }
  if (values.UPSTREAM_CREDENTIAL === 'on-behalf-of') {
    report({
      setting: 'UPSTREAM_CREDENTIAL',
      problem: "is on-behalf-of, which needs callers' tokens, so AUTH has to be entra",
    });
  }
  return { mode: 'none', principal: values.SIMULATED ? 'demo' : 'local' };
}

function entraAuth(values: SettingValues, report: (problem: ConfigProblem) => void): AuthConfig | undefined {
  const audiences = values.AUTH_AUDIENCE ?? [];
  const tenants = values.AUTH_TENANTS ?? (values.AZURE_TENANT_ID === undefined ? [] : [values.AZURE_TENANT_ID]);
  if (tenants.some((id) => !guid.test(id))) {
    report({
      setting: 'AUTH_TENANTS',
      problem: 'has to list tenant ids (GUIDs); its default is AZURE_TENANT_ID, which may be a domain',
    });
  }
  if (audiences.length === 0) report({ setting: 'AUTH_AUDIENCE', problem: 'is missing (needed while AUTH is entra)' });
  return {
    mode: 'entra',
    audiences,
    tenants,
    authorityHost: authorityHostOf(values),
    ...(values.AUTH_ISSUER === undefined ? {} : { issuer: values.AUTH_ISSUER }),
    keepAssertion: values.UPSTREAM_CREDENTIAL === 'on-behalf-of',
  };
}
