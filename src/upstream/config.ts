import type { CredentialConfig } from '../auth/credentials/config.js';
import type { CloudName } from './clouds.js';

/** What the upstream clients are made from; every value is checked before it comes here. */
export interface UpstreamConfig {
  readonly cloud: CloudName;
  /** Microsoft Graph host root without a version: the cloud's own, or `GRAPH_URL`. */
  readonly graphUrl: string;
  /** Cloud Apps host root; absent: its calls reject with `UPSTREAM_NOT_CONFIGURED`. */
  readonly mcasUrl?: string;
  /** Legacy Cloud Apps API token, for the routes that refuse Entra tokens. */
  readonly mcasToken?: string;
  /** Our part of the tenant-wide limit of identity protection, above 0 and at most 1. */
  readonly identityShare: number;
  /** Our part of the tenant-wide limit of Cloud Apps, above 0 and at most 1. */
  readonly mcasShare: number;
  readonly credential: CredentialConfig;
  /** Longest that one HTTP attempt may take, connection and body included. */
  readonly attemptTimeoutMs: number;
  /** Attempts per call, the first included. */
  readonly maxAttempts: number;
  /** Largest response body that is read. */
  readonly maxBodyBytes: number;
}

/** What applies where no setting says otherwise. */
export const upstreamDefaults = {
  identityShare: 0.8,
  mcasShare: 0.8,
  attemptTimeoutMs: 10_000,
  maxAttempts: 4,
  maxBodyBytes: 8 * 1024 * 1024,
} as const satisfies Partial<UpstreamConfig>;
