import type { Cached, CachePolicy, Filled } from '../../cache/contract.js';
import { UserInputError } from '../../errors/GatewayError.js';
import type { Connection } from '../../schema/types/connection.js';
import { compareInstants } from '../../time/instant.js';
import type { AnswerWarning, CallScope, UpstreamCall } from '../../upstream/contract.js';
import { toConnection } from '../paging/connection.js';
import { decodeCursor, encodeCursor, listKeyOf, stableJson } from '../paging/cursor.js';
import type { PageRequest } from '../paging/pageArgs.js';
import { maxSkip } from './calls.js';
import type { McasDeps } from './McasDeps.js';
import type { CompiledFilter, McasFilters } from './operators.js';
import { truncatedWarning } from './truncation.js';
import type { McasPage } from './wireParts.js';

/** One of the upstream's lists that can only be paged by offset. */
export interface OffsetListDefinition<W, T> {
  /** Its resource word names the list in cursors too. */
  readonly policy: CachePolicy;
  readonly call: (filters: McasFilters, skip: number) => UpstreamCall<McasPage<W>>;
  /** `undefined` leaves a row out. */
  readonly map: (wire: W) => T | undefined;
  readonly idOf: (row: T) => string;
}

/** A row and where the list had it. */
interface Placed<T> {
  readonly row: T;
  readonly offset: number;
}

interface StoredPage<T> {
  readonly rows: readonly Placed<T>[];
  readonly hasNextPage: boolean;
  readonly truncated: boolean;
  readonly total: number | undefined;
  readonly warnings: readonly AnswerWarning[];
}

/** Rows read again before a cursor, so that rows removed before it since do not hide their followers. */
const overlap = 10;

/** Pages of a list that has no time to walk by. A cursor is the place of a row and its id, to find it again when it moved. */
export class OffsetList<W, T> {
  readonly #deps: McasDeps;
  readonly #scope: CallScope;
  readonly #definition: OffsetListDefinition<W, T>;

  constructor(deps: McasDeps, scope: CallScope, definition: OffsetListDefinition<W, T>) {
    this.#deps = deps;
    this.#scope = scope;
    this.#definition = definition;
  }

  /** @throws {UserInputError} when the cursor is not acceptable. */
  async page(filter: CompiledFilter, page: PageRequest): Promise<Connection<T>> {
    const { policy } = this.#definition;
    const listKey = listKeyOf(policy.resource, filter.filters);
    const after = page.after === undefined ? undefined : readPlace(page.after, listKey);
    if (filter.matchesNothing) return this.#toConnection(this.#nothing(), listKey);
    const key = stableJson({ listKey, page });
    const cached = await this.#deps.cache.read<StoredPage<T>>(policy, key, this.#scope, (scope) =>
      this.#fill(filter.filters, page.first, after, scope),
    );
    for (const warning of cached.value?.warnings ?? []) this.#scope.meter.warning(warning);
    return this.#toConnection(cached, listKey);
  }

  async #fill(
    filters: McasFilters,
    first: number,
    after: Place | undefined,
    scope: CallScope,
  ): Promise<Filled<StoredPage<T>>> {
    const start = after === undefined ? 0 : Math.min(Math.max(0, after.offset - overlap), maxSkip);
    const reading = new Reading<T>(start, after);
    for (let isFirst = true; !reading.ended && reading.ready().length <= first; isFirst = false) {
      if (!this.#deps.allowance.take(scope) && !isFirst) break;
      const call = this.#definition.call(filters, reading.next);
      const { value, asOf, warnings } = await this.#deps.upstream.send(call, scope);
      reading.add(value, this.#place(value.rows, reading.next), asOf, warnings);
    }
    return { value: reading.page(first), asOf: reading.asOf, tags: [this.#definition.policy.resource] };
  }

  #place(rows: readonly W[], offset: number): (Placed<T> & { readonly id: string })[] {
    return rows.flatMap((wire, index) => {
      const row = this.#definition.map(wire);
      return row === undefined ? [] : [{ row, offset: offset + index, id: this.#definition.idOf(row) }];
    });
  }

  #toConnection(cached: Cached<StoredPage<T>>, listKey: string): Connection<T> {
    const page = cached.value ?? emptyPage;
    const offsets = new Map(page.rows.map(({ row, offset }) => [row, offset]));
    const { idOf } = this.#definition;
    return toConnection<T>({
      rows: page.rows.map(({ row }) => row),
      cursorOf: (row) => encodeCursor({ order: String(offsets.get(row)), id: idOf(row) }, listKey),
      hasNextPage: page.hasNextPage,
      totalCount: page.total ?? null,
      totalCountIsApproximate: page.total !== undefined && cached.value !== emptyPage,
      info: { ...cached, truncated: page.truncated, warnings: page.warnings },
    });
  }

  #nothing(): Cached<StoredPage<T>> {
    const asOf = new Date(this.#deps.clock.now()).toISOString();
    return { value: emptyPage, asOf, stale: false, source: 'CACHE' };
  }
}

interface Place {
  readonly offset: number;
  readonly id: string;
}

const emptyPage: StoredPage<never> = { rows: [], hasNextPage: false, truncated: false, total: 0, warnings: [] };

/** What has been read of a list so far. */
class Reading<T> {
  ended = false;
  asOf = '';
  private readonly known = new Map<string, Placed<T>>();
  private readonly warnings: AnswerWarning[] = [];
  private total: number | undefined;
  private stuck = false;

  constructor(
    public next: number,
    private readonly after: Place | undefined,
  ) {}

  /** A page that brings nothing new means that the upstream ignores the offset: reading on would not end. */
  add(
    { rows, hasNext, total }: McasPage<unknown>,
    placed: readonly (Placed<T> & { readonly id: string })[],
    asOf: string,
    warnings: readonly AnswerWarning[],
  ): void {
    const before = this.known.size;
    for (const { id, row, offset } of placed) if (!this.known.has(id)) this.known.set(id, { row, offset });
    this.next += rows.length;
    this.total ??= total;
    this.warnings.push(...warnings);
    this.asOf = this.asOf === '' || compareInstants(asOf, this.asOf) < 0 ? asOf : this.asOf;
    this.stuck = hasNext && (this.next > maxSkip || (placed.length > 0 && this.known.size === before));
    this.ended = !hasNext || rows.length === 0 || this.stuck;
  }

  /** Rows after the cursor: after the row that it names, or after its place when that row is gone. */
  ready(): readonly Placed<T>[] {
    const rows = [...this.known.values()];
    const { after } = this;
    if (after === undefined) return rows;
    const anchor = this.known.get(after.id);
    if (anchor !== undefined) return rows.slice(rows.indexOf(anchor) + 1);
    return rows.filter(({ offset }) => offset >= after.offset);
  }

  page(first: number): StoredPage<T> {
    const ready = this.ready();
    const truncated = this.stuck || (!this.ended && ready.length <= first);
    return {
      rows: ready.slice(0, first),
      hasNextPage: ready.length > first || (truncated && !this.stuck),
      truncated,
      total: this.total,
      warnings: truncated ? [...this.warnings, truncatedWarning] : this.warnings,
    };
  }
}

/** @throws {UserInputError} when the cursor is not one of this list. */
function readPlace(cursor: string, listKey: string): Place {
  const { order, id } = decodeCursor(cursor, listKey);
  const offset = /^\d{1,4}$/.test(order) ? Number(order) : undefined;
  if (offset !== undefined) return { offset, id };
  throw new UserInputError('The cursor in "after" is not a cursor of this gateway.', { argument: 'after' });
}
