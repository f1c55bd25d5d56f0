import { ChangeListener } from './changeListener.js';
import type { AlertChange } from './contract.js';

/**
 * Where committed changes are read from. The store has given each its cursor; the journal hands them on in that order.
 * An implementation that keeps them can also start a listener at an older cursor.
 */
export interface ChangeJournal {
  /** Hands on changes that are committed, in order. */
  publish(changes: readonly AlertChange[]): void;
  /** Everything published after the call. Ends with the signal, with `return`, or with `close`. */
  listen(signal: AbortSignal): AsyncIterableIterator<AlertChange>;
  /** Cursor of the newest published change. */
  cursor(): string;
  listenerCount(): number;
  /** Ends every listener once it has read what waits for it. */
  close(): void;
}

export interface InProcessJournalOptions {
  /** Cursor to stand at before anything is published. */
  readonly cursor: string;
  /** Most unread changes of one listener. */
  readonly listenerCapacity: number;
}

/** A journal that lives with the process: it hands on and keeps nothing. */
export function createInProcessJournal({ cursor: start, listenerCapacity }: InProcessJournalOptions): ChangeJournal {
  const listeners = new Set<ChangeListener>();
  let cursor = start;
  let isClosed = false;
  return {
    publish: (changes) => {
      for (const change of changes) {
        cursor = change.cursor;
        for (const listener of listeners) listener.push(change);
      }
    },
    listen: (signal) => {
      const end = () => listener.end({ drain: false });
      const listener = new ChangeListener(listenerCapacity, (ended) => {
        listeners.delete(ended);
        signal.removeEventListener('abort', end);
      });
      if (signal.aborted || isClosed) listener.end({ drain: false });
      else {
        listeners.add(listener);
        signal.addEventListener('abort', end, { once: true });
      }
      return listener;
    },
    cursor: () => cursor,
    listenerCount: () => listeners.size,
    close: () => {
      isClosed = true;
      for (const listener of listeners) listener.end({ drain: true });
    },
  };
}
