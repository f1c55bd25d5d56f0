import type { EmulatorSwitchesInput } from './switches.js';

/** How an emulator is started. Everything has a default. */
export interface EmulatorOptions {
  /** Control port; Graph, Cloud Apps and the authority take the three after it. Free ports when absent. */
  readonly port?: number;
  /** Equal seeds give equal tenants. */
  readonly seed?: number | string;
  /** Number of generated alerts. */
  readonly alerts?: number;
  /** Number of generated users. */
  readonly users?: number;
  /** Folder of captured answers that replaces the generated tenant. */
  readonly dataDir?: string;
  /** Alerts appear and change every few seconds. */
  readonly live?: boolean;
  readonly switches?: EmulatorSwitchesInput;
  /** Serves Graph over TLS as well, for clients that talk to nothing else. */
  readonly graphTls?: boolean;
  /** Permissions of the application on Microsoft Graph; all that the emulated paths need, when absent. */
  readonly graphRoles?: readonly string[];
  /** The end of the tenant's generated history; now, when absent. */
  readonly now?: Date;
  /** Epoch milliseconds that the tenant's clock and limits follow instead of the machine's; must never go back. */
  readonly machineMs?: () => number;
  /** Further settings of the generated tenant. */
  readonly tenant?: {
    readonly usersInNewestAlerts?: number;
    readonly unknownEvidence?: boolean;
    readonly skew?: boolean;
  };
}

/** A running emulator. */
export interface Emulator {
  /** Host roots without a trailing slash. */
  readonly graphUrl: string;
  readonly mcasUrl: string;
  readonly authorityUrl: string;
  readonly controlUrl: string;
  readonly tenantId: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** Legacy API token of Cloud Apps. */
  readonly mcasToken: string;
  /** Certificate of the authority's issuer, PEM. `stop()` removes it. */
  readonly caFile: string;
  /** The gateway's settings for this tenant. */
  readonly env: Readonly<Record<string, string>>;
  /** Closes every server and removes what was written. */
  readonly stop: () => Promise<void>;
}
