import { generateTenant } from './generateTenant.js';
import { loadCaptured } from './loadCaptured.js';

/** One record in the shape that its upstream puts on the wire. */
export type Row = Record<string, unknown>;

/** Everything that the emulated services know about one tenant. Keys are the rows' own ids (`id`, for Cloud Apps `_id`). */
export interface Tenant {
  /** Entra tenant id, a GUID. */
  readonly tenantId: string;
  /** True for rows that were read from captured answers, however old they are. */
  readonly captured: boolean;
  readonly users: Map<string, Row>;
  readonly devices: Map<string, Row>;
  /** Rows of `/security/alerts_v2`. */
  readonly alerts: Map<string, Row>;
  /** Rows of the retired `/security/alerts`, for the sources that it federated. */
  readonly legacyAlerts: Map<string, Row>;
  readonly incidents: Map<string, Row>;
  readonly riskDetections: Map<string, Row>;
  readonly riskyUsers: Map<string, Row>;
  /** Newest first, by user id. */
  readonly riskyUserHistory: Map<string, Row[]>;
  /** One row a day, newest first. */
  readonly secureScores: Map<string, Row>;
  readonly secureScoreControlProfiles: Map<string, Row>;
  readonly activities: Map<string, Row>;
  readonly mcasAlerts: Map<string, Row>;
  readonly mcasEntities: Map<string, Row>;
  readonly subnets: Map<string, Row>;
  readonly files: Map<string, Row>;
  readonly streams: Map<string, Row>;
  /** Number of rows created after the start; makes ids of later rows unique. */
  serial: number;
}

/** What a generated tenant looks like. */
export interface TenantOptions {
  /** Equal seeds and equal `now` give equal tenants. Default `contoso`. */
  readonly seed?: number | string;
  /** Number of alerts in the last 30 days before `now`. Default 300. */
  readonly alerts?: number;
  /** Number of users in the directory. Default 60. */
  readonly users?: number;
  /** Number of Cloud Apps activities in the last 30 days beside those of the attacks. Default 900. */
  readonly activities?: number;
  /** How many users the newest 50 alerts name; outsiders without a directory object come on top. Default 14. */
  readonly usersInNewestAlerts?: number;
  /** Whether one account writes most of the activities, as a script would. Default false. */
  readonly skew?: boolean;
  /** Whether some alerts carry an evidence type that no published schema knows. Default false. */
  readonly unknownEvidence?: boolean;
  /** The instant that the tenant's history ends at. */
  readonly now: Date;
  /** Folder of captured answers that replaces the generated rows. */
  readonly dataDir?: string;
}

/**
 * Builds the tenant that the emulator serves: generated from the seed, or read from `dataDir`.
 * @throws {Error} naming the file, when a captured body cannot be used.
 */
export function createTenant(options: TenantOptions): Tenant {
  return options.dataDir === undefined ? generateTenant(options) : loadCaptured(options.dataDir);
}
