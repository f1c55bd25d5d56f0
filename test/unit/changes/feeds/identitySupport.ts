import type { ChangeStore } from '../../../../src/changes/changeStore.js';
import type { Change } from '../../../../src/changes/contract.js';
import { createIdentityFeeds, type IdentityFeedsDeps } from '../../../../src/changes/feeds/createIdentityFeeds.js';
import { FeedRunner } from '../../../../src/changes/feeds/FeedRunner.js';
import type {
  ListPage,
  ListRead,
  RiskEventSource,
  RiskyUserSource,
} from '../../../../src/changes/feeds/listContract.js';
import { alwaysLeader, type Leadership } from '../../../../src/changes/leadership.js';
import { createMemoryChangeStore } from '../../../../src/changes/memoryChangeStore.js';
import { silentLogger } from '../../../../src/observability/logger.js';
import type { RiskEvent } from '../../../../src/schema/types/riskEvent.type.js';
import type { RiskyUser } from '../../../../src/schema/types/riskyUser.type.js';
import { fromTicks, toTicks } from '../../../../src/time/instant.js';
import { createManualClock, type ManualClock, settle } from '../../cache/manualClock.js';
import { entityOf } from '../entities.js';
import { day, entriesOf } from './support.js';

/** Rows in the order in which they were last written, paged by offset: a row that is written moves, and shifts others. */
class ModelList<R extends { readonly id: string }> {
  readonly upstream = 'GRAPH_IDENTITY_PROTECTION' as const;
  readonly rows = new Map<string, R>();
  /** Calls of every kind, short. */
  readonly calls: string[] = [];
  /** Errors to answer with, one per call. */
  readonly failures: Error[] = [];
  pageSize = 500;
  /** Runs before each answer, so that rows can change between two pages. */
  beforeAnswer: () => void = () => undefined;

  constructor(protected readonly clock: ManualClock) {}

  protected put(row: R): R {
    this.rows.delete(row.id);
    this.rows.set(row.id, row);
    return row;
  }

  protected page(call: string, next: string | undefined, rows: () => readonly R[], top = 500): ListPage<R> {
    this.called(next === undefined ? call : `${call} +${next}`);
    const start = Number(next ?? 0);
    const end = start + Math.min(top, this.pageSize);
    const all = rows();
    const upstreamDate = new Date(Math.floor(this.clock.now() / 1_000) * 1_000).toISOString();
    return { rows: all.slice(start, end), upstreamDate, ...(end < all.length ? { next: String(end) } : {}) };
  }

  protected called(call: string): void {
    this.calls.push(call);
    const failure = this.failures.shift();
    if (failure !== undefined) throw failure;
    this.beforeAnswer();
  }

  async byId(id: string): Promise<R | null> {
    this.called(`byId ${id}`);
    return this.rows.get(id) ?? null;
  }
}

type Fields = Readonly<Record<string, unknown>>;

export class ModelDetections extends ModelList<RiskEvent> implements RiskEventSource {
  /** A detection last updated at an instant; detected then too, unless told otherwise. */
  write(id: string, version: bigint, fields: Fields = {}): RiskEvent {
    const times = { detectedDateTime: fromTicks(version), ...this.rows.get(id), ...fields };
    return this.put(entityOf('riskEvent', version, { ...times, lastUpdatedDateTime: fromTicks(version), id }));
  }

  async read({ from, top, purpose, next }: Parameters<RiskEventSource['read']>[0]): Promise<ListPage<RiskEvent>> {
    const since = () =>
      [...this.rows.values()].filter((row) => (toTicks(row.lastUpdatedDateTime as string) as bigint) >= from);
    return this.page(`${purpose} ${fromTicks(from)}`, next, since, top);
  }
}

export class ModelUsers extends ModelList<RiskyUser> implements RiskyUserSource {
  /** A user whose risk last changed at an instant, or nobody knows when. */
  write(id: string, version: bigint | null, fields: Fields = {}): RiskyUser {
    const time = { riskLastUpdatedDateTime: version === null ? null : fromTicks(version) };
    const names = { userPrincipalName: `${id}@contoso.com`, userDisplayName: null };
    return this.put(entityOf('riskyUser', version ?? 0n, { ...names, ...this.rows.get(id), ...fields, ...time, id }));
  }

  async read({ purpose, next }: ListRead): Promise<ListPage<RiskyUser>> {
    return this.page(`${purpose} snapshot`, next, () => [...this.rows.values()]);
  }

  async named(names: readonly string[]): Promise<readonly RiskyUser[]> {
    this.called(`named ${names.join(' ')}`);
    return [...this.rows.values()].filter(({ userPrincipalName }) => names.includes(userPrincipalName ?? ''));
  }
}

export interface IdentityOptions extends Partial<IdentityFeedsDeps> {
  readonly leadership?: Leadership;
}

/** Feeds over a model of Identity Protection; not started. */
export function setUpIdentityFeeds(options: IdentityOptions = {}) {
  const clock = (options.clock as ManualClock | undefined) ?? createManualClock();
  const detections = (options.riskEvents as ModelDetections | undefined) ?? new ModelDetections(clock);
  const users = (options.riskyUsers as ModelUsers | undefined) ?? new ModelUsers(clock);
  const store: ChangeStore = options.store ?? createMemoryChangeStore({ clock });
  const { leadership = alwaysLeader } = options;
  const common = { clock, logger: silentLogger, random: () => 1 };
  const identity = createIdentityFeeds({
    ...common,
    windowMs: 30 * day,
    ownActions: (_id, user) => user,
    ...options,
    riskEvents: detections,
    riskyUsers: users,
    store,
  });
  const runners = identity.feeds.map((feed) => new FeedRunner(feed, { ...common, leadership }));
  return {
    clock,
    detections,
    users,
    store,
    identity,
    told: async (topic: Change['topic']) => (await entriesOf(store, topic)).filter(({ isSilent }) => !isSilent),
    statusOf: (name: string) => runners.find(({ feed }) => feed.name === name)?.status(),
    begin: async () => {
      for (const runner of runners) runner.start();
      await settle(30);
    },
    /** Moves to the next rounds and lets them end. */
    next: async (milliseconds = 30_000) => {
      await clock.advance(milliseconds);
      await settle(30);
    },
    stop: async () => {
      await Promise.all(runners.map((runner) => runner.stop()));
      await identity.stop();
    },
  };
}
