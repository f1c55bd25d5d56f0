import DataLoader from 'dataloader';
import type { Cached, CachePolicy, Filled } from '../../cache/contract.js';
import type { Connection } from '../../schema/types/connection.js';
import type { MCASActivity } from '../../schema/types/mcasActivity.type.js';
import { compareInstants } from '../../time/instant.js';
import type { AnswerWarning, CallScope } from '../../upstream/contract.js';
import { toConnection } from '../paging/connection.js';
import { decodeTimeCursor, encodeCursor, type KeysetPosition, listKeyOf } from '../paging/cursor.js';
import type { PageRequest } from '../paging/pageArgs.js';
import { mergeRowsInfo, toRowsInfo } from '../paging/rowsInfo.js';
import { listActivitiesCall } from './calls.js';
import type { McasDeps } from './McasDeps.js';
import { toMcasActivity } from './map.js';
import { maxFilterValues } from './operators.js';
import { readAllRows } from './readAllRows.js';

const minutes = 60_000;

/** Activities never change once they are stored, but those that are missing may still come. */
const policy: CachePolicy = {
  resource: 'mcasListedActivity',
  upstream: 'MCAS',
  ttlMs: 30 * minutes,
  staleWhileRevalidateMs: 0,
  staleIfErrorMs: 120 * minutes,
  negativeTtlMs: minutes,
};

type Found = Cached<MCASActivity>;

/**
 * Activities that alerts name by id. All alerts of an operation share calls of 100 ids; what the list does not hold,
 * because it is older than the list reaches or not stored yet, is told as missing and not asked for one by one.
 */
export class AlertActivities {
  readonly #deps: McasDeps;
  readonly #scope: CallScope;
  readonly #loader: DataLoader<string, Found | Error>;

  constructor(deps: McasDeps, scope: CallScope) {
    this.#deps = deps;
    this.#scope = scope;
    this.#loader = new DataLoader(async (ids) => this.#loadMany(ids), { maxBatchSize: maxFilterValues });
  }

  /**
   * One page, newest first.
   * @throws {UserInputError} when the cursor is not acceptable. @throws {UpstreamError} when a call fails.
   */
  async page(alertId: string, ids: readonly string[], page: PageRequest): Promise<Connection<MCASActivity>> {
    const listKey = listKeyOf('mcasActivitiesOfAlert', alertId);
    const after = page.after === undefined ? undefined : decodeTimeCursor(page.after, listKey);
    const found = await Promise.all([...new Set(ids)].map((id) => this.#load(id)));
    const rows = found.flatMap(({ value }) => value ?? []);
    rows.sort((a, b) => newestFirst(positionOf(a), positionOf(b)));
    const following = rows.filter((row) => after === undefined || newestFirst(positionOf(row), after) > 0);
    const warnings = rows.length < found.length ? [missingWarning(found.length - rows.length)] : [];
    for (const warning of warnings) this.#scope.meter.warning(warning);
    const merged = mergeRowsInfo(
      found.map((entry) => toRowsInfo(entry)),
      new Date(this.#deps.clock.now()).toISOString(),
    );
    return toConnection({
      rows: following.slice(0, page.first),
      cursorOf: (row) => encodeCursor(positionOf(row), listKey),
      hasNextPage: following.length > page.first,
      totalCount: rows.length,
      info: { ...merged, warnings },
    });
  }

  async #load(id: string): Promise<Found> {
    const found = await this.#loader.load(id);
    if (found instanceof Error) throw found;
    return found;
  }

  async #loadMany(ids: readonly string[]): Promise<(Found | Error)[]> {
    const found = await this.#deps.cache.readMany<MCASActivity>(policy, ids, this.#scope, (missing, scope) =>
      this.#fill(missing, scope),
    );
    return ids.map((id) => found.get(id) ?? new Error('The cache left out a key.'));
  }

  async #fill(ids: readonly string[], scope: CallScope): Promise<ReadonlyMap<string, Filled<MCASActivity>>> {
    const filters = { 'activity.id': { eq: ids } };
    const { rows, asOf } = await readAllRows(this.#deps, scope, (skip) => listActivitiesCall(filters, {}, skip));
    return new Map(rows.map(toMcasActivity).map((value) => [value.id, { value, asOf }]));
  }
}

/** The order of activities everywhere: by time from late to early, then by id. */
function newestFirst(a: KeysetPosition, b: KeysetPosition): number {
  return compareInstants(b.order, a.order) || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);
}

function positionOf({ timestamp, id }: MCASActivity): KeysetPosition {
  return { order: timestamp ?? '', id };
}

function missingWarning(count: number): AnswerWarning {
  const message = `${count} activities that the alert names are not in the list of Cloud Apps, which reaches back about 30 days.`;
  return { code: 'UPSTREAM_PARTIAL', upstream: 'MCAS', message };
}
