import {
  AzureAuthorityHosts,
  AzureCliCredential,
  ClientCertificateCredential,
  ClientSecretCredential,
  ManagedIdentityCredential,
  OnBehalfOfCredential,
  type TokenCredential,
  WorkloadIdentityCredential,
} from '@azure/identity';
import type { CredentialConfig, OnBehalfOfConfig } from './config.js';

/** Entra is asked at most twice per token; whoever waits for it has a deadline of seconds. */
const retryOptions = { maxRetries: 1, retryDelayInMs: 300 };

export type ApplicationCredentialConfig = Exclude<CredentialConfig, OnBehalfOfConfig>;

/** The credential with which the gateway proves itself. Nothing is fetched or read before the first token is asked for. */
export function createCredential(config: ApplicationCredentialConfig): TokenCredential {
  switch (config.kind) {
    case 'client-secret':
      return new ClientSecretCredential(config.tenantId, config.clientId, config.clientSecret, authority(config));
    case 'client-certificate': {
      const { certificatePath, certificatePassword } = config;
      const password = certificatePassword === undefined ? {} : { certificatePassword };
      return new ClientCertificateCredential(
        config.tenantId,
        config.clientId,
        { certificatePath, ...password },
        authority(config),
      );
    }
    case 'workload-identity': {
      const { tenantId, clientId, tokenFilePath } = config;
      return new WorkloadIdentityCredential({ tenantId, clientId, tokenFilePath, ...authority(config) });
    }
    case 'managed-identity':
      return new ManagedIdentityCredential({
        ...(config.clientId === undefined ? {} : { clientId: config.clientId }),
        retryOptions,
      });
    case 'azure-cli':
      return new AzureCliCredential(config.tenantId === undefined ? {} : { tenantId: config.tenantId });
  }
}

/**
 * The credential that exchanges one caller's token.
 * @see https://learn.microsoft.com/en-us/entra/identity-platform/v2-oauth2-on-behalf-of-flow
 */
export function createCallerCredential(config: OnBehalfOfConfig, callerAssertion: string): TokenCredential {
  const { tenantId, clientId, proof } = config;
  const common = { tenantId, clientId, userAssertionToken: callerAssertion, ...authority(config) };
  return proof.kind === 'secret'
    ? new OnBehalfOfCredential({ ...common, clientSecret: proof.clientSecret })
    : new OnBehalfOfCredential({ ...common, certificatePath: proof.certificatePath });
}

const microsoftHosts = new Set(Object.values(AzureAuthorityHosts).map(hostOf));

/** Instance discovery asks Microsoft whether an authority is real; for any other authority it cannot know. */
function authority({ authorityHost }: { readonly authorityHost: string }) {
  const disableInstanceDiscovery = !microsoftHosts.has(hostOf(authorityHost));
  return { authorityHost, retryOptions, ...(disableInstanceDiscovery ? { disableInstanceDiscovery } : {}) };
}

function hostOf(url: string): string {
  return new URL(url).host;
}
