import { type FSWatcher, watch as watchWithNode } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import type { Clock } from '../../time/clock.js';

/** Tells of changes in a folder, with the name of what changed where that is known; the part of `fs.watch` that is used. */
export type WatchFolder = (folder: string, onEvent: (name: string | null) => void) => Pick<FSWatcher, 'close' | 'on'>;

export const watchFolder: WatchFolder = (folder, onEvent) =>
  watchWithNode(folder, { persistent: false }, (_event, name) => onEvent(name));

export interface FileWatchDeps {
  readonly clock: Clock;
  readonly watch: WatchFolder;
}

/** Where the folder cannot be watched, or its events do not arrive (network disks), the file is looked at so often. */
const lookEveryMs = 2_000;
/** Whoever writes a file in pieces is done after this. */
const settleMs = 100;

/**
 * Notices that a file may be another: written in place, replaced, or swapped by a symbolic link anywhere on its path, as
 * mounted config maps do. It watches the folder, because a watched file is lost when it is replaced.
 */
export class FileWatch {
  #watcher: Pick<FSWatcher, 'close'> | undefined;
  #hasEvents = false;
  #onEvent: () => void = () => undefined;
  #mark: string | undefined;

  constructor(
    private readonly path: string,
    private readonly deps: FileWatchDeps,
  ) {}

  /** To be called before the file is read, so that no change in between is missed. */
  async begin(): Promise<void> {
    this.#openWatcher();
    this.#hasEvents = false;
    this.#mark = await markOf(this.path);
  }

  /** Resolves when the file may have changed since `begin`. Rejects when the signal aborts. */
  async changed(signal: AbortSignal): Promise<void> {
    while (!this.#hasEvents && (await markOf(this.path)) === this.#mark) {
      signal.throwIfAborted();
      await this.#eventOr(lookEveryMs, signal);
    }
    await this.deps.clock.sleep(settleMs, signal);
  }

  close(): void {
    this.#watcher?.close();
    this.#watcher = undefined;
  }

  #openWatcher(): void {
    if (this.#watcher !== undefined) return;
    try {
      const watcher = this.deps.watch(dirname(this.path), (name) => {
        if (!this.#mayConcern(name)) return;
        this.#hasEvents = true;
        this.#onEvent();
      });
      watcher.on('error', () => this.close());
      this.#watcher = watcher;
    } catch {
      // No such folder, or no watchers left on this machine: looking at the file notices as well, only later.
    }
  }

  /** Config maps swap a link named `..data` beside the file. Other files of the folder may change as often as they like. */
  #mayConcern(name: string | null): boolean {
    return name === null || name === basename(this.path) || name.startsWith('..');
  }

  async #eventOr(delayMs: number, signal: AbortSignal): Promise<void> {
    const woken = new AbortController();
    this.#onEvent = () => woken.abort();
    if (this.#hasEvents) return;
    try {
      await this.deps.clock.sleep(delayMs, AbortSignal.any([signal, woken.signal]));
    } catch {
      signal.throwIfAborted();
    } finally {
      this.#onEvent = () => undefined;
    }
  }
}

/** Another one: another content, or a file in its place. Follows symbolic links. */
async function markOf(path: string): Promise<string> {
  try {
    const { ino, size, mtimeNs, dev } = await stat(path, { bigint: true });
    return [dev, ino, size, mtimeNs].join('/');
  } catch {
    return 'absent';
  }
}
