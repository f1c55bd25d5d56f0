import type { StandingSession } from '../../redis/connection.js';
import type { RedisSession } from '../../redis/redisSession.js';
import type { FeedState } from '../changeStore.js';
import { type ChangeTopic, changeTopics } from '../contract.js';
import { type Head, type HeadRef, headKey } from '../head.js';
import type { StepNeeds } from '../stepPlan.js';
import type { ChangeKeys } from './keys.js';
import { parseFeed, parseHead, type Stamped } from './records.js';
import { textsOrNull } from './replies.js';

/** What a step needs, as it was read, with the stamps by which a write can tell that it still stands. */
export interface StepLook {
  readonly epoch: string;
  readonly feedTopics: readonly ChangeTopic[];
  head(ref: HeadRef): Stamped<Head> | undefined;
  feed(topic: ChangeTopic): Stamped<FeedState>;
  gapCount(at: bigint): number | null | undefined;
}

/** Heads asked for in one command, because Redis does nothing else meanwhile. */
const maxHeadsPerRead = 200;

/**
 * Reads what a step needs. The parts need not be of one moment: whatever moved in between fails the comparison of the
 * write. Undefined when the journal is not that of the running server.
 */
export async function lookForStep(
  { session, server }: StandingSession,
  keys: ChangeKeys,
  needs: StepNeeds,
  topic: ChangeTopic,
): Promise<StepLook | undefined> {
  const [state, feeds, gap, heads] = await Promise.all([
    session.send(['HMGET', keys.journalState, 'epoch', 'runId']),
    session.send(['HMGET', keys.feeds, ...needs.feeds]),
    needs.gapAt === undefined ? null : session.send(['HGET', keys.gaps(topic), needs.gapAt.toString()]),
    readHeads(session, keys, needs.heads),
  ]);
  const [epoch, runId] = textsOrNull(state);
  if (epoch == null || runId !== server.runId) return undefined;
  const feedRecords = textsOrNull(feeds);
  const states = new Map(needs.feeds.map((name, index) => [name, parseFeed(feedRecords[index] ?? null)]));
  return {
    epoch,
    feedTopics: needs.feeds,
    head: (ref) => heads.get(headKey(ref)),
    feed: (name) => states.get(name) ?? parseFeed(null),
    gapCount: () => toCount(gap === null ? null : String(gap)),
  };
}

async function readHeads(
  session: RedisSession,
  keys: ChangeKeys,
  refs: readonly HeadRef[],
): Promise<ReadonlyMap<string, Stamped<Head>>> {
  const found = new Map<string, Stamped<Head>>();
  const readSome = async (topic: ChangeTopic, ids: readonly string[]) => {
    for (const head of await readHeadsOf(session, keys, topic, ids)) found.set(headKey(head.value), head);
  };
  const idsOf = (topic: ChangeTopic) => refs.filter((ref) => ref.topic === topic).map(({ id }) => id);
  await Promise.all(changeTopics.map((topic) => readSome(topic, idsOf(topic))));
  return found;
}

/** The heads that are remembered of these ids. */
export async function readHeadsOf(
  session: RedisSession,
  keys: ChangeKeys,
  topic: ChangeTopic,
  ids: readonly string[],
): Promise<Stamped<Head>[]> {
  const parts: Promise<Stamped<Head>[]>[] = [];
  for (let from = 0; from < ids.length; from += maxHeadsPerRead) {
    const some = ids.slice(from, from + maxHeadsPerRead);
    const parse = (records: readonly (string | null)[]) =>
      some.flatMap((id, index) => {
        const record = records[index];
        return record == null ? [] : [parseHead(topic, id, record)];
      });
    parts.push(session.send(['HMGET', keys.heads(topic), ...some]).then((reply) => parse(textsOrNull(reply))));
  }
  return (await Promise.all(parts)).flat();
}

/** A count that is not known is kept as nothing. */
function toCount(record: string | null): number | null | undefined {
  if (record === null) return undefined;
  return record === '' ? null : Number(record);
}
