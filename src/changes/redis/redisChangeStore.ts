import type { Redis, StandingSession } from '../../redis/connection.js';
import { RedisUnavailableError } from '../../redis/redisErrors.js';
import { runScript } from '../../redis/scripts.js';
import type { Clock } from '../../time/clock.js';
import { needsOf, planStep } from '../applyStep.js';
import {
  type ChangeStore,
  type FeedState,
  type FeedStep,
  FencedError,
  type RememberedRow,
  type StepResult,
  type TailPage,
} from '../changeStore.js';
import { type Change, type ChangeTopic, changeTopics, type EntityOf } from '../contract.js';
import { printCursor } from '../cursor.js';
import { makeEpoch } from '../epoch.js';
import { NewsBell } from '../newsBell.js';
import { defaultRetention, type JournalRetention } from '../retention.js';
import { forgetBefore } from './forgetBefore.js';
import { adoptJournal, type JournalLook, lookAtJournal } from './journalScripts.js';
import { buildChangeKeys, type ChangeKeys, topicKeys } from './keys.js';
import { cutIntoPieces, type Piece } from './pieces.js';
import { fromIndexMember, parseEntry, parseFeed, toIndexBound } from './records.js';
import { texts } from './replies.js';
import { scanRows } from './scanRows.js';
import { lookForStep, readHeadsOf, type StepLook } from './stepLook.js';
import { type PieceOutcome, writePiece } from './writePiece.js';

export interface RedisChangeStoreDeps {
  readonly redis: Redis;
  readonly clock: Clock;
  /** In [0, 1); spreads the repetitions of steps that met. */
  readonly random: () => number;
  /** To the minute. Default: a week, 50,000 entries. */
  readonly retention?: JournalRetention;
  /** Dates entries, so that they can grow old. Default: that of Redis, the only one that all instances share. */
  readonly journalClock?: Clock;
}

/** Fewer entries than on disk, because Redis holds all of them in memory: about 7 kB for a change of an alert of 6 kB. */
const redisRetention: JournalRetention = { ...defaultRetention, maxEntries: 50_000 };

/** Steps that touch the same heads at the same time make all but one of them plan again. */
const maxAttempts = 30;
const longestPauseMs = 50;

/** The feed's memory in Redis, shared by all instances of a tenant. It does not own the connection. */
export function createRedisChangeStore(deps: RedisChangeStoreDeps): ChangeStore {
  return new RedisChangeStore(deps);
}

class RedisChangeStore implements ChangeStore {
  readonly #keys: ChangeKeys;
  readonly #exits = new Set<() => void>();
  /** Our own commits are heard of without the way through Redis. */
  readonly #own = new NewsBell();

  constructor(readonly deps: RedisChangeStoreDeps) {
    this.#keys = buildChangeKeys(deps.redis);
  }

  /**
   * Reads, plans and writes only if what was read still stands; else plans again. A write whose answer was lost may have
   * been carried out: the repeated step then finds its own heads, and tells nothing twice.
   * @throws {FencedError} when the lease has passed on.
   * @throws {RedisUnavailableError} when Redis is away.
   */
  async commit(step: FeedStep): Promise<StepResult> {
    const entries: Change[] = [];
    for (let attempt = 1; attempt <= maxAttempts; attempt += 1) {
      const standing = this.deps.redis.standing();
      const outcome = await this.#attempt(standing, step, entries);
      if (outcome === 'fenced') throw new FencedError();
      if (outcome === 'written') {
        this.#own.ring();
        if (step.forgetBefore !== undefined) await this.#forget(standing, step.topic, step.forgetBefore);
        return { entries };
      }
      if (outcome === 'adopt') await this.#adopt(standing);
      else await this.#pause(attempt);
    }
    throw new RedisUnavailableError('CONTENTION');
  }

