import DataLoader from 'dataloader';
import type { Cache, Filled } from '../../cache/contract.js';
import { isOutage } from '../../cache/outage.js';
import type { RiskyUser } from '../../schema/types/riskyUser.type.js';
import type { Clock } from '../../time/clock.js';
import type { CallScope, Upstream } from '../../upstream/contract.js';
import { crowdOf } from '../crowd/crowdOf.js';
import type { ReadRows } from './calls.js';
import { riskyUserPolicy, tenantRiskyUsersPolicy } from './policies.js';
import { buildRiskyUsersCrowd, type FoundRiskyUser } from './riskyUsersCrowd.js';
import { TenantRows } from './TenantRows.js';

/** Whom a risky user is looked up for. With the name, users wanted together share calls; without it each is a call. */
export interface RiskyUserKey {
  readonly id: string;
  readonly userPrincipalName?: string | null;
}

/** Somebody who never was at risk is kept like everybody else, so that an outage does not make them unknown. */
interface StoredRiskyUser {
  readonly user: RiskyUser | null;
}

/** Risky users joined to accounts. Users wanted at the same time, by whatever operation, share calls. */
export class RiskyUserReader {
  readonly #loader: DataLoader<RiskyUserKey, RiskyUser | null, string>;

  readonly #rows: TenantRows<RiskyUser>;

  constructor(
    readonly upstream: Upstream,
    private readonly cache: Cache,
    readonly clock: Clock,
    private readonly scope: CallScope,
  ) {
    this.#rows = new TenantRows(cache, tenantRiskyUsersPolicy, ['riskyUsers']);
    this.#loader = new DataLoader((keys) => this.#load(keys), {
      cacheKeyFn: (key) => key.id.toLowerCase(),
      batchScheduleFn: (dispatch) => setImmediate(dispatch),
    });
  }

  /**
   * The risky user of an account, or null when it never was at risk.
   * @throws {UserInputError} when the id cannot be one.
   */
  find(key: RiskyUserKey): Promise<RiskyUser | null> {
    return this.#loader.load(key);
  }

  async #load(keys: readonly RiskyUserKey[]): Promise<(RiskyUser | null | Error)[]> {
    const wanted = new Map(keys.map((key) => [key.id.toLowerCase(), key]));
    const found = await this.cache.readMany<StoredRiskyUser>(
      riskyUserPolicy,
      [...wanted.keys()],
      this.scope,
      (missing, scope) =>
        this.#fill(
          missing.flatMap((id) => wanted.get(id) ?? []),
          scope,
        ),
    );
    return Promise.all(
      keys.map(async ({ id }) => {
        const cached = found.get(id.toLowerCase());
        return cached instanceof Error ? this.#standIn(id, cached) : (cached?.value?.user ?? null);
      }),
    );
  }

  /** Somebody who could not be asked for is answered from what was last known of the tenant, if anything was. */
  async #standIn(id: string, error: Error): Promise<RiskyUser | null | Error> {
    if (!isOutage(error)) return error;
    try {
      const { value, asOf } = await this.#rows.standIn(error, this.scope);
      return findUser(id, { rows: value ?? [], asOf }).user;
    } catch {
      return error;
    }
  }

  async #fill(
    keys: readonly RiskyUserKey[],
    scope: CallScope,
  ): Promise<ReadonlyMap<string, Filled<StoredRiskyUser> | Error>> {
    const recent = await this.#rows.recent(scope);
    if (recent !== undefined)
      return new Map(keys.map(({ id }) => [id.toLowerCase(), toFilled(id, findUser(id, recent))]));
    const { upstream, clock } = this;
    const rows = this.#rows;
    const crowd = crowdOf(this, 'riskyUser.ofUser', scope.accessScope, () =>
      buildRiskyUsersCrowd({ upstream, clock, rows }),
    );
    const wants = keys.map(({ id, userPrincipalName }) => ({
      key: id.toLowerCase(),
      id,
      userPrincipalName: userPrincipalName || undefined,
    }));
    const found = await crowd.read(wants, scope);
    return new Map([...found].map(([id, read]) => [id, read instanceof Error ? read : toFilled(id, read)]));
  }
}

function findUser(id: string, { rows, asOf }: Pick<ReadRows<RiskyUser>, 'rows' | 'asOf'>): FoundRiskyUser {
  return { user: rows.find((row) => row.id.toLowerCase() === id.toLowerCase()) ?? null, asOf };
}

function toFilled(id: string, { user, asOf }: FoundRiskyUser): Filled<StoredRiskyUser> {
  return { value: { user }, asOf, tags: [`riskyUser:${id.toLowerCase()}`] };
}
