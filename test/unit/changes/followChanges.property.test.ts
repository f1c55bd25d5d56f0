import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { ChangeStore, StepResult } from '../../../src/changes/changeStore.js';
import type { Change, ChangeTopic } from '../../../src/changes/contract.js';
import { parseCursor } from '../../../src/changes/cursor.js';
import { createMemoryChangeStore } from '../../../src/changes/memoryChangeStore.js';
import { NewsBell } from '../../../src/changes/newsBell.js';
import { createManualClock, type ManualClock } from '../cache/manualClock.js';
import { live, poll, seen, start } from './entities.js';
import { settle, setUpChanges } from './support.js';

const topics = ['alert', 'riskyUser'] as const;
type Topic = (typeof topics)[number];

/** A live reader that is no further behind than this is never told to read its list again. */
const bound = { maxEntries: 5, maxBytes: 1_000_000 };
const retention = { maxAgeMs: 60_000, maxEntries: 12 };

const action = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constant('commit' as const),
      rows: fc.array(fc.tuple(fc.constantFrom(...topics), fc.nat(3), fc.boolean()), { minLength: 1, maxLength: 4 }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('follow' as const), topic: fc.constantFrom(...topics) }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('resume' as const),
      topic: fc.constantFrom(...topics),
      back: fc.nat(20),
    }),
  },
  {
    weight: 8,
    arbitrary: fc.record({ do: fc.constant('read' as const), who: fc.nat(9), times: fc.integer({ min: 1, max: 4 }) }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('settle' as const), turns: fc.integer({ min: 1, max: 4 }) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('age' as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('newEpoch' as const) }) },
);
type Action = typeof action extends fc.Arbitrary<infer T> ? T : never;

/** The tail goes over to another journal at its newest entry, so that what came before is kept by the store alone. */
const agedBeforeTheTailKnewThem: Action[] = [
  { do: 'newEpoch' },
  {
    do: 'commit',
    rows: [
      ['alert', 0, false],
      ['alert', 0, false],
    ],
  },
  { do: 'resume', topic: 'alert', back: 1 },
  { do: 'commit', rows: [['alert', 0, false]] },
  { do: 'age' },
  { do: 'resume', topic: 'alert', back: 0 },
  { do: 'commit', rows: [['alert', 0, false]] },
];

/** A journal that can be exchanged for an empty one. Remembers everything that was ever committed, by epoch. */
class ExchangeableStore implements ChangeStore {
  readonly log = new Map<string, Change[]>();
  /** Cursors that were given out, newest last. */
  readonly cursors: string[] = [];
  /** Sequence of the oldest entry that is still kept. */
  oldest = 1;
  readonly #news = new NewsBell();
  #store: ChangeStore;

  constructor(readonly clock: ManualClock) {
    this.#store = createMemoryChangeStore({ clock, retention });
  }

  async exchange(): Promise<void> {
    this.#store = createMemoryChangeStore({ clock: this.clock, retention });
    this.oldest = 1;
    this.#news.ring();
  }

