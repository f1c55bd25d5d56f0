import type { Cached, CachePolicy, Filled } from '../../cache/contract.js';
import type { Connection } from '../../schema/types/connection.js';
import type { AnswerWarning, CallScope } from '../../upstream/contract.js';
import { toConnection } from '../paging/connection.js';
import { decodeTimeCursor, encodeCursor, type KeysetPosition, listKeyOf, stableJson } from '../paging/cursor.js';
import { type WalkedPage, walkKeysetPage } from '../paging/keysetWalk.js';
import type { PageRequest } from '../paging/pageArgs.js';
import { type Listing, walkable } from './listing.js';
import type { McasDeps } from './McasDeps.js';
import type { CompiledFilter } from './operators.js';
import { truncatedWarning } from './truncation.js';

/** A list that is kept in the cache page by page. */
export interface TimeListDefinition<W, T> extends Listing<W, T> {
  /** Its resource word names the list in cursors too. */
  readonly policy: CachePolicy;
  /** Tags of a page; dropping one drops the page. */
  readonly tagsOf: (rows: readonly T[]) => readonly string[];
}

export interface ListRequest {
  readonly filter: CompiledFilter;
  readonly page: PageRequest;
  /** Whether `totalCount` is asked for; it costs a call on pages after the first. */
  readonly withTotal: boolean;
}

/** What the cache keeps of one page. */
interface StoredPage<T> extends Omit<WalkedPage<T>, 'asOf'> {
  readonly totalIsFloor: boolean;
}

/** Pages of a list that the upstream orders by time alone and cuts at 100 rows. */
export class TimeList<W, T> {
  readonly #deps: McasDeps;
  readonly #scope: CallScope;
  readonly #definition: TimeListDefinition<W, T>;

  constructor(deps: McasDeps, scope: CallScope, definition: TimeListDefinition<W, T>) {
    this.#deps = deps;
    this.#scope = scope;
    this.#definition = definition;
  }

  /** @throws {UserInputError} when the cursor is not acceptable. */
  async page({ filter, page, withTotal }: ListRequest): Promise<Connection<T>> {
    const { policy } = this.#definition;
    const listKey = listKeyOf(policy.resource, { filters: filter.filters, date: filter.date });
    const after = page.after === undefined ? undefined : decodeTimeCursor(page.after, listKey);
    if (filter.matchesNothing) return this.#toConnection(this.#nothing(), listKey);
    const key = stableJson({ listKey, page, withTotal });
    const cached = await this.#deps.cache.read<StoredPage<T>>(policy, key, this.#scope, (scope) =>
      this.#fill(filter, page.first, after, withTotal, scope),
    );
    for (const warning of cached.value?.warnings ?? []) this.#scope.meter.warning(warning);
    return this.#toConnection(cached, listKey);
  }

  async #fill(
    filter: CompiledFilter,
    first: number,
    after: KeysetPosition | undefined,
    withTotal: boolean,
    scope: CallScope,
  ): Promise<Filled<StoredPage<T>>> {
    const seen = { totalIsFloor: false };
    const list = walkable(this.#deps, scope, filter, this.#definition, ({ moreThanTotal }) => {
      seen.totalIsFloor ||= moreThanTotal;
    });
    const walked = await walkKeysetPage(list, first, after);
    if (walked === undefined) throw new Error('A walk over a list ended without a single read.');
    const { asOf, ...page } = walked;
    const total = after === undefined ? page.total : withTotal ? await this.#countAll(filter, scope, seen) : undefined;
    const warnings: readonly AnswerWarning[] = page.truncated ? [...page.warnings, truncatedWarning] : page.warnings;
    const tags = this.#definition.tagsOf(page.rows);
    return { value: { ...page, warnings, total, totalIsFloor: seen.totalIsFloor }, asOf, tags };
  }

  /** A page after a cursor is read behind a boundary, whose total is not that of the list. */
  async #countAll(
    filter: CompiledFilter,
    scope: CallScope,
    seen: { totalIsFloor: boolean },
  ): Promise<number | undefined> {
    if (!this.#deps.allowance.take(scope)) return undefined;
    const { value } = await this.#deps.upstream.send(this.#definition.call(filter.filters, filter.date, 0), scope);
    seen.totalIsFloor = value.moreThanTotal;
    return value.total;
  }

  #toConnection(cached: Cached<StoredPage<T>>, listKey: string): Connection<T> {
    const page = cached.value ?? emptyPage;
    const { timeOf, idOf } = this.#definition;
    return toConnection<T>({
      rows: page.rows,
      cursorOf: (row) => encodeCursor({ order: timeOf(row) ?? '', id: idOf(row) }, listKey),
      hasNextPage: page.hasNextPage,
      totalCount: page.total ?? null,
      totalCountIsApproximate: page.totalIsFloor && page.total !== undefined,
      info: {
        asOf: cached.asOf,
        source: cached.source,
        stale: cached.stale,
        truncated: page.truncated,
        warnings: page.warnings,
      },
    });
  }

  #nothing(): Cached<StoredPage<T>> {
    const asOf = new Date(this.#deps.clock.now()).toISOString();
    return { value: emptyPage, asOf, stale: false, source: 'CACHE' };
  }
}

const emptyPage: StoredPage<never> = {
  rows: [],
  hasNextPage: false,
  warnings: [],
  truncated: false,
  total: 0,
  totalIsFloor: false,
};
