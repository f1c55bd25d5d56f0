import type { ChangeStore } from '../../../../src/changes/changeStore.js';
import type { Change, EntityOf } from '../../../../src/changes/contract.js';
import type {
  SliceField,
  SourcePage,
  SourcePaging,
  SourceRead,
  SourceSplit,
  TimedRow,
  TimeOrderedSource,
  TimeOrderedTopic,
} from '../../../../src/changes/feeds/contract.js';
import { createFeeds, type FeedsDeps } from '../../../../src/changes/feeds/createFeeds.js';
import { alwaysLeader } from '../../../../src/changes/leadership.js';
import { createMemoryChangeStore } from '../../../../src/changes/memoryChangeStore.js';
import { silentLogger } from '../../../../src/observability/logger.js';
import { fromTicks, toTicks } from '../../../../src/time/instant.js';
import { createManualClock, type ManualClock, settle } from '../../cache/manualClock.js';
import { entityOf } from '../entities.js';

export const minute = 60_000;
export const hour = 60 * minute;
export const day = 24 * hour;

/** An instant in 100 ns ticks, `offsetMs` after the clock's time. */
export function ticksAt(clock: ManualClock, offsetMs = 0, ticks = 0): bigint {
  return BigInt(clock.now() + offsetMs) * 10_000n + BigInt(ticks);
}

type Row = EntityOf<TimeOrderedTopic>;

/** An upstream that holds rows and answers as Microsoft Graph pages them. */
export class ModelSource<T extends TimeOrderedTopic> implements TimeOrderedSource<T> {
  readonly upstream = 'GRAPH_SECURITY' as const;
  readonly rows = new Map<string, EntityOf<T>>();
  /** Every request, ids and rows alike. */
  readonly requests: (SourceRead & { readonly kind: 'read' | 'ids' })[] = [];
  readonly lookups: string[] = [];
  /** Errors to answer with, one per call. */
  readonly failures: Error[] = [];
  splits: readonly SourceSplit[] = [];
  paging: SourcePaging;
  countsRows = true;
  links = false;
  /** Runs before each answer, so that rows can change between two pages. */
  beforeAnswer: () => void = () => undefined;

  constructor(
    readonly topic: T,
    private readonly clock: ManualClock,
    paging: SourcePaging,
  ) {
    this.paging = paging;
  }

  /** A row last updated at an instant; created then too, unless told otherwise. */
  put(id: string, version: bigint, fields: Readonly<Record<string, unknown>> = {}): EntityOf<T> {
    const times = { createdDateTime: fromTicks(version) };
    const row = entityOf(this.topic, version, { ...times, ...this.rows.get(id), ...fields, ...stamped(version), id });
    this.rows.set(id, row);
    return row;
  }

  async read(request: SourceRead): Promise<SourcePage<EntityOf<T>>> {
    return this.#answer({ ...request, kind: 'read' });
  }

  async ids(request: SourceRead): Promise<SourcePage<TimedRow>> {
    const page = this.#answer({ ...request, kind: 'ids' });
    const rows = page.rows.map(({ id, createdDateTime, lastUpdateDateTime }: Row) => ({
      id,
      createdDateTime,
      lastUpdateDateTime,
    }));
    return { ...page, rows };
  }

  async byId(id: string): Promise<EntityOf<T> | null> {
    this.lookups.push(id);
    this.#fail();
    return this.rows.get(id) ?? null;
  }

  /** Requests for whole rows since the last call, short. */
  takeReads(): [string, string | undefined, number][] {
    const reads = this.requests.filter(({ kind }) => kind === 'read');
    this.requests.length = 0;
    return reads.map(({ from, to, skip }) => [fromTicks(from), to === undefined ? undefined : fromTicks(to), skip]);
  }

