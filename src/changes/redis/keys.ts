import type { Redis } from '../../redis/connection.js';
import { type ChangeTopic, changeTopics } from '../contract.js';

/** Where the store lies in Redis. None of the keys expires, so that no eviction policy for expiring keys takes them. */
export interface ChangeKeys {
  /** Hash: `epoch`, `sequence` of the newest entry, `runId` of the server that wrote, `revision` of the last write. */
  readonly journalState: string;
  /** Hash: topic → stamped state of its feed. */
  readonly feeds: string;
  /** Stream: entries with the id `<sequence>-0`. */
  readonly journal: string;
  /** Sorted set: first sequence of each minute that brought entries, by that minute in epoch milliseconds. */
  readonly minutes: string;
  /** Hash of the leader's lease; its `token` fences the steps of feeds. */
  readonly lease: string;
  /** Hashes: id → stamped head. */
  heads(topic: ChangeTopic): string;
  /** Sorted sets without scores: members of {@link toIndexMember} in the order of versions. */
  versions(topic: ChangeTopic): string;
  /** Hashes: instant in ticks → count of entities at the gap, empty when it is not known. */
  gaps(topic: ChangeTopic): string;
  /** Channel of wake-ups; its messages are empty. */
  readonly news: string;
}

export function buildChangeKeys(redis: Pick<Redis, 'key'>): ChangeKeys {
  return {
    journalState: redis.key('changes'),
    feeds: redis.key('changes:feeds'),
    journal: redis.key('changes:journal'),
    minutes: redis.key('changes:minutes'),
    lease: leaseKey(redis),
    heads: (topic) => redis.key(`changes:heads:${topic}`),
    versions: (topic) => redis.key(`changes:versions:${topic}`),
    gaps: (topic) => redis.key(`changes:gaps:${topic}`),
    news: redis.key('changes:news'),
  };
}

export function leaseKey(redis: Pick<Redis, 'key'>): string {
  return redis.key('changes:lease');
}

/** The keys of one topic as scripts take them, and the topic's place among them, counted from 1. */
export function topicKeys(keys: ChangeKeys): string[] {
  return changeTopics.flatMap((topic) => [keys.heads(topic), keys.versions(topic), keys.gaps(topic)]);
}

export function topicNumber(topic: ChangeTopic): number {
  return changeTopics.indexOf(topic) + 1;
}
