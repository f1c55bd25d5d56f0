import DataLoader from 'dataloader';
import type { Cache, Cached, CachePolicy, Filled } from '../../cache/contract.js';
import type { Clock } from '../../time/clock.js';
import type { AnswerWarning, CallScope, Upstream } from '../../upstream/contract.js';
import { crowdOf } from '../crowd/crowdOf.js';
import { stableJson } from '../paging/cursor.js';
import { buildActivitiesCrowd, NoCallLeftError } from './activitiesCrowd.js';
import type { CallAllowance } from './calls.js';
import type { EpochSpan } from './operators.js';
import { truncatedWarning } from './truncation.js';
import type { UserActivities, UserWant } from './UserWalk.js';

const minutes = 60_000;

const policy: CachePolicy = {
  resource: 'mcasActivitiesOfUser',
  upstream: 'MCAS',
  ttlMs: 3 * minutes,
  staleWhileRevalidateMs: 2 * minutes,
  staleIfErrorMs: 30 * minutes,
  negativeTtlMs: minutes,
};

/** Activities are stored within minutes of their time, so that of spans that ended so long ago hardly any is still to come. */
const settledAfterMs = 30 * minutes;
const settledPolicy: CachePolicy = {
  ...policy,
  resource: 'mcasSettledActivitiesOfUser',
  ttlMs: 30 * minutes,
  staleWhileRevalidateMs: 0,
  staleIfErrorMs: 120 * minutes,
};

export interface UserActivitiesDeps {
  readonly upstream: Upstream;
  readonly cache: Cache;
  readonly clock: Clock;
  readonly allowance: CallAllowance;
}

/** Activities of users, folded into the fewest calls; kept per user, span and number of rows. */
export class UserActivitiesLoader {
  private readonly loader: DataLoader<UserWant, Cached<UserActivities>, string>;

  constructor(
    private readonly deps: UserActivitiesDeps,
    private readonly scope: CallScope,
  ) {
    this.loader = new DataLoader(async (wants) => this.loadMany(wants), { cacheKeyFn: (want) => want.key });
  }

  /** @param need Rows wanted; what comes may be more, because near sizes share an entry. */
  async load(userPrincipalName: string, need: number, span: EpochSpan): Promise<Cached<UserActivities>> {
    const size = sharedSize(need);
    const key = stableJson([userPrincipalName.toLowerCase(), size, span]);
    return this.loader.load({ key, userPrincipalName, need: size, span });
  }

  private async loadMany(wants: readonly UserWant[]): Promise<(Cached<UserActivities> | Error)[]> {
    const wantOf = new Map(wants.map((want) => [want.key, want]));
    const settledBefore = this.deps.clock.now() - settledAfterMs;
    const isSettled = ({ span }: UserWant) => span.lte !== undefined && span.lte < settledBefore;
    const unique = [...wantOf.values()];
    const found = await Promise.all([
      this.readMany(
        policy,
        unique.filter((want) => !isSettled(want)),
        wantOf,
      ),
      this.readMany(settledPolicy, unique.filter(isSettled), wantOf),
    ]);
    return wants.map(({ key }) => this.toAnswer(found[0].get(key) ?? found[1].get(key)));
  }

  private async readMany(
    kept: CachePolicy,
    wants: readonly UserWant[],
    wantOf: ReadonlyMap<string, UserWant>,
  ): Promise<ReadonlyMap<string, Cached<UserActivities> | Error>> {
    if (wants.length === 0) return new Map();
    const keys = wants.map(({ key }) => key);
    return this.deps.cache.readMany<UserActivities>(kept, keys, this.scope, (missing, scope) =>
      this.fill(
        missing.map((key) => wantOf.get(key)).filter((want) => want !== undefined),
        scope,
      ),
    );
  }

  private toAnswer(found: Cached<UserActivities> | Error | undefined): Cached<UserActivities> | Error {
    if (found === undefined) return new Error('The cache left out activities of a user.');
    if (!(found instanceof NoCallLeftError)) return found;
    const asOf = new Date(this.deps.clock.now()).toISOString();
    const value = { rows: [], more: true, truncated: true, unattributed: 0 };
    return { value, asOf, stale: false, source: 'UPSTREAM' };
  }

  private async fill(
    wants: readonly UserWant[],
    scope: CallScope,
  ): Promise<ReadonlyMap<string, Filled<UserActivities> | Error>> {
    const { upstream, allowance } = this.deps;
    const crowd = crowdOf(this.deps, 'mcas.activitiesOfUser', scope.accessScope, () => buildActivitiesCrowd(upstream));
    return crowd.read(
      wants.map((want) => ({ ...want, allowance })),
      scope,
    );
  }
}

/** What the client has to know of the rows of one user. */
export function warningsOf(found: UserActivities): AnswerWarning[] {
  const warnings: AnswerWarning[] = [];
  if (found.truncated) warnings.push(truncatedWarning);
  if (found.unattributed > 0) {
    const message = `${found.unattributed} activities name none of the users that were asked for together and were left out.`;
    warnings.push({ code: 'UPSTREAM_PARTIAL', upstream: 'MCAS', message });
  }
  return warnings;
}

/** Small sizes are kept as they are, because more rows cost more calls; large ones are rounded up, to share entries. */
function sharedSize(need: number): number {
  const step = 25;
  return need <= 12 ? need : Math.ceil(need / step) * step;
}
