import DataLoader from 'dataloader';
import type { Cache, Cached, CachePolicy, Filled } from '../../cache/contract.js';
import type { Clock } from '../../time/clock.js';
import { compareInstants } from '../../time/instant.js';
import type { AnswerWarning, CallScope, Upstream } from '../../upstream/contract.js';
import { stableJson } from '../paging/cursor.js';
import { type CallAllowance, listActivitiesCall } from './calls.js';
import type { EpochSpan } from './filter.js';
import { groupWants } from './groupWants.js';
import { toMcasActivity } from './map.js';
import { type UserActivities, UserWalk, type UserWant } from './UserWalk.js';

const minutes = 60_000;

const policy: CachePolicy = {
  resource: 'mcasActivitiesOfUser',
  upstream: 'MCAS',
  ttlMs: 2 * minutes,
  staleWhileRevalidateMs: 3 * minutes,
  staleIfErrorMs: 30 * minutes,
  negativeTtlMs: minutes,
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
    const found = await this.deps.cache.readMany<UserActivities>(
      policy,
      [...wantOf.keys()],
      this.scope,
      (keys, scope) =>
        this.fill(
          keys.map((key) => wantOf.get(key)).filter((want) => want !== undefined),
          scope,
        ),
    );
    return wants.map((want) => this.toAnswer(found.get(want.key)));
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
    const groups = await Promise.all(groupWants(wants).map((group) => this.walk(group, scope)));
    return new Map(groups.flatMap((group) => [...group]));
  }

  /** Who has enough when a call fails keeps it; the error is that of the others. */
  private async walk(
    group: readonly UserWant[],
    scope: CallScope,
  ): Promise<Map<string, Filled<UserActivities> | Error>> {
    const walk = new UserWalk(group);
    const failed = new Map<string, Error>();
    let asOf: string | undefined;
    try {
      while (!walk.isDone && this.deps.allowance.take(scope)) {
        const { users, date, skip } = walk.next();
        const answer = await this.deps.upstream.send(
          listActivitiesCall({ 'user.username': { eq: users } }, date, skip),
          scope,
        );
        asOf = asOf === undefined || compareInstants(answer.asOf, asOf) < 0 ? answer.asOf : asOf;
        walk.accept(answer.value.rows.map(toMcasActivity), answer.value.hasNext);
      }
      walk.stop();
    } catch (error) {
      for (const want of walk.unfinished) failed.set(want.key, error as Error);
    }
    const filled = new Map<string, Filled<UserActivities> | Error>(failed);
    for (const [key, value] of walk.results) {
      filled.set(key, asOf === undefined ? new NoCallLeftError() : { value, asOf, tags: ['mcasActivities'] });
    }
    return filled;
  }
}

/** Nothing at all could be asked for a user; unlike a prefix of rows this is not worth keeping. */
class NoCallLeftError extends Error {
  override readonly name = 'NoCallLeftError';
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

export const truncatedWarning: AnswerWarning = {
  code: 'TRUNCATED',
  upstream: 'MCAS',
  message:
    'The calls that one operation may spend on Cloud Apps are used up; the newest activities found so far are shown.',
};

/** Small sizes are kept as they are, because more rows cost more calls; large ones are rounded up, to share entries. */
function sharedSize(need: number): number {
  const step = 25;
  return need <= 12 ? need : Math.ceil(need / step) * step;
}
