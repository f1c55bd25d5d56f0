import type { LedgerEntry } from './startStack.js';
import { otherApplication, type VirtualTenant } from './virtualTenant.js';

/** A limit that the upstreams document, each counted for itself. */
export type Budget = 'security' | 'identity' | 'directory' | 'mcas';

export interface Cost {
  readonly units: number;
  /** Part of what the upstream allows in that time, to all applications together where it counts them together. */
  readonly share: number;
}

/** Units that the upstream allows in a second. Alerts, incidents and scores are taken to share one budget. */
const allowedPerSecond: Readonly<Record<Budget, number>> = {
  security: 150 / 60,
  identity: 1,
  directory: 3_500 / 10,
  mcas: 30 / 60,
};

const budgetOf: Readonly<Record<string, Budget>> = {
  alerts: 'security',
  incidents: 'security',
  scores: 'security',
  identity: 'identity',
  directory: 'directory',
  mcas: 'mcas',
};

export interface Span {
  /** Epoch milliseconds of the tenant's clock, inclusive. */
  readonly from: number;
  /** Exclusive. */
  readonly to: number;
}

/** What the gateway's calls of a time cost. */
export class UpstreamCost {
  private constructor(
    private readonly entries: readonly LedgerEntry[],
    private readonly seconds: number,
  ) {}

  static async read(tenant: VirtualTenant, { from, to }: Span): Promise<UpstreamCost> {
    const ledger = await tenant.control<LedgerEntry[]>('GET', '/_control/requests');
    const ours = ledger.filter(({ time, clientRequestId }) => {
      const at = Date.parse(time);
      return at >= from && at < to && clientRequestId !== otherApplication;
    });
    return new UpstreamCost(ours, (to - from) / 1_000);
  }

  of(budget: Budget): Cost {
    const units = this.entries
      .filter(({ area }) => budgetOf[area] === budget)
      .reduce((sum, entry) => sum + entry.units, 0);
    return { units, share: units / (allowedPerSecond[budget] * this.seconds) };
  }

  /** The same of some calls only. */
  only(isMeant: (entry: LedgerEntry) => boolean): UpstreamCost {
    return new UpstreamCost(this.entries.filter(isMeant), this.seconds);
  }

  /** Calls that were not answered with success, as `status path`. */
  get refused(): readonly string[] {
    return this.entries.filter(({ status }) => status >= 400).map(({ status, path }) => `${status} ${path}`);
  }
}
