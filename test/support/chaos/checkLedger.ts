import type { Written } from './ChaosWriter.js';
import type { BookEntry, JournalBook } from './JournalBook.js';
import { isSameShown, type Shown, toShown } from './views.js';

/** Epoch milliseconds, both ends part of it. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

export interface LedgerCheck {
  readonly ledger: ReadonlyMap<string, readonly Written[]>;
  readonly book: JournalBook;
  /** Alerts as they were before the first write. */
  readonly before: ReadonlyMap<string, Shown>;
  /** When the answers to the feed's reads of alerts left the upstream, rising. */
  readonly reads: readonly number[];
  /** From a blow until the feed had gone on. */
  readonly interruptions: readonly Span[];
  /** What was written before this may be missing: the journal was lost, and RESYNC says so; 0: nothing may. */
  readonly lostBefore: number;
}

/** An answer is put together a little before it leaves. */
const slackMs = 500;
/** The first of them showed the state, and was committed before the third was asked for. */
const readsToBeSure = 3;
/** Reads on both sides of a blow may be lost with it, or late. */
const marginMs = 3_000;

/** The journal against the ledger of the writer: the same states in the same order, but for those between two reads. */
export function checkLedger(check: LedgerCheck): readonly string[] {
  const journalled = new Map<string, BookEntry[]>();
  const faults: string[] = [];
  for (const entry of check.book.epochs.flatMap((epoch) => check.book.entries(epoch))) {
    if (!isTold(entry)) continue;
    if (entry.id === null) faults.push(`the journal holds a RESYNC at ${entry.epoch}.${entry.sequence}`);
    else journalled.set(entry.id, [...(journalled.get(entry.id) ?? []), entry]);
  }
  for (const id of journalled.keys()) if (!check.ledger.has(id)) faults.push(`nobody changed ${id}`);
  for (const [id, states] of check.ledger) faults.push(...checkAlert(id, states, journalled.get(id) ?? [], check));
  return faults;
}

export function countStates(ledger: LedgerCheck['ledger']): number {
  return [...ledger.values()].reduce((sum, states) => sum + states.length, 0);
}

/** Whether subscribers to alerts are told of the entry, as far as it is about an alert. */
export function isTold({ topic, isSilent }: BookEntry): boolean {
  return topic === 'alert' && !isSilent;
}

function checkAlert(
  id: string,
  states: readonly Written[],
  entries: readonly BookEntry[],
  check: LedgerCheck,
): string[] {
  const faults: string[] = [];
  let last = -1;
  let before = check.before.get(id) ?? null;
  for (const [place, entry] of entries.entries()) {
    const name = `${entry.epoch}.${entry.sequence} of ${id}`;
    const index = states.findIndex(({ state }) => isSameShown(toShown(state), entry.entity));
    if (index === -1) {
      faults.push(`${name} holds a state that nobody wrote`);
      continue;
    }
    if (index <= last) faults.push(`${name} goes back from write ${last} to ${index}`);
    for (let skipped = last + 1; skipped < index; skipped += 1)
      faults.push(...checkSkipped(name, skipped, states, check));
    // What a journal that was lost had remembered is not known to the next one.
    const isFirstOfEpoch = place > 0 && entries[place - 1]?.epoch !== entry.epoch;
    const mayDiffer = isFirstOfEpoch || entry.epoch !== check.book.epochs[0];
    if (!(mayDiffer || isSameShown(entry.before, before))) faults.push(`${name} has another state before it`);
    const isCreation = states[0]?.isCreation === true && before === null;
    if (!mayDiffer && entry.kind !== (isCreation ? 'CREATED' : 'UPDATED')) faults.push(`${name} is ${entry.kind}`);
    last = index;
    before = entry.entity;
  }
  const final = states.at(-1) as Written;
  if (last !== states.length - 1 && final.doneAt >= check.lostBefore) {
    faults.push(`the last write to ${id}, ${final.state.assignedTo}, is not in the journal`);
  }
  return faults;
}

function checkSkipped(
  name: string,
  index: number,
  states: readonly Written[],
  { reads, interruptions, lostBefore }: LedgerCheck,
): string[] {
  const state = states[index] as Written;
  const next = states[index + 1] as Written;
  const seen = { from: state.doneAt + slackMs, to: next.begunAt };
  if (
    seen.from < lostBefore ||
    interruptions.some((span) => span.from - marginMs <= seen.to && span.to + marginMs >= seen.from)
  )
    return [];
  const count = reads.filter((at) => at >= seen.from && at <= seen.to).length;
  if (count < readsToBeSure) return [];
  return [`${name} leaves out write ${index} (${state.state.assignedTo}), which ${count} reads saw`];
}
