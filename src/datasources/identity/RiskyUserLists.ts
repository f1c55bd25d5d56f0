import type { Cache, Filled } from '../../cache/contract.js';
import type { RiskyUserFilter } from '../../schema/inputs/riskyUserFilter.input.js';
import type { Connection } from '../../schema/types/connection.js';
import type { RiskyUser, RiskyUserHistoryItem } from '../../schema/types/riskyUser.type.js';
import type { Clock } from '../../time/clock.js';
import type { AnswerWarning, CallScope, Upstream } from '../../upstream/contract.js';
import { listKeyOf } from '../paging/cursor.js';
import { orWhileAway } from '../paging/mirroredPage.js';
import type { PageRequest } from '../paging/pageArgs.js';
import { toRowsInfo } from '../paging/rowsInfo.js';
import type { PendingRisk } from './actions/PendingRisk.js';
import { readRows, riskyUserHistoryCall, riskyUsersCall } from './calls.js';
import type { CompiledFilter } from './conditions.js';
import { compileRiskyUserFilter } from './filters.js';
import type { ListedRows, MirroredRisk } from './MirroredRisk.js';
import { checkCursor, NewestFirst } from './newestFirst.js';
import { riskyUserHistoryPolicy, riskyUsersPolicy } from './policies.js';
import { truncationWarning } from './truncation.js';
import { unlessUnknown } from './unlessUnknown.js';

/** Upstream pages of 500 rows that one list may cost. */
const maxPages = 4;

interface StoredRows<T> {
  readonly rows: readonly T[];
  readonly whole: boolean;
}

const usersByChange = new NewestFirst<RiskyUser>((user) => user.riskLastUpdatedDateTime);
const itemsByChange = new NewestFirst<RiskyUserHistoryItem>((item) => item.riskLastUpdatedDateTime);

/** Risky users as a list, and the history of one. The upstream sorts nothing and filters no times: lists are read whole. */
export class RiskyUserLists {
  constructor(
    private readonly upstream: Upstream,
    private readonly cache: Cache,
    private readonly clock: Clock,
    private readonly scope: CallScope,
    private readonly pending: PendingRisk,
    /** What is proved, and what stands in while the upstream is away. */
    private readonly kept: Readonly<Record<'mirrored' | 'lastKnown', MirroredRisk>>,
  ) {}

  /**
   * Risky users, latest changed first.
   * @throws {UserInputError} when filter or cursor are not acceptable.
   */
  async page(filter: RiskyUserFilter | null | undefined, page: PageRequest): Promise<Connection<RiskyUser>> {
    const compiled = compileRiskyUserFilter(filter);
    const key = listKeyOf('riskyUsers', filter ?? {});
    checkCursor(page, key);
    const { mirrored, lastKnown } = this.kept;
    const { rows: read, info } =
      mirrored.riskyUsers(compiled) ??
      (await orWhileAway(this.#readList(compiled, key), () => lastKnown.riskyUsers(compiled)));
    const rows = this.#withOwnActions(read, compiled);
    return usersByChange.page(rows, page, { key, totalCount: info.truncated ? null : rows.length, info });
  }

  /**
   * How the risk of a user changed, latest first; empty when the user never was at risk.
   * @throws {UserInputError} when the id cannot be one.
   */
  async history(id: string): Promise<readonly RiskyUserHistoryItem[]> {
    const call = riskyUserHistoryCall(id);
    const key = id.toLowerCase();
    const cached = await this.cache.read<StoredRows<RiskyUserHistoryItem>>(
      riskyUserHistoryPolicy,
      key,
      this.scope,
      async (scope) => {
        const read = await unlessUnknown(readRows(call, this.upstream, scope, maxPages));
        if (read === null) return { value: null, asOf: this.#now() };
        const value = { rows: itemsByChange.sort(read.rows), whole: read.whole };
        return { value, asOf: read.asOf, tags: [`riskyUser:${key}`] };
      },
    );
    if (cached.value?.whole === false) this.#warn(`the history beyond ${maxPages} pages`);
    return cached.value?.rows ?? [];
  }

  async #readList(filter: CompiledFilter<RiskyUser>, key: string): Promise<ListedRows<RiskyUser>> {
    const cached = await this.cache.read<StoredRows<RiskyUser>>(riskyUsersPolicy, key, this.scope, (scope) =>
      this.#fillList(filter, scope),
    );
    const { rows, whole } = cached.value ?? { rows: [], whole: true };
    const warnings = whole ? [] : [this.#warn(`the risky users beyond ${maxPages} pages of 500 rows`)];
    return { rows, info: toRowsInfo(cached, warnings) };
  }

  async #fillList(filter: CompiledFilter<RiskyUser>, scope: CallScope): Promise<Filled<StoredRows<RiskyUser>>> {
    if (filter.matchesNothing) return { value: { rows: [], whole: true }, asOf: this.#now() };
    const odata = filter.terms.length === 0 ? undefined : filter.terms.join(' and ');
    const read = await readRows(riskyUsersCall(odata), this.upstream, scope, maxPages);
    const rows = usersByChange.sort(read.rows.filter(filter.matches));
    return { value: { rows, whole: read.whole }, asOf: read.asOf, tags: ['riskyUsers'] };
  }

  /** Rows as our own actions left them, without those that no longer belong into the list. */
  #withOwnActions(read: readonly RiskyUser[], filter: CompiledFilter<RiskyUser>): readonly RiskyUser[] {
    const rows = read.map((row) => this.pending.apply(row.id, row) ?? row);
    if (rows.every((row, index) => row === read[index])) return read;
    return usersByChange.sort(rows.filter(filter.matches));
  }

  #warn(missing: string): AnswerWarning {
    const warning = truncationWarning(this.upstream.name, missing);
    this.scope.meter.warning(warning);
    return warning;
  }

  #now(): string {
    return new Date(this.clock.now()).toISOString();
  }
}
