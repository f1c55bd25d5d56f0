import { randomBytes } from 'node:crypto';
import { applyStep, type ChangeTables } from './applyStep.js';
import type { ChangeStore, FeedState, FeedStep, StepResult } from './changeStore.js';
import type { Head } from './head.js';

/** The feed's memory without durability: for tests, and for an instance that is not asked to survive a restart. */
export function createMemoryChangeStore(): ChangeStore {
  const heads = new UndoableMap<string, Head>();
  const gaps = new UndoableMap<bigint, number | null>();
  let state: FeedState = {
    epoch: randomBytes(6).toString('base64url'),
    sequence: 0,
    position: null,
    start: null,
    isFilled: false,
    forgottenBefore: 0n,
  };
  const tables: ChangeTables = {
    readState: () => state,
    writeState: (next) => {
      state = next;
    },
    readHead: (id) => heads.get(id),
    writeHead: (head) => heads.set(head.id, head),
    readGap: (at) => gaps.get(at),
    writeGap: (at, count) => gaps.set(at, count),
    forgetBefore: (version) => {
      heads.deleteWhere((_id, head) => head.version < version);
      gaps.deleteWhere((at) => at < version);
    },
  };
  const commit = async (step: FeedStep): Promise<StepResult> => {
    heads.keep();
    gaps.keep();
    try {
      return applyStep(tables, step);
    } catch (error) {
      heads.undo();
      gaps.undo();
      throw error;
    }
  };
  return { state: () => state, commit, close: () => undefined };
}

/** A map that can go back to where it was last kept. */
class UndoableMap<K, V> {
  readonly #map = new Map<K, V>();
  readonly #before = new Map<K, V | undefined>();

  get(key: K): V | undefined {
    return this.#map.get(key);
  }

  set(key: K, value: V): void {
    this.#remember(key);
    this.#map.set(key, value);
  }

  deleteWhere(isMeant: (key: K, value: V) => boolean): void {
    for (const [key, value] of this.#map) {
      if (!isMeant(key, value)) continue;
      this.#remember(key);
      this.#map.delete(key);
    }
  }

  keep(): void {
    this.#before.clear();
  }

  undo(): void {
    for (const [key, value] of this.#before) {
      if (value === undefined) this.#map.delete(key);
      else this.#map.set(key, value);
    }
  }

  #remember(key: K): void {
    if (!this.#before.has(key)) this.#before.set(key, this.#map.get(key));
  }
}
