import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { NewsBell } from '../changes/newsBell.js';
import type { RegistrationStore, WebhookState } from './contract.js';
import { parseState } from './parseState.js';

/**
 * Keeps the registrations in `webhooks.json` of a directory that belongs to this process alone. The file holds the
 * secrets of the registrations, so nobody else may read it.
 */
export function createFileRegistrationStore(directory: string): RegistrationStore {
  return new FileRegistrationStore(directory);
}

class FileRegistrationStore implements RegistrationStore {
  readonly #file: string;
  readonly #news = new NewsBell();
  #known: WebhookState | undefined;
  #lastStep: Promise<unknown> = Promise.resolve();

  constructor(private readonly directory: string) {
    this.#file = join(directory, 'webhooks.json');
  }

  read(): Promise<WebhookState> {
    return this.#inTurn(() => this.#load());
  }

  update(change: (before: WebhookState) => WebhookState): Promise<WebhookState> {
    return this.#inTurn(async () => {
      const before = await this.#load();
      const after = change(before);
      if (after === before) return before;
      await this.#write(after);
      this.#known = after;
      this.#news.ring();
      return after;
    });
  }

  onNews(listener: () => void): () => void {
    return this.#news.listen(listener);
  }

  #inTurn<T>(step: () => Promise<T>): Promise<T> {
    const done = this.#lastStep.then(step);
    this.#lastStep = done.catch(() => undefined);
    return done;
  }

  async #load(): Promise<WebhookState> {
    this.#known ??= parseState(await readIfThere(this.#file));
    return this.#known;
  }

  /** A process that dies while it writes leaves the state from before. */
  async #write(state: WebhookState): Promise<void> {
    const draft = `${this.#file}.new`;
    await mkdir(this.directory, { recursive: true, mode: 0o700 });
    await writeFile(draft, JSON.stringify(state), { mode: 0o600, flush: true });
    await rename(draft, this.#file);
  }
}

async function readIfThere(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