  async feed(topic: ChangeTopic): Promise<FeedState> {
    const reply = await this.deps.redis.send(['HGET', this.#keys.feeds, topic]);
    return parseFeed(reply === null ? null : String(reply)).value;
  }

  async read(sequence: number, limit: number): Promise<TailPage> {
    const { epoch, newest, length, feeds, entries } = await this.#lookAtJournal(sequence, limit);
    const feedOf = (topic: ChangeTopic) => [topic, parseFeed(feeds.get(topic) ?? null).value] as const;
    return {
      epoch,
      // The journal is dense and only its beginning is trimmed.
      oldest: newest - length + 1,
      newest,
      entries: entries.map((entry) => parseEntry(entry.record, printCursor({ epoch, sequence: entry.sequence }))),
      feeds: Object.fromEntries(changeTopics.map(feedOf)) as Record<ChangeTopic, FeedState>,
    };
  }

  rows<T extends ChangeTopic>(topic: T): AsyncIterable<readonly RememberedRow<T>[]> {
    return scanRows(this.deps.redis, this.#keys.heads(topic), topic);
  }

  async remembered<T extends ChangeTopic>(topic: T, ids: readonly string[]): Promise<readonly RememberedRow<T>[]> {
    const { session } = this.deps.redis.standing();
    const heads = await readHeadsOf(session, this.#keys, topic, [...new Set(ids)]);
    return heads.map(({ value: { id, version, entity } }) => ({ id, version, entity: entity as EntityOf<T> }));
  }

  async versions(topic: ChangeTopic, from: bigint, to: bigint): Promise<ReadonlyMap<string, bigint>> {
    const bounds = [`[${toIndexBound(from)}`, `(${toIndexBound(to)}`];
    const members = texts(await this.deps.redis.send(['ZRANGEBYLEX', this.#keys.versions(topic), ...bounds]));
    return new Map(members.map(fromIndexMember).map(({ id, version }) => [id, version]));
  }

  onNews(listener: () => void): () => void {
    const { redis } = this.deps;
    const exits = [this.#own.listen(listener), redis.listen(this.#keys.news, listener), redis.onConnected(listener)];
    const exit = () => {
      for (const leave of exits) leave();
      this.#exits.delete(exit);
    };
    this.#exits.add(exit);
    return exit;
  }

  async close(): Promise<void> {
    for (const exit of this.#exits) exit();
  }

  async #attempt(standing: StandingSession, step: FeedStep, entries: Change[]): Promise<PieceOutcome['is']> {
    const look = await lookForStep(standing, this.#keys, needsOf(step), step.topic);
    if (look === undefined) return 'adopt';
    const reads = {
      head: (topic: ChangeTopic, id: string) => look.head({ topic, id })?.value,
      feed: (topic: ChangeTopic) => look.feed(topic).value,
      gapCount: (at: bigint) => look.gapCount(at),
    };
    for (const piece of cutIntoPieces(planStep(reads, step), look, step)) {
      const outcome = await this.#write(standing, look, piece, step);
      if (outcome.is !== 'written') return outcome.is;
      entries.push(
        ...piece.entries.map((entry, index) => withCursor(entry, look.epoch, outcome.firstSequence + index)),
      );
    }
    return 'written';
  }

  #write(standing: StandingSession, look: StepLook, piece: Piece, { fence }: FeedStep): Promise<PieceOutcome> {
    const keys = this.#keys;
    const { retention = redisRetention, journalClock } = this.deps;
    const bounds = [retention.maxEntries, retention.maxAgeMs, journalClock?.now() ?? ''];
    return runScript(
      standing.session,
      writePiece,
      [keys.journalState, keys.feeds, keys.journal, keys.minutes, keys.lease, ...topicKeys(keys)],
      [standing.server.runId, look.epoch, fence ?? '', ...bounds, keys.news, ...piece.operations.flat()],
    );
  }

  async #lookAtJournal(sequence: number, limit: number): Promise<JournalLook> {
    const keys = this.#keys;
    for (let attempt = 1; attempt <= maxAttempts; attempt += 1) {
      const standing = this.deps.redis.standing();
      const args = [standing.server.runId, sequence + 1, limit];
      const look = await runScript(
        standing.session,
        lookAtJournal,
        [keys.journalState, keys.feeds, keys.journal],
        args,
      );
      if (look !== undefined) return look;
      await this.#adopt(standing);
    }
    throw new RedisUnavailableError('CONTENTION');
  }

  async #adopt({ session, server }: StandingSession): Promise<void> {
    const { journalState, journal, minutes, news } = this.#keys;
    const epoch = makeEpoch(this.deps.clock.now());
    const args = [server.runId, server.isDurable ? 1 : 0, epoch, news];
    await runScript(session, adoptJournal, [journalState, journal, minutes], args);
  }

  async #pause(attempt: number): Promise<void> {
    await this.deps.clock.sleep(this.deps.random() * Math.min(2 ** attempt, longestPauseMs));
  }

  /** The step is done by then: what this leaves, the next step that forgets will find. */
  async #forget({ session }: StandingSession, topic: ChangeTopic, version: bigint): Promise<void> {
    try {
      await forgetBefore(session, this.#keys, topic, version);
    } catch (error) {
      if (!(error instanceof RedisUnavailableError)) throw error;
    }
  }
}

function withCursor(entry: Change, epoch: string, sequence: number): Change {
  return Object.freeze({ ...entry, cursor: printCursor({ epoch, sequence }) });
}
