import type { CredentialConfig, CredentialKind } from '../auth/credentials/config.js';
import { type Cloud, clouds } from '../upstream/clouds.js';
import type { ConfigProblem } from './ConfigError.js';
import type { SettingName, SettingValues } from './settings.js';

type Report = (problem: ConfigProblem) => void;

/**
 * How the gateway signs in, as `UPSTREAM_CREDENTIAL` says or as the `AZURE_…` settings imply (secret before certificate
 * before federated token). Reports all that is missing and then returns undefined.
 */
export function credentialOf(values: SettingValues, report: Report): CredentialConfig | undefined {
  const kind = values.UPSTREAM_CREDENTIAL ?? derivedKind(values);
  if (kind === undefined) {
    requireAll(values, ['AZURE_TENANT_ID', 'AZURE_CLIENT_ID'], report);
    report({
      setting: 'AZURE_CLIENT_SECRET',
      problem:
        'is missing; or set AZURE_CLIENT_CERTIFICATE_PATH, AZURE_FEDERATED_TOKEN_FILE, or UPSTREAM_CREDENTIAL to managed-identity or azure-cli',
    });
    return undefined;
  }
  return requireAll(values, neededBy(kind, values), report) ? build(kind, values) : undefined;
}

function derivedKind(values: SettingValues): CredentialKind | undefined {
  if (values.AZURE_CLIENT_SECRET !== undefined) return 'client-secret';
  if (values.AZURE_CLIENT_CERTIFICATE_PATH !== undefined) return 'client-certificate';
  if (values.AZURE_FEDERATED_TOKEN_FILE !== undefined) return 'workload-identity';
  return undefined;
}

function neededBy(kind: CredentialKind, values: SettingValues): readonly SettingName[] {
  switch (kind) {
    case 'client-secret':
      return ['AZURE_TENANT_ID', 'AZURE_CLIENT_ID', 'AZURE_CLIENT_SECRET'];
    case 'client-certificate':
      return ['AZURE_TENANT_ID', 'AZURE_CLIENT_ID', 'AZURE_CLIENT_CERTIFICATE_PATH'];
    case 'workload-identity':
      return ['AZURE_TENANT_ID', 'AZURE_CLIENT_ID', 'AZURE_FEDERATED_TOKEN_FILE'];
    case 'on-behalf-of':
      return [
        'AZURE_TENANT_ID',
        'AZURE_CLIENT_ID',
        ...(values.AZURE_CLIENT_CERTIFICATE_PATH ? [] : (['AZURE_CLIENT_SECRET'] as const)),
      ];
    case 'managed-identity':
    case 'azure-cli':
      return ['AZURE_TENANT_ID'];
  }
}

function requireAll(values: SettingValues, names: readonly SettingName[], report: Report): boolean {
  const missing = names.filter((name) => values[name] === undefined);
  for (const setting of missing) report({ setting, problem: 'is missing' });
  return missing.length === 0;
}

/** The caller has checked that everything in `neededBy(kind)` is there. */
function build(kind: CredentialKind, values: SettingValues): CredentialConfig {
  const tenantId = values.AZURE_TENANT_ID ?? '';
  const clientId = values.AZURE_CLIENT_ID ?? '';
  const application = { tenantId, clientId, authorityHost: authorityHostOf(values) };
  const certificatePath = values.AZURE_CLIENT_CERTIFICATE_PATH ?? '';
  const clientSecret = values.AZURE_CLIENT_SECRET;
  switch (kind) {
    case 'client-secret':
      return { kind, ...application, clientSecret: clientSecret ?? '' };
    case 'client-certificate':
      return { kind, ...application, certificatePath };
    case 'workload-identity':
      return { kind, ...application, tokenFilePath: values.AZURE_FEDERATED_TOKEN_FILE ?? '' };
    case 'on-behalf-of':
      return {
        kind,
        ...application,
        proof: clientSecret === undefined ? { kind: 'certificate', certificatePath } : { kind: 'secret', clientSecret },
      };
    case 'managed-identity':
      return { kind, ...(clientId === '' ? {} : { clientId }) };
    case 'azure-cli':
      return { kind, tenantId };
  }
}

/** Host root of the Entra authority: the override, or the cloud's own; empty for a wrong cloud, which is reported by itself. */
export function authorityHostOf(values: SettingValues): string {
  const cloud: Cloud | undefined = clouds[values.CLOUD];
  return values.AZURE_AUTHORITY_HOST ?? cloud?.authorityHost ?? '';
}
