/** How the gateway proves itself to Entra; the words of `UPSTREAM_CREDENTIAL`. */
export const credentialKinds = [
  'client-secret',
  'client-certificate',
  'workload-identity',
  'managed-identity',
  'azure-cli',
  'on-behalf-of',
] as const;
export type CredentialKind = (typeof credentialKinds)[number];

interface Application {
  readonly tenantId: string;
  readonly clientId: string;
  /** Host root of the authority, with `https://`; the cloud's own or an override. */
  readonly authorityHost: string;
}

export interface ClientSecretConfig extends Application {
  readonly kind: 'client-secret';
  readonly clientSecret: string;
}

export interface ClientCertificateConfig extends Application {
  readonly kind: 'client-certificate';
  /** PEM file with certificate and private key. */
  readonly certificatePath: string;
  readonly certificatePassword?: string;
}

export interface WorkloadIdentityConfig extends Application {
  readonly kind: 'workload-identity';
  /** File that the platform refreshes with the federated token. */
  readonly tokenFilePath: string;
}

export interface ManagedIdentityConfig {
  readonly kind: 'managed-identity';
  /** A user-assigned identity; the system-assigned one when absent. */
  readonly clientId?: string;
}

export interface AzureCliConfig {
  readonly kind: 'azure-cli';
  readonly tenantId?: string;
}

/** Exchanges each caller's token for one of the upstream; proves the application by secret or by certificate. */
export interface OnBehalfOfConfig extends Application {
  readonly kind: 'on-behalf-of';
  readonly proof:
    | { readonly kind: 'secret'; readonly clientSecret: string }
    | { readonly kind: 'certificate'; readonly certificatePath: string };
}

export type CredentialConfig =
  | ClientSecretConfig
  | ClientCertificateConfig
  | WorkloadIdentityConfig
  | ManagedIdentityConfig
  | AzureCliConfig
  | OnBehalfOfConfig;
