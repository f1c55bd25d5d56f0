import type { ConfigProblem } from './ConfigError.js';
import { authorityHostOf } from './credentialOf.js';
import { isRouter } from './joinedOf.js';
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

type Report = (problem: ConfigProblem) => void;

/** Access tokens name their tenant by id (`tid`), never by domain. */
const guid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Who may call. Reports what is wrong or missing. */
export function authOf(values: SettingValues, report: Report): AuthConfig {
  return values.AUTH === 'none' ? openAuth(values, report) : entraAuth(values, report);
}

function openAuth(values: SettingValues, report: Report): AuthConfig {
  if (values.HOST !== undefined && !isLoopback(values.HOST)) {
    report({
      setting: 'AUTH',
      problem: `is none, which is allowed only while HOST is a loopback address (it is ${JSON.stringify(values.HOST)})`,
    });
  }
  if (actsForCallers(values)) {
    report({
      setting: 'UPSTREAM_CREDENTIAL',
      problem: "is on-behalf-of, which needs callers' tokens, so AUTH has to be entra",
    });
  }
  return { mode: 'none', principal: values.SIMULATED ? 'demo' : 'local' };
}

function entraAuth(values: SettingValues, report: Report): AuthConfig {
  const audiences = values.AUTH_AUDIENCE ?? [];
  const tenants = values.AUTH_TENANTS ?? (values.AZURE_TENANT_ID === undefined ? [] : [values.AZURE_TENANT_ID]);
  if (tenants.some((id) => !guid.test(id))) {
    report({
      setting: 'AUTH_TENANTS',
      problem: 'has to list tenant ids (GUIDs); its default is AZURE_TENANT_ID, which may be a domain',
    });
  }
  // With our own data AZURE_TENANT_ID is needed anyway, and its absence is reported as such.
  if (tenants.length === 0 && isRouter(values)) {
    report({ setting: 'AUTH_TENANTS', problem: 'is missing (needed while AUTH is entra and LOCAL_SUBGRAPH is false)' });
  }
  if (audiences.length === 0) report({ setting: 'AUTH_AUDIENCE', problem: 'is missing (needed while AUTH is entra)' });
  return {
    mode: 'entra',
    audiences,
    tenants,
    authorityHost: authorityHostOf(values),
    ...(values.AUTH_ISSUER === undefined ? {} : { issuer: values.AUTH_ISSUER }),
    keepAssertion: actsForCallers(values),
  };
}

/** Without our own data nothing is asked of Microsoft, on whosever behalf. */
function actsForCallers(values: SettingValues): boolean {
  return values.UPSTREAM_CREDENTIAL === 'on-behalf-of' && !isRouter(values);
}
