import type { ChangeStore } from '../../../src/changes/changeStore.js';
import type { Change, ChangeTopic } from '../../../src/changes/contract.js';
import { createChanges } from '../../../src/changes/createChanges.js';
import { JournalTail, type JournalTailDeps } from '../../../src/changes/journalTail.js';
import { createMemoryChangeStore } from '../../../src/changes/memoryChangeStore.js';
import { silentLogger } from '../../../src/observability/logger.js';
import { createManualClock, type ManualClock } from '../cache/manualClock.js';

export { settle } from '../cache/manualClock.js';

export interface ChangesOptions extends Partial<JournalTailDeps> {
  readonly clock?: ManualClock;
}

/** A journal with its tail and facade, started. */
export async function setUpChanges(options: ChangesOptions = {}) {
  const clock = options.clock ?? createManualClock();
  const store: ChangeStore = options.store ?? createMemoryChangeStore({ clock });
  const tail = new JournalTail({ appliers: [], logger: silentLogger, ...options, clock, store });
  await tail.start();
  const changes = createChanges({ store, tail, clock, logger: silentLogger });
  const leaving = new AbortController();
  return {
    clock,
    store,
    tail,
    changes,
    follow: <T extends ChangeTopic>(topic: T, after?: string) =>
      changes.follow(topic, { signal: leaving.signal, ...(after === undefined ? {} : { after }) }),
    end: async () => {
      await tail.close();
      leaving.abort();
    },
  };
}

/** Reads on in the background; what was read stands in `heard`. */
export function hear<T extends ChangeTopic>(follower: AsyncIterableIterator<Change<T>>) {
  const heard: Change<T>[] = [];
  const ended = (async () => {
    for await (const change of follower) heard.push(change);
  })();
  return { heard, ended };
}
