import type { RedisSession } from '../../redis/redisSession.js';
import { runScript } from '../../redis/scripts.js';
import type { ChangeTopic } from '../contract.js';
import { forgetHeads } from './journalScripts.js';
import type { ChangeKeys } from './keys.js';
import { toIndexBound } from './records.js';
import { texts } from './replies.js';

/** Heads that one script call forgets, because Redis does nothing else meanwhile. */
const headsPerCall = 500;

/** Forgets heads and gaps of a topic below a version. */
export async function forgetBefore(
  session: RedisSession,
  keys: ChangeKeys,
  topic: ChangeTopic,
  version: bigint,
): Promise<void> {
  let gone = headsPerCall;
  while (gone === headsPerCall) {
    const args = [toIndexBound(version), headsPerCall];
    gone = await runScript(session, forgetHeads, [keys.versions(topic), keys.heads(topic)], args);
  }
  const gaps = texts(await session.send(['HKEYS', keys.gaps(topic)])).filter((at) => BigInt(at) < version);
  if (gaps.length > 0) await session.send(['HDEL', keys.gaps(topic), ...gaps]);
}
