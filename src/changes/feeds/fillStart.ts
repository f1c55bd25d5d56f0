import type { ChangeStore } from '../changeStore.js';
import { epochBeganAt } from '../epoch.js';
import { msToTicks } from './timedRows.js';

export interface FillStart {
  /** States from here on are told as events; 100 ns ticks of the upstream's clock. */
  readonly start: bigint;
  /** What has to be declared because it cannot be told. */
  readonly resync?: string;
}

/** A fill that begins later than this after its journal tells of everything before with one `RESYNC`. */
const longestWaitMs = 3_600_000;
const tooLate = 'The feed began long after the journal; changes of that time are not known.';

/**
 * Where the events of a first fill begin. Clients may have read their lists and taken a cursor ever since the journal
 * began, so what changed between that moment and the fill is told as well.
 * @param begunAt The upstream's clock at the fill's first answer. @param nowMs Our clock at the same moment.
 */
export async function findFillStart(store: ChangeStore, begunAt: bigint, nowMs: number): Promise<FillStart> {
  const { epoch } = await store.read(0, 0);
  const waitedMs = Math.max(0, nowMs - (epochBeganAt(epoch) ?? nowMs));
  if (waitedMs > longestWaitMs) return { start: begunAt, resync: tooLate };
  return { start: begunAt - msToTicks(waitedMs) };
}