  async commit(step: Parameters<ChangeStore['commit']>[0]): Promise<StepResult> {
    const result = await this.#store.commit(step);
    for (const entry of result.entries) {
      const { epoch } = parseCursor(entry.cursor);
      this.log.set(epoch, [...(this.log.get(epoch) ?? []), entry]);
      this.cursors.push(entry.cursor);
    }
    this.oldest = (await this.#store.read(0, 0)).oldest;
    this.#news.ring();
    return result;
  }

  feed(topic: ChangeTopic) {
    return this.#store.feed(topic);
  }
  read(...args: Parameters<ChangeStore['read']>) {
    return this.#store.read(...args);
  }
  rows<T extends ChangeTopic>(topic: T) {
    return this.#store.rows(topic);
  }
  remembered<T extends ChangeTopic>(topic: T, ids: readonly string[]) {
    return this.#store.remembered(topic, ids);
  }
  versions(...args: Parameters<ChangeStore['versions']>) {
    return this.#store.versions(...args);
  }
  onNews(listener: () => void) {
    return this.#news.listen(listener);
  }
  async close(): Promise<void> {}
}

interface Heard {
  readonly change: Change;
  /** Entries before this sequence were gone when it was heard. */
  readonly oldest: number;
  /** How often the tail had started over by then, which is a reason for everybody to begin anew. */
  readonly generation: number;
}

interface Reader {
  readonly topic: Topic;
  readonly from: string;
  /** How often the tail had started over when it began. */
  readonly generation: number;
  readonly follower: AsyncIterableIterator<Change>;
  readonly heard: Heard[];
  pending: Promise<void> | undefined;
}

/** One read more, unless one is waiting already: a slow reader asks only when the schedule lets it. */
function readOnce(reader: Reader, placeNow: () => Omit<Heard, 'change'>): void {
  reader.pending ??= reader.follower.next().then((result) => {
    reader.pending = undefined;
    if (result.done !== true) reader.heard.push({ change: result.value, ...placeNow() });
  });
}

async function play(schedule: readonly Action[]) {
  const clock = createManualClock();
  const store = new ExchangeableStore(clock);
  const journal = await setUpChanges({ clock, store, recent: bound });
  const readers: Reader[] = [];
  let version = start;
  const placeNow = () => ({ oldest: store.oldest, generation: journal.tail.generation });
  const follow = (topic: Topic, after?: string) => {
    const from = after ?? journal.changes.cursor();
    const { generation } = journal.tail;
    readers.push({ topic, from, generation, follower: journal.follow(topic, after), heard: [], pending: undefined });
  };
  const fill = async () => {
    for (const topic of topics) await store.commit(poll({ topic, feed: live }));
  };
  await fill();
  for (const step of schedule) {
    if (step.do === 'commit') {
      const observations = step.rows.map(([topic, id, isRestamped]) => {
        version += 1n;
        return seen(topic, version, { id: `${id}`, rawStatus: isRestamped ? 'same' : `${version}` });
      });
      await store.commit(poll({ observations }));
    } else if (step.do === 'follow') follow(step.topic);
    else if (step.do === 'resume') follow(step.topic, store.cursors.at(-1 - step.back));
    else if (step.do === 'settle') await settle(step.turns);
    else if (step.do === 'age') await clock.advance(retention.maxAgeMs + 1);
    else if (step.do === 'newEpoch') {
      await store.exchange();
      await fill();
    } else {
      const reader = readers[step.who % Math.max(1, readers.length)];
      for (let n = 0; reader !== undefined && n < step.times; n += 1) {
        readOnce(reader, placeNow);
        await settle(1);
      }
    }
  }
  await settle(10);
  for (let round = 0; round < 200 && readers.some(({ pending }) => pending === undefined); round += 1) {
    for (const reader of readers) readOnce(reader, placeNow);
    await settle(2);
  }
  await journal.end();
  return { store, readers, end: journal.changes.cursor() };
}

/** Walks the log beside what the reader heard. */
function checkReader({ topic, from, generation, heard }: Reader, log: ExchangeableStore['log'], end: string): void {
  const behind = (cursor: string) => {
    const { epoch, sequence } = parseCursor(cursor);
    return (log.get(epoch) ?? []).filter(
      (entry) => entry.topic === topic && !entry.isSilent && parseCursor(entry.cursor).sequence > sequence,
    );
  };
  let [at, startsOver] = [from, generation];
  for (const { change, ...place } of heard) {
    if (change.change === 'RESYNC') {
      const [before, after] = [parseCursor(at), parseCursor(change.cursor)];
      const isOtherJournal = before.epoch !== after.epoch || place.generation !== startsOver;
      if (!isOtherJournal && before.sequence + 1 >= place.oldest)
        expect(after.sequence - before.sequence).toBeGreaterThan(bound.maxEntries);
    } else {
      expect(change).toEqual(behind(at)[0]);
    }
    [at, startsOver] = [change.cursor, place.generation];
  }
  expect(parseCursor(at).epoch).toBe(parseCursor(end).epoch);
  expect(behind(at)).toEqual([]);
}

describe('whatever is committed, trimmed, exchanged, and however slowly it is read', () => {
  it('each follower gets every matching entry once and in order, or a RESYNC in place of what it missed', async () => {
    let resyncs = 0;
    let entries = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(action, { minLength: 5, maxLength: 60 }), async (schedule) => {
        const { store, readers, end } = await play(schedule);
        for (const reader of readers) {
          checkReader(reader, store.log, end);
          resyncs += reader.heard.filter(({ change }) => change.change === 'RESYNC').length;
          entries += reader.heard.filter(({ change }) => change.change !== 'RESYNC').length;
        }
      }),
      { numRuns: 300, seed: 20_261_122, examples: [[agedBeforeTheTailKnewThem]] },
    );
    expect(resyncs).toBeGreaterThan(50);
    expect(entries).toBeGreaterThan(500);
  });
});
