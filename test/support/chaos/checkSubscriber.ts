import type { ChaosEvent, ChaosSubscriber } from './ChaosSubscriber.js';
import { type BookEntry, type JournalBook, type Place, toPlace } from './JournalBook.js';
import { isSameShown, type View } from './views.js';

/** What one subscriber was told, against the journal. */
export interface Verdict {
  /** Empty when each matching entry came once, in order, and all that did not come was declared. */
  readonly faults: readonly string[];
  /** RESYNCs that declared a loss, in order. */
  readonly declared: readonly { readonly from: Place; readonly to: Place; readonly reason: string | null }[];
  /** Entries that it was told of. */
  readonly delivered: number;
}

/** Walks through the events of a subscriber beside the journal. */
export function checkSubscriber({ options, start, events, faults }: ChaosSubscriber, book: JournalBook): Verdict {
  const found = [...faults];
  const declared: { from: Place; to: Place; reason: string | null }[] = [];
  let place = toPlace(start ?? 'none.0');
  let delivered = 0;
  const nextAfter = finder(book, options.view);
  for (const event of events) {
    const here = toPlace(event.cursor);
    if (event.change === 'RESYNC' && !isTold(book, here)) {
      if (here.epoch === place.epoch && here.sequence < place.sequence) found.push(`RESYNC back to ${event.cursor}`);
      declared.push({ from: place, to: here, reason: event.reason });
      place = here;
      continue;
    }
    const wanted = nextAfter(place);
    if (here.epoch !== place.epoch) found.push(`${event.cursor} came without RESYNC after ${print(place)}`);
    else if (here.sequence <= place.sequence) found.push(`${event.cursor} came again after ${print(place)}`);
    else if (wanted?.sequence !== here.sequence) {
      found.push(`${event.cursor} came instead of ${wanted === undefined ? 'nothing' : print(wanted)}`);
    } else found.push(...compare(event, wanted, options.view));
    place = here;
    delivered += 1;
  }
  const missing = nextAfter(place);
  if (missing !== undefined) found.push(`${print(missing)} never came`);
  const last = book.epochs.at(-1);
  if (place.epoch !== last) found.push(`it ended in ${print(place)}, and the journal is ${last}`);
  return { faults: found, declared, delivered };
}

/** Whether an entry concerns a view: it matches now, or did before, or nobody knows what it was. */
export function concernsView({ topic, isSilent, kind, entity, before }: BookEntry, view: View): boolean {
  if (topic !== 'alert' || isSilent) return false;
  if (kind === 'RESYNC' || (entity !== null && view.matches(entity))) return true;
  return before === null ? kind !== 'CREATED' : view.matches(before);
}

function finder(book: JournalBook, view: View): (place: Place) => BookEntry | undefined {
  const byEpoch = new Map(
    book.epochs.map((epoch) => [epoch, book.entries(epoch).filter((entry) => concernsView(entry, view))]),
  );
  return ({ epoch, sequence }) => {
    const entries = byEpoch.get(epoch) ?? [];
    let low = 0;
    for (let high = entries.length; low < high; ) {
      const middle = (low + high) >> 1;
      if ((entries[middle]?.sequence ?? 0) > sequence) high = middle;
      else low = middle + 1;
    }
    return entries[low];
  };
}

/** A RESYNC that is an entry of the journal, told to everybody. */
function isTold(book: JournalBook, place: Place): boolean {
  const entry = book.at(place);
  return entry?.kind === 'RESYNC' && entry.topic === 'alert';
}

function compare(event: ChaosEvent, entry: BookEntry, view: View): string[] {
  const isSame =
    event.alertId === entry.id &&
    event.change === entry.kind &&
    isSameShown(event.alert, entry.entity) &&
    isSameShown(event.previous, entry.before) &&
    event.changedFields.join() === entry.changedFields.join() &&
    event.matchesFilter === (entry.entity !== null && view.matches(entry.entity));
  return isSame ? [] : [`${event.cursor} told ${JSON.stringify(event)} of ${JSON.stringify(entry)}`];
}

function print({ epoch, sequence }: Place): string {
  return `${epoch}.${sequence}`;
}
