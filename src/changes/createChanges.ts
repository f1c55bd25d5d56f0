import type { Logger } from '../observability/logger.js';
import type { Clock } from '../time/clock.js';
import { ChangeFollower } from './ChangeFollower.js';
import type { ChangeStore } from './changeStore.js';
import type { Changes, ChangeTopic, EntityOf } from './contract.js';
import { type JournalPosition, parseCursor, printCursor } from './cursor.js';
import type { JournalTail } from './journalTail.js';
import { versionOf } from './topics.js';

export interface ChangesDeps {
  readonly store: ChangeStore;
  /** Started. */
  readonly tail: JournalTail;
  readonly clock: Clock;
  readonly logger: Logger;
}

export interface RunningChanges extends Changes {
  /** Readers that have not ended. */
  followerCount(): number;
}

/** For so long may a read of the upstream still show the state before our own write. */
const readLagMs = 300_000;
/** A written change is durable; an instance that cannot read the journal must not keep its caller for ever. */
const appliedTimeoutMs = 5_000;

/** What resolvers and mutations know of the change feed, over a journal and its tail. Nothing of it needs to be closed. */
export function createChanges(deps: ChangesDeps): RunningChanges {
  const { store, tail, clock, logger } = deps;
  const now = () => new Date(clock.now()).toISOString();
  let followers = 0;

  const cursor = () => printCursor(tail.position);

  const record = async <T extends ChangeTopic>(topic: T, entity: EntityOf<T>): Promise<string> => {
    const version = versionOf(topic, entity);
    if (version === undefined) {
      logger.warn({ topic, id: entity.id }, 'a written entity without a readable last update is not journalled');
      return cursor();
    }
    const observedAt = clock.now();
    const seen = { topic, id: entity.id, entity, version, observedAt, trustedUntil: observedAt + readLagMs };
    const { entries } = await store.commit({ topic, observations: [seen], detectedBy: 'MUTATION', detectedAt: now() });
    const last = entries.at(-1);
    const position = last === undefined ? await newestOf(store) : parseCursor(last.cursor);
    await untilApplied(position, deps);
    return printCursor(position);
  };

  return {
    record,
    cursor,
    follow: (topic, { after, signal }) => {
      const from = after === undefined ? undefined : parseCursor(after);
      followers += 1;
      const onEnd = () => {
        followers -= 1;
      };
      return new ChangeFollower({ topic, tail, from, signal, now, onEnd });
    },
    followerCount: () => followers,
  };
}

/** The state was journalled before, by whoever saw it first: nothing is newer than what the journal holds now. */
async function newestOf(store: ChangeStore): Promise<JournalPosition> {
  const { epoch, newest } = await store.read(0, 0);
  return { epoch, sequence: newest };
}

async function untilApplied(position: JournalPosition, { tail, clock, logger }: ChangesDeps): Promise<void> {
  const applied = new AbortController();
  const tooLate = clock.sleep(appliedTimeoutMs, applied.signal).then(
    () => true,
    () => false,
  );
  const isLate = await Promise.race([tail.applied(position).then(() => false), tooLate]);
  applied.abort();
  if (isLate) logger.warn({ cursor: printCursor(position) }, 'a written change is not applied on this instance yet');
}
