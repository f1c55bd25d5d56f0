import DataLoader from 'dataloader';
import type { Cache, Filled } from '../../cache/contract.js';
import { toError } from '../../errors/toError.js';
import type { Connection } from '../../schema/types/connection.js';
import type { RiskEvent } from '../../schema/types/riskEvent.type.js';
import type { CallScope, Upstream } from '../../upstream/contract.js';
import { anyOf, chunkForFilter, encodedLength, textLiteral } from '../odata/filterText.js';
import type { RowsInfo } from '../paging/connection.js';
import { listKeyOf } from '../paging/cursor.js';
import type { PageRequest } from '../paging/pageArgs.js';
import { toRowsInfo } from '../paging/rowsInfo.js';
import { listUrlCharacters, readRows, riskDetectionsCall } from './calls.js';
import { checkCursor, NewestFirst } from './newestFirst.js';
import { userRiskEventsPolicy } from './policies.js';
import type { RiskEventList } from './RiskEventList.js';
import { truncationWarning } from './truncation.js';

/** Upstream pages of 500 rows that one filter of up to 15 users may cost. */
const maxPagesPerFilter = 4;

/** All risk events of one user, latest act first, with the truth about them. */
export interface RiskEventsOfUser {
  readonly events: readonly RiskEvent[];
  readonly info: RowsInfo;
}

interface StoredUserEvents {
  readonly events: readonly RiskEvent[];
  readonly whole: boolean;
}

const byActivity = new NewestFirst<RiskEvent>((event) => event.activityDateTime);

/**
 * Risk events joined to users. Users wanted together share one `or` filter per 15 of them; all pages are read, because
 * in unsorted pages a busy user could hide another. When the whole tenant is known to take fewer calls, it is read instead.
 */
export class UserRiskEvents {
  readonly #loader: DataLoader<string, RiskEventsOfUser>;
  /** The upstream's own spelling of the ids, which are otherwise compared in lower case. */
  readonly #spelling = new Map<string, string>();

  constructor(
    private readonly upstream: Upstream,
    private readonly cache: Cache,
    private readonly scope: CallScope,
    private readonly tenant: RiskEventList,
  ) {
    this.#loader = new DataLoader((ids) => this.#load(ids), { batchScheduleFn: (dispatch) => setImmediate(dispatch) });
  }

  of(userId: string): Promise<RiskEventsOfUser> {
    const key = userId.toLowerCase();
    this.#spelling.set(key, userId);
    return this.#loader.load(key);
  }

  /** @throws {UserInputError} when the cursor belongs to another list. */
  async pageOf(userId: string, page: PageRequest): Promise<Connection<RiskEvent>> {
    const key = listKeyOf('user.riskEvents', { userId: userId.toLowerCase() });
    checkCursor(page, key);
    const { events, info } = await this.of(userId);
    return byActivity.page(events, page, { key, totalCount: info.truncated ? null : events.length, info });
  }

  async #load(ids: readonly string[]): Promise<(RiskEventsOfUser | Error)[]> {
    const found = await this.cache.readMany<StoredUserEvents>(userRiskEventsPolicy, ids, this.scope, (missing, scope) =>
      this.#fill(missing, scope),
    );
    const truncation = truncationWarning(
      this.upstream.name,
      `risk events of busy users beyond ${maxPagesPerFilter} pages of 500 rows`,
    );
    const answers = ids.map((id) => {
      const cached = found.get(id);
      if (cached === undefined || cached instanceof Error) return cached ?? new Error('The cache left out a user.');
      const warnings = cached.value?.whole === false ? [truncation] : [];
      return { events: cached.value?.events ?? [], info: toRowsInfo(cached, warnings) };
    });
    if (answers.some((answer) => !(answer instanceof Error) && answer.info.truncated))
      this.scope.meter.warning(truncation);
    return answers;
  }

  async #fill(
    ids: readonly string[],
    scope: CallScope,
  ): Promise<ReadonlyMap<string, Filled<StoredUserEvents> | Error>> {
    const chunks = chunkForFilter(ids, listUrlCharacters, (id) => encodedLength(` or userId eq ${textLiteral(id)}`));
    const tenant = chunks.length > 1 ? await this.tenant.wholeTenantBelow(chunks.length, scope) : undefined;
    if (tenant?.value) return share(ids, tenant.value.rows, true, tenant.asOf);
    const parts = await Promise.all(chunks.map((chunk) => this.#fillChunk(chunk, scope)));
    return new Map(parts.flatMap((part) => [...part]));
  }

  async #fillChunk(
    ids: readonly string[],
    scope: CallScope,
  ): Promise<ReadonlyMap<string, Filled<StoredUserEvents> | Error>> {
    try {
      const filter = anyOf(
        'userId',
        ids.map((id) => this.#spelling.get(id) ?? id),
      );
      const read = await readRows(riskDetectionsCall(filter), this.upstream, scope, maxPagesPerFilter);
      return share(ids, read.rows, read.whole, read.asOf);
    } catch (error) {
      return new Map(ids.map((id) => [id, toError(error)]));
    }
  }
}

/** Deals rows out to the users that they are of. */
function share(
  ids: readonly string[],
  rows: readonly RiskEvent[],
  whole: boolean,
  asOf: string,
): ReadonlyMap<string, Filled<StoredUserEvents>> {
  const byUser = new Map<string, RiskEvent[]>(ids.map((id) => [id, []]));
  for (const event of rows) byUser.get(event.userId?.toLowerCase() ?? '')?.push(event);
  return new Map(
    ids.map((id) => [
      id,
      {
        value: { events: byActivity.sort(byUser.get(id) ?? []), whole },
        asOf,
        tags: ['riskEvents', `riskEvents:user:${id}`],
      },
    ]),
  );
}
