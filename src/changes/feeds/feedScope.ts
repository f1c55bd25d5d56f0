import { randomUUID } from 'node:crypto';
import type { CallScope, Purpose } from '../../upstream/contract.js';
import { nobodysMeter } from '../../upstream/nobodysMeter.js';

/** A poll that takes longer is given up and tried again with the next round; background work waits for idle budget. */
const timeoutsMs: Readonly<Record<Purpose, number>> = { feed: 30_000, interactive: 30_000, background: 120_000 };

/** The scope of one read of the change feed: nobody's answer, in the class of the budget that its purpose names. */
export function buildFeedScope(accessScope: string, now: number, signal: AbortSignal, purpose: Purpose): CallScope {
  return {
    purpose,
    requestId: randomUUID(),
    signal,
    deadlineAt: now + timeoutsMs[purpose],
    meter: nobodysMeter,
    accessScope,
  };
}
