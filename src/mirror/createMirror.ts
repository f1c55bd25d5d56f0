import type { ChangeStore, FeedState } from '../changes/changeStore.js';
import { type Change, type ChangeTopic, changeTopics, type EntityOf } from '../changes/contract.js';
import { sequenceOf } from '../changes/cursor.js';
import type { JournalApplier, JournalBatch } from '../changes/journalApplier.js';
import type { GatewayError } from '../errors/GatewayError.js';
import type { Logger } from '../observability/logger.js';
import type { Clock } from '../time/clock.js';
import type { MirrorReader, Proof, Recalled, RunningMirror } from './contract.js';
import { behindMirror, bypassedMirror } from './refusals.js';
import { TopicMirror } from './TopicMirror.js';

export interface MirrorDeps {
  readonly store: ChangeStore;
  readonly clock: Clock;
  readonly logger: Logger;
  /** How much of the past is kept. */
  readonly days: number;
  /** Topics of which another part of the past is kept; null: all that the feed remembers. */
  readonly daysOf?: { readonly [T in ChangeTopic]?: number | null };
  /** Milliseconds between two whole sweeps of a topic's feed. */
  readonly intervalMs: Readonly<Record<ChangeTopic, number>>;
  /** Topics whose feed takes longer as there is more to read. */
  readonly intervalOf?: { readonly [T in ChangeTopic]?: (feed: FeedState) => number };
  /** Texts under which entities are found without looking at all of them; none where a topic is not named. */
  readonly keysOf?: { readonly [T in ChangeTopic]?: (entity: EntityOf<T>) => readonly string[] };
  /** Rows that may have changed at the upstream together with what an entry tells; until they are swept, nobody gets them. */
  readonly doubtsOf?: (entry: Change) => readonly Doubted[];
  /** Hears of every row that is loaded or changes, with its last update in 100 ns ticks. */
  readonly onRow?: <T extends ChangeTopic>(topic: T, entity: EntityOf<T>, updated: bigint) => void;
  /** Rows kept of each topic. Where there are more, the window begins later. */
  readonly maxRows?: Partial<Record<ChangeTopic, number>>;
}

/** Rows of a topic under a key. */
export interface Doubted {
  readonly topic: ChangeTopic;
  readonly key: string;
}

/** How often the feeds sweep that no setting paces. */
export const defaultSweepIntervalsMs: Readonly<Record<ChangeTopic, number>> = {
  alert: 15_000,
  incident: 15_000,
  riskEvent: 30_000,
  riskyUser: 300_000,
  secureScore: 3_600_000,
};

const maxRowsDefault: Readonly<Record<ChangeTopic, number>> = {
  alert: 200_000,
  incident: 50_000,
  riskEvent: 100_000,
  /** More than the feed reads, so that none is missing while the feed is complete. */
  riskyUser: 150_000,
  secureScore: 1_000,
};

type TopicMirrors = { readonly [T in ChangeTopic]: TopicMirror<T> };

/**
 * The mirror in memory, loaded from the store and kept by the journal. Give its `applier` to the journal's tail before the
 * first look, and stop it after the tail.
 */
export function createMirror(deps: MirrorDeps): RunningMirror {
  const build = <T extends ChangeTopic>(topic: T) =>
    new TopicMirror<T>({
      topic,
      store: deps.store,
      clock: deps.clock,
      logger: deps.logger,
      days: deps.daysOf?.[topic] === undefined ? deps.days : deps.daysOf[topic],
      intervalOf: deps.intervalOf?.[topic] ?? (() => deps.intervalMs[topic]),
      maxRows: deps.maxRows?.[topic] ?? maxRowsDefault[topic],
      keysOf: deps.keysOf?.[topic] ?? (() => []),
      onRow: (entity, updated) => deps.onRow?.(topic, entity, updated),
    });
  const mirrors: TopicMirrors = {
    alert: build('alert'),
    incident: build('incident'),
    riskEvent: build('riskEvent'),
    riskyUser: build('riskyUser'),
    secureScore: build('secureScore'),
  };
  return new MemoryMirror(mirrors, deps.doubtsOf ?? (() => []));
}

class MemoryMirror implements RunningMirror {
  readonly applier: JournalApplier = {
    name: 'mirror',
    apply: (batch) => this.#apply(batch),
    restart: () => {
      this.#applied = undefined;
      for (const topic of changeTopics) this.mirrors[topic].forget();
    },
  };

  /** Sequence of the last entry; the feeds of a look that goes further say more than the rows. */
  #applied: number | undefined;

  constructor(
    private readonly mirrors: TopicMirrors,
    private readonly doubtsOf: (entry: Change) => readonly Doubted[],
  ) {}

  prove<T extends ChangeTopic>(topic: T, reader: MirrorReader): Proof<EntityOf<T>> | undefined {
    const mirror = this.#of(topic);
    const { table, doubts, asOf, coveredFrom } = mirror;
    if (!mayRead(reader) || !mirror.wasCaughtUp(reader.staleMs ?? 0) || !mirror.isComplete) return undefined;
    if (asOf === undefined || coveredFrom === undefined) return undefined;
    const stale = reader.staleMs !== undefined;
    return { asOf, coveredFrom, stale, rows: table, isInDoubt: (keys) => !stale && doubts.concern(keys) };
  }

  recall<T extends ChangeTopic>(topic: T, id: string, reader: MirrorReader): Recalled<EntityOf<T>> | undefined {
    const mirror = this.#of(topic);
    const { table, doubts, asOf } = mirror;
    const row = table.get(id);
    if (!mayRead(reader) || asOf === undefined || row === undefined) return undefined;
    const stale = !mirror.isCaughtUp || doubts.concern(row.keys);
    const willDo = reader.staleMs !== undefined && mirror.wasCaughtUp(reader.staleMs);
    return stale && !willDo && reader.reading !== 'memory' ? undefined : { entity: row.entity, asOf, stale };
  }

  doubt(topic: ChangeTopic, key: string): void {
    this.#of(topic).doubts.add(key);
  }

  refusal(topic: ChangeTopic, reader: MirrorReader): GatewayError {
    return mayRead(reader) ? behindMirror(topic) : bypassedMirror();
  }

  async stop(): Promise<void> {
    await Promise.all(changeTopics.map((topic) => this.mirrors[topic].stop()));
  }

  #apply({ entries, feeds, newest }: JournalBatch): void {
    for (const entry of entries) {
      this.#of(entry.topic).applyEntry(entry);
      for (const { topic, key } of this.doubtsOf(entry)) this.doubt(topic, key);
    }
    const last = entries.at(-1);
    this.#applied = last === undefined ? (this.#applied ?? newest) : sequenceOf(last);
    if (this.#applied < newest) return;
    for (const topic of changeTopics) this.#of(topic).look(feeds[topic], this.#applied);
  }

  #of<T extends ChangeTopic>(topic: T): TopicMirror<T> {
    return this.mirrors[topic];
  }
}

/** The mirror holds what the application sees, so nobody is answered from it on whose behalf we ask. */
function mayRead({ reading, callerAssertion }: MirrorReader): boolean {
  return reading !== 'upstream' && callerAssertion === undefined;
}
