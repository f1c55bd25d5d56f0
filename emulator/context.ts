import type { Delegations } from './authority/delegations.js';
import type { EmulatorSwitches } from './switches.js';
import type { Row, Tenant } from './tenant/Tenant.js';

/** The application and tenant that the emulator's own credentials name. */
export interface EmulatorIdentity {
  readonly tenantId: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** Legacy API token of Defender for Cloud Apps (`Authorization: Token …`). */
  readonly mcasToken: string;
}

/** Host roots without a trailing slash, known once the four servers listen. */
export interface EmulatorUrls {
  readonly graph: string;
  readonly mcas: string;
  readonly authority: string;
  readonly control: string;
}

/** The tenant's time. Everything that the emulated services call "now" comes from here. */
export interface EmulatorClock {
  /** Milliseconds since 1970, moved by the control route and still when frozen. */
  now(): number;
  /** `now()` as the services print it: UTC with seven fraction digits. */
  timestamp(): string;
  /** Milliseconds that never stand still and never go back; advancing the clock advances them. For limits. */
  elapsedMs(): number;
  advance(ms: number): void;
  set(nowMs: number): void;
  freeze(frozen: boolean): void;
}

/** Which server answered. */
export type LedgerUpstream = 'graph' | 'mcas' | 'authority';

/** The part of an upstream that one budget, or one scripted fault, is about. */
export type Area =
  | 'alerts'
  | 'incidents'
  | 'scores'
  | 'identity'
  | 'directory'
  | 'subscriptions'
  | 'batch'
  | 'other'
  | 'mcas'
  | 'authority';

/** One call that the emulator answered. */
export interface LedgerEntry {
  readonly upstream: LedgerUpstream;
  readonly area: Area;
  readonly method: string;
  /** Path with query, as received. */
  readonly path: string;
  readonly status: number;
  /** When the answer left, by the emulator's clock. */
  readonly time: string;
  readonly clientRequestId: string | null;
  readonly appId: string | null;
  /** True for a part of a `$batch`; the envelope has an entry of its own. */
  readonly batchPart: boolean;
  /** Units of the area's budget: 1, or the directory's resource units; 0 for a `$batch` envelope. */
  readonly units: number;
}

/** Remembers what was called. */
export interface Ledger {
  add(entry: LedgerEntry): void;
  entries(): readonly LedgerEntry[];
  clear(): void;
}

/** Verdict of a budget about one more call. */
export type LimitVerdict =
  | { readonly allowed: true; readonly usedFraction: number }
  | {
      readonly allowed: false;
      readonly usedFraction: number;
      /** Seconds until the next call may pass, with decimals. */
      readonly retryAfterSeconds: number;
      /** Name of the limit that refused. */
      readonly limit: string;
    };

/** One documented limit. */
export interface Limit {
  /** Takes `units` if they are left; a refusal may still count, as the service at hand has it. */
  take(key: string, units?: number): LimitVerdict;
  /** Uses `units` up as another application of the tenant would. */
  consume(key: string, units: number): void;
  reset(): void;
}

/** The budgets of the tenant. */
export interface Limits {
  /** Alerts, incidents and scores: 150 calls in 60 s for an application and tenant. Key: `appId/tenantId`. */
  readonly security: Limit;
  /** Incidents, when they do not share the budget above. Key: `appId/tenantId`. */
  readonly incidents: Limit;
  /** Identity protection: 1 call a second for a tenant, all applications together. Key: tenant id. */
  readonly identity: Limit;
  /** Directory resource units in 10 s for an application and tenant. Key: `appId/tenantId`. */
  readonly directory: Limit;
  /** Writes to subscriptions: 1,000 in 20 s for an application and tenant. Key: `appId/tenantId`. */
  readonly subscriptions: Limit;
  /** Defender for Cloud Apps: 30 calls in 60 s for a tenant. Key: tenant id. */
  readonly mcas: Limit;
  /** Secure scores in flight, at most 4 for an application and tenant; `undefined` when a fifth is refused. */
  enterScores(key: string): (() => void) | undefined;
  reset(): void;
}

/** Claims of a token that this emulator's authority signed. */
export interface TokenClaims {
  readonly aud: string;
  readonly iss: string;
  readonly tid: string;
  /** Client id of the calling application (`appid` in v1 tokens, `azp` in v2 tokens). */
  readonly appId: string;
  readonly oid: string;
  /** Application permissions. */
  readonly roles: readonly string[];
  /** Delegated permissions. */
  readonly scopes: readonly string[];
  readonly userPrincipalName: string | null;
  /** Seconds since 1970. */
  readonly exp: number;
}

/** Why an access token was not accepted. */
export type TokenProblem = 'empty' | 'malformed' | 'badSignature' | 'expired' | 'wrongAudience' | 'wrongTenant';

export type TokenVerdict =
  | { readonly ok: true; readonly claims: TokenClaims }
  | { readonly ok: false; readonly problem: TokenProblem };

/** Checks access tokens. */
export interface Tokens {
  /**
   * Checks signature, expiry, tenant and audience of the bearer token in an `Authorization` header's value.
   * @param audiences Accepted `aud` values, compared without case and without a trailing slash.
   */
  verify(authorization: string | undefined, audiences: readonly string[]): Promise<TokenVerdict>;
}

/** Collections whose changes can be subscribed, or that other parts of the emulator follow. */
export type ChangedCollection =
  | 'alerts'
  | 'legacyAlerts'
  | 'incidents'
  | 'users'
  | 'riskDetections'
  | 'riskyUsers'
  | 'controlProfiles'
  | 'mcasAlerts';

/** One change of a row. Whoever writes to a collection of the tenant publishes it. */
export interface TenantChange {
  readonly collection: ChangedCollection;
  readonly id: string;
  readonly changeType: 'created' | 'updated' | 'deleted';
  /** The row before the change, for reads that lag behind writes. */
  readonly before?: Row;
}

/** Tells the emulator's parts about changes: change notifications and write lag hang on it. */
export interface Changes {
  publish(change: TenantChange): void;
  /** @returns a function that ends the listening. */
  listen(listener: (change: TenantChange) => void): () => void;
}

/** What every part of the emulator is handed. Routes must read `tenant` at each call: a reset replaces it. */
export interface EmulatorContext {
  readonly tenant: Tenant;
  readonly identity: EmulatorIdentity;
  readonly urls: EmulatorUrls;
  readonly clock: EmulatorClock;
  readonly switches: EmulatorSwitches;
  readonly ledger: Ledger;
  readonly limits: Limits;
  readonly tokens: Tokens;
  readonly delegations: Delegations;
  readonly changes: Changes;
  /** A seeded source of randomness in [0, 1). */
  random(): number;
}

/** Application id of Defender for Cloud Apps in Entra: the audience of its tokens. */
export const mcasResourceId = '05a65629-4c1b-48c1-a78b-804c4abdd4af';
