import type { CachePolicy } from '../../../cache/contract.js';
import { mcasIPRangeCategory } from '../../../schema/enums/mcasInventory.enums.js';
import type { MCASIPRangeFilter } from '../../../schema/inputs/mcasIPRange.input.js';
import type { MCASIPRange } from '../../../schema/types/mcasIPRange.type.js';
import type { AnswerWarning, CallScope } from '../../../upstream/contract.js';
import type { KeyedLock } from '../../mutations/KeyedLock.js';
import { stableJson } from '../../paging/cursor.js';
import type { McasDeps } from '../McasDeps.js';
import {
  codeOperators,
  flagOperators,
  hasEmptyList,
  type McasFilters,
  toFilters,
  valueOperators,
} from '../operators.js';
import { readAllRows } from '../readAllRows.js';
import { noCallLeft, truncatedWarning } from '../truncation.js';
import {
  createIPRangeCall,
  deleteIPRangeCall,
  type IPRangeBody,
  listIPRangesCall,
  updateIPRangeCall,
} from './calls.js';
import { toMcasIPRange } from './map.js';
import type { IPRangeWire } from './wire.js';

const minutes = 60_000;

/** Carried by every list of IP ranges. */
const rangesTag = 'mcasIPRanges';

/** IP ranges change seldom, and our own writes drop them. */
const policy: CachePolicy = {
  resource: 'mcasIPRanges',
  upstream: 'MCAS',
  ttlMs: 10 * minutes,
  staleWhileRevalidateMs: 20 * minutes,
  staleIfErrorMs: 120 * minutes,
  negativeTtlMs: minutes,
};

export interface McasIPRangesDeps extends McasDeps {
  /** Of the process: changes to one range wait for each other. */
  readonly locks: KeyedLock;
}

interface StoredRanges {
  readonly ranges: readonly MCASIPRange[];
  readonly warnings: readonly AnswerWarning[];
}

/**
 * IP ranges of Microsoft Defender for Cloud Apps. They are few, so they are read whole: one call for 100.
 * @see https://learn.microsoft.com/en-us/defender-cloud-apps/api-data-enrichment
 */
export class McasIPRangesDataSource {
  readonly #deps: McasIPRangesDeps;
  readonly #scope: CallScope;

  constructor(deps: McasIPRangesDeps, scope: CallScope) {
    this.#deps = deps;
    this.#scope = scope;
  }

  /** By name. @throws {UserInputError} when the upstream cannot ask for a condition. */
  async list(filter?: MCASIPRangeFilter | null): Promise<readonly MCASIPRange[]> {
    const filters = compileFilter(filter ?? {});
    if (hasEmptyList(filter ?? {})) return [];
    const cached = await this.#deps.cache.read<StoredRanges>(
      policy,
      stableJson(filters),
      this.#scope,
      async (scope) => {
        const { rows, asOf, warnings } = await this.#readAll(filters, scope);
        return { value: { ranges: distinct(rows.map(toMcasIPRange)), warnings }, asOf, tags: [rangesTag] };
      },
    );
    for (const warning of cached.value?.warnings ?? []) this.#scope.meter.warning(warning);
    return cached.value?.ranges ?? [];
  }

  /** One range, out of the list of all; null when there is none. */
  async byId(id: string): Promise<MCASIPRange | null> {
    return (await this.list()).find((range) => range.id === id) ?? null;
  }

  /**
   * All ranges as the upstream has them now.
   * @throws {UpstreamError} when a call fails, and when they are too many for the calls of one operation: a range that
   * is not among some of them may still be there.
   */
  async fresh(): Promise<readonly IPRangeWire[]> {
    const { rows, warnings } = await this.#readAll({}, this.#scope);
    if (warnings.includes(truncatedWarning)) throw noCallLeft();
    return rows;
  }

  /** @returns the new id. @throws {UpstreamError} {@link outcomeIsUnknown} tells whether it may have worked. */
  async create(body: IPRangeBody): Promise<string> {
    return (await this.#deps.upstream.send(createIPRangeCall(body), this.#scope)).value;
  }

  /** Replaces everything. @throws {NotFoundError} when there is no such range. @throws {UpstreamError} as {@link create}. */
  async replace(id: string, body: IPRangeBody): Promise<void> {
    await this.#deps.upstream.send(updateIPRangeCall(id, body), this.#scope);
  }

  /** @throws {NotFoundError} when there is no such range. @throws {UpstreamError} as {@link create}. */
  async delete(id: string): Promise<void> {
    await this.#deps.upstream.send(deleteIPRangeCall(id), this.#scope);
  }

  /** Runs work on one range after all other work on it in this process. */
  async alone<T>(id: string, work: () => Promise<T>): Promise<T> {
    return this.#deps.locks.run(`mcasIPRange:${id}`, work);
  }

  /** Makes everybody read the ranges anew. */
  async forget(): Promise<void> {
    await this.#deps.cache.drop([rangesTag]);
  }

  #readAll(filters: McasFilters, scope: CallScope) {
    return readAllRows(this.#deps, scope, (skip) => listIPRangesCall(filters, skip));
  }
}

/** A range that moved while pages were read may be on two of them. */
function distinct(ranges: readonly MCASIPRange[]): MCASIPRange[] {
  return [...new Map(ranges.map((range) => [range.id, range])).values()];
}

function compileFilter(filter: MCASIPRangeFilter): McasFilters {
  return toFilters([
    ['category', codeOperators('category', filter.category, mcasIPRangeCategory)],
    ['tags', valueOperators('tags', filter.tags, false)],
    ['builtIn', flagOperators(filter.builtIn)],
  ]);
}
