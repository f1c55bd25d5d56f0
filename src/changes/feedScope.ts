import { randomUUID } from 'node:crypto';
import type { CallScope } from '../upstream/contract.js';
import { nobodysMeter } from '../upstream/nobodysMeter.js';

/** A read of the feed that takes longer is given up and tried again with the next round. */
const feedReadTimeoutMs = 30_000;

/** The scope of one read of the change feed: nobody's answer, and first in the queue of the budget. */
export function buildFeedScope(accessScope: string, now: number, signal: AbortSignal): CallScope {
  return {
    purpose: 'feed',
    requestId: randomUUID(),
    signal,
    deadlineAt: now + feedReadTimeoutMs,
    meter: nobodysMeter,
    accessScope,
  };
}
