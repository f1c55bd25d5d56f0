import { randomUUID } from 'node:crypto';
import type { CallScope } from '../upstream/contract.js';
import { nobodysMeter } from '../upstream/nobodysMeter.js';

/** A refresh that takes longer is given up; the old value stays until its time is over. */
const refreshTimeoutMs = 10_000;

/**
 * The scope of a refresh behind an answer: same rights as the reader, but its own request id, deadline and meter, because
 * the reader's answer is already out and should not be charged for it.
 */
export function buildBackgroundScope(reader: CallScope, now: number): CallScope {
  return {
    ...reader,
    purpose: 'background',
    requestId: randomUUID(),
    deadlineAt: now + refreshTimeoutMs,
    meter: nobodysMeter,
  };
}
