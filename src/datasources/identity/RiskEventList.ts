import type { Cache, Cached } from '../../cache/contract.js';
import type { RiskEventFilter } from '../../schema/inputs/riskEventFilter.input.js';
import type { Connection } from '../../schema/types/connection.js';
import type { RiskEvent } from '../../schema/types/riskEvent.type.js';
import type { Clock } from '../../time/clock.js';
import { compareInstants, fromTicks, toTicks } from '../../time/instant.js';
import type { CallScope, Upstream } from '../../upstream/contract.js';
import { type KeysetPosition, listKeyOf, stableJson } from '../paging/cursor.js';
import type { PageRequest } from '../paging/pageArgs.js';
import { toRowsInfo } from '../paging/rowsInfo.js';
import { readRows, riskDetectionsCall } from './calls.js';
import type { CompiledFilter } from './conditions.js';
import { compileRiskEventFilter } from './filters.js';
import { checkCursor, NewestFirst } from './newestFirst.js';
import { riskEventsPolicy, tenantSizePolicy } from './policies.js';
import { truncationWarning } from './truncation.js';

/** Upstream pages of 500 rows that one list may cost. */
const maxPages = 4;
const hourTicks = 36_000_000_000n;
/** Candidate windows back from now, in hours: 1 and 6 hours, then 1, 3, 10, 30 and 90 days. */
const windowHours = [1n, 6n, 24n, 72n, 240n, 720n, 2_160n];

/** Rows of one read as they are cached, sorted and checked against the filter. */
export interface StoredRiskEvents {
  readonly rows: readonly RiskEvent[];
  readonly whole: boolean;
  readonly pages: number;
}

const byDetection = new NewestFirst<RiskEvent>((event) => event.detectedDateTime);

/**
 * The tenant's risk events, latest detected first. The upstream sorts nothing, so a first page alone proves nothing
 * about what is newest, unless it is the only one. Otherwise it still proves that some recent window holds enough rows:
 * the smallest such window is read to its end, and its newest rows are the newest of all.
 */
export class RiskEventList {
  constructor(
    private readonly upstream: Upstream,
    private readonly cache: Cache,
    private readonly clock: Clock,
  ) {}

  /** @throws {UserInputError} when filter or cursor are not acceptable. */
  async page(
    filter: RiskEventFilter | null | undefined,
    page: PageRequest,
    scope: CallScope,
  ): Promise<Connection<RiskEvent>> {
    const compiled = compileRiskEventFilter(filter);
    const key = listKeyOf('riskEvents', filter ?? {});
    const position = checkCursor(page, key);
    const cached = await this.#readEnough({ key, compiled }, page.first, position, scope);
    const { rows, whole, isWindow } = cached.value ?? { rows: [], whole: true, isWindow: false };
    const warnings = whole
      ? []
      : [truncationWarning(this.upstream.name, `the risk events beyond ${maxPages} pages of 500 rows`)];
    for (const warning of warnings) scope.meter.warning(warning);
    const totalCount = whole && !isWindow ? rows.length : null;
    return byDetection.page(rows, page, { key, totalCount, info: toRowsInfo(cached, warnings) });
  }

  /** All risk events of the tenant, if an earlier read showed that they take fewer than `pages` upstream pages. */
  async wholeTenantBelow(pages: number, scope: CallScope): Promise<Cached<StoredRiskEvents> | undefined> {
    const size = await this.cache.read<number>(tenantSizePolicy, 'pages', scope, async () => ({
      value: null,
      asOf: this.#now(),
    }));
    if (size.value === null || size.value >= pages) return undefined;
    const cached = await this.#read(everything, undefined, size.value === 1 ? 1 : maxPages, scope);
    return cached.value?.whole === true ? cached : undefined;
  }

  async #readEnough(
    list: FilteredList,
    first: number,
    position: KeysetPosition | undefined,
    scope: CallScope,
  ): Promise<Cached<StoredRiskEvents & { readonly isWindow: boolean }>> {
    if (list.compiled.matchesNothing) return withWindow(this.#nothing(), false);
    const sample = await this.#read(list, undefined, 1, scope);
    if (sample.value === null || sample.value.whole) return withWindow(sample, false);
    const since = windowWith(first + 1, byDetection.after(sample.value.rows, position), sample.asOf);
    if (since !== undefined) {
      const window = await this.#read(list, since, maxPages, scope);
      const found = byDetection.after(window.value?.rows ?? [], position).length;
      if (found > first || window.value?.whole === false) return withWindow(window, true);
    }
    return withWindow(await this.#read(list, undefined, maxPages, scope), false);
  }

  #read(
    list: FilteredList,
    since: string | undefined,
    limit: number,
    scope: CallScope,
  ): Promise<Cached<StoredRiskEvents>> {
    const key = stableJson({ list: list.key, since, limit });
    return this.cache.read<StoredRiskEvents>(riskEventsPolicy, key, scope, async (fillScope) => {
      const terms = [...list.compiled.terms, ...(since === undefined ? [] : [`detectedDateTime ge ${since}`])];
      const call = riskDetectionsCall(terms.length === 0 ? undefined : terms.join(' and '));
      const read = await readRows(call, this.upstream, fillScope, limit);
      if (read.whole && terms.length === 0) await this.#rememberSize(read.pages, read.asOf, fillScope);
      const rows = byDetection.sort(read.rows.filter(list.compiled.matches));
      return { value: { rows, whole: read.whole, pages: read.pages }, asOf: read.asOf, tags: ['riskEvents'] };
    });
  }

  #nothing(): Cached<StoredRiskEvents> {
    return { value: { rows: [], whole: true, pages: 0 }, asOf: this.#now(), stale: false, source: 'CACHE' };
  }

  #now(): string {
    return new Date(this.clock.now()).toISOString();
  }

  #rememberSize(pages: number, asOf: string, scope: CallScope): Promise<void> {
    return this.cache.write<number>(tenantSizePolicy, 'pages', scope.accessScope, { value: pages, asOf });
  }
}

interface FilteredList {
  readonly key: string;
  readonly compiled: CompiledFilter<RiskEvent>;
}

const everything: FilteredList = { key: listKeyOf('riskEvents', {}), compiled: compileRiskEventFilter(undefined) };

function withWindow(
  cached: Cached<StoredRiskEvents>,
  isWindow: boolean,
): Cached<StoredRiskEvents & { readonly isWindow: boolean }> {
  return { ...cached, value: cached.value === null ? null : { ...cached.value, isWindow } };
}

/** Start of the smallest window that certainly holds `wanted` rows, judged by a sample of them; `undefined` when none does. */
function windowWith(wanted: number, sample: readonly RiskEvent[], now: string): string | undefined {
  const nowTicks = toTicks(now);
  const proof = sample[wanted - 1]?.detectedDateTime;
  if (nowTicks === undefined || !proof) return undefined;
  return windowHours
    .map((hours) => fromTicks(nowTicks - hours * hourTicks))
    .find((since) => compareInstants(since, proof) <= 0);
}
