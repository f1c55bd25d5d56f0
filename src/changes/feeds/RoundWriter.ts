import { setImmediate } from 'node:timers/promises';
import type { Observation } from '../changeStore.js';
import type { Change } from '../contract.js';
import type { FeedLedger, LedgerStep } from './FeedLedger.js';
import { inParts } from './timedRows.js';

/** Comparing a thousand rows at once would keep everything else waiting for a tenth of a second. */
const rowsPerStep = 200;

type RestOfStep = Omit<LedgerStep, 'observations' | 'detectedBy' | 'detectedAt' | 'fence'>;

/** Writes what one round of a feed saw, under the lease with which the round began. */
export class RoundWriter {
  constructor(
    private readonly ledger: FeedLedger,
    private readonly signal: AbortSignal,
    private readonly fence: number | undefined,
  ) {}

  /**
   * In steps that leave others a turn between them. What else a step may say is said with the last of the rows, and also
   * when there are none.
   * @param detectedAt RFC 3339.
   * @returns the entries that it made.
   */
  async write(observations: readonly Observation[], detectedAt: string, rest?: RestOfStep): Promise<readonly Change[]> {
    const parts = inParts(observations, rowsPerStep);
    const last = parts.pop() ?? [];
    const entries: Change[] = [];
    for (const part of parts) {
      entries.push(...(await this.#commit({ observations: part, detectedAt })));
      await setImmediate(undefined, { signal: this.signal });
    }
    if (last.length > 0 || rest !== undefined)
      entries.push(...(await this.#commit({ observations: last, detectedAt, ...rest })));
    return entries;
  }

  async #commit(step: Omit<LedgerStep, 'detectedBy' | 'fence'>): Promise<readonly Change[]> {
    this.signal.throwIfAborted();
    const fence = this.fence === undefined ? {} : { fence: this.fence };
    const { entries } = await this.ledger.commit({ ...step, detectedBy: 'POLL', ...fence });
    return entries;
  }
}