  #answer(request: SourceRead & { readonly kind: 'read' | 'ids' }): SourcePage<EntityOf<T>> {
    this.requests.push(request);
    this.#fail();
    this.beforeAnswer();
    const all = [...this.rows.values()].filter((row) => matches(row, request)).sort(byVersion);
    const { pageSize, maxSkip } = this.paging;
    if (request.skip > maxSkip) throw new Error(`$skip=${request.skip} cannot exceed ${maxSkip}`);
    const start = request.next === undefined ? request.skip : Number(request.next);
    const end = start + Math.min(request.top, pageSize);
    return {
      rows: all.slice(start, end),
      upstreamDate: new Date(Math.floor(this.clock.now() / 1_000) * 1_000).toISOString(),
      ...(this.countsRows ? { count: all.length } : {}),
      hasMore: this.countsRows || this.links ? end < all.length : end - start === all.slice(start, end).length,
      ...(this.links && end < all.length ? { next: String(end) } : {}),
    };
  }

  #fail(): void {
    const failure = this.failures.shift();
    if (failure !== undefined) throw failure;
  }
}

function stamped(version: bigint) {
  return { lastUpdateDateTime: fromTicks(version) };
}

/** Rows are never changed in place. */
const versions = new WeakMap<Row, bigint>();

function versionIn(row: Row): bigint {
  const version = versions.get(row) ?? toTicks(row.lastUpdateDateTime ?? '');
  if (version === undefined) throw new Error('A row of the model has no time.');
  versions.set(row, version);
  return version;
}

function byVersion(a: Row, b: Row): number {
  const difference = versionIn(a) - versionIn(b);
  return difference < 0n ? -1 : difference > 0n ? 1 : a.id < b.id ? -1 : 1;
}

function matches(row: Row, { from, to, slice }: SourceRead): boolean {
  const version = versionIn(row);
  if (version < from || (to !== undefined && version > to)) return false;
  const word = (field: SliceField) => (row as unknown as Record<string, unknown>)[field];
  if (slice === undefined) return true;
  const created = toTicks(row.createdDateTime as string) as bigint;
  return (
    slice.values.every((value) =>
      'is' in value ? word(value.field) === value.is : !value.isNoneOf.includes(word(value.field) as string),
    ) &&
    created >= (slice.createdFrom ?? created) &&
    (slice.createdBefore === undefined || created < slice.createdBefore)
  );
}

export interface FeedsOptions extends Partial<FeedsDeps> {
  /** Of alerts. Default: what Microsoft Graph allows. */
  readonly paging?: SourcePaging;
}

/** Feeds over two model upstreams; not started. */
export function setUpFeeds(options: FeedsOptions = {}) {
  const clock = (options.clock as ManualClock | undefined) ?? createManualClock();
  const paging = options.paging ?? { pageSize: 1_000, maxSkip: 500 };
  const alerts = (options.alerts as ModelSource<'alert'> | undefined) ?? new ModelSource('alert', clock, paging);
  const incidents =
    (options.incidents as ModelSource<'incident'> | undefined) ??
    new ModelSource('incident', clock, { pageSize: 50, maxSkip: 500 });
  const store: ChangeStore = options.store ?? createMemoryChangeStore({ clock });
  const feeds = createFeeds({
    logger: silentLogger,
    random: () => 1,
    intervalMs: 15_000,
    windowMs: 30 * day,
    leadership: alwaysLeader,
    ...options,
    alerts,
    incidents,
    clock,
    store,
  });
  return {
    clock,
    alerts,
    incidents,
    store,
    feeds,
    /** Entries of a topic that somebody is told of, in order. */
    told: async (topic: Change['topic'] = 'alert') =>
      (await entriesOf(store, topic)).filter(({ isSilent }) => !isSilent),
    /** Runs the first sweeps. */
    begin: async () => {
      feeds.start();
      await settle(20);
    },
    /** Moves to the next sweeps and lets them end. */
    next: async (milliseconds = 15_000) => {
      await clock.advance(milliseconds);
      await settle(20);
    },
    statusOf: (name: string) => feeds.status().find((status) => status.name === name),
  };
}

export async function entriesOf(store: ChangeStore, topic: Change['topic']): Promise<readonly Change[]> {
  const { entries } = await store.read(0, 1_000_000);
  return entries.filter((entry) => entry.topic === topic);
}

/** What an entry says, short. */
export function brief({ change, id }: Change): [string, string | null] {
  return [change, id];
}
