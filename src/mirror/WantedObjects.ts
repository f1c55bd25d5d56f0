import type { Filled } from '../cache/contract.js';

/** An object that somebody names, with what was last read of it. Times are milliseconds of our clock. */
export interface Wanted<V> {
  /** Nobody names the object any more from then on. */
  readonly until: number;
  readonly dueAt: number;
  readonly readAt: number;
  /** Readings that brought nothing since the last that did. */
  readonly failures: number;
  readonly filled: Filled<V> | undefined;
}

/** Objects by the key under which they are named, and found by any of their keys. */
export class WantedObjects<V> {
  readonly #wanted = new Map<string, Wanted<V>>();
  /** Key of an object → another key under which it is wanted. */
  readonly #aliases = new Map<string, string>();

  /** @param keysOf Every key under which an object is found. */
  constructor(private readonly keysOf: (value: V) => readonly string[]) {}

  get(key: string): Wanted<V> | undefined {
    return this.#wanted.get(key);
  }

  find(key: string): Wanted<V> | undefined {
    return this.#wanted.get(key) ?? this.#wanted.get(this.#aliases.get(key) ?? '');
  }

  /** Under which key the object is wanted that somebody has read by this one; a key that has passed to another is forgotten. */
  ownerOf(key: string, { value }: Filled<V>): string | undefined {
    if (this.#wanted.has(key)) return key;
    const owner = this.#aliases.get(key);
    if (owner !== undefined && value !== null && this.keysOf(value).includes(owner)) return owner;
    this.#aliases.delete(key);
    return undefined;
  }

  /** Every key under which the object of this key is wanted. */
  ownersOf(key: string): string[] {
    const value = this.find(key)?.filled?.value;
    const keys = [key, this.#aliases.get(key) ?? key, ...(value ? this.keysOf(value) : [])];
    return [...new Set(keys)].filter((each) => this.#wanted.has(each));
  }

  set(key: string, wanted: Wanted<V>): void {
    this.#dropAliases(key);
    this.#wanted.set(key, wanted);
    if (!wanted.filled?.value) return;
    for (const other of this.keysOf(wanted.filled.value)) if (other !== key) this.#aliases.set(other, key);
  }

  /** Forgets what nobody names any more, and of what is too much those that are named for the shortest time. */
  trim(now: number, maxObjects: number): void {
    for (const [key, { until }] of this.#wanted) if (until <= now) this.#forget(key);
    const excess = this.#wanted.size - maxObjects;
    if (excess <= 0) return;
    const ending = [...this.#wanted].sort(([, a], [, b]) => a.until - b.until).slice(0, excess);
    for (const [key] of ending) this.#forget(key);
  }

  /** Keys of the objects that are to be read by now. */
  *due(now: number): Generator<string> {
    for (const [key, { dueAt }] of this.#wanted) if (dueAt <= now) yield key;
  }

  #forget(key: string): void {
    this.#dropAliases(key);
    this.#wanted.delete(key);
  }

  #dropAliases(key: string): void {
    const value = this.#wanted.get(key)?.filled?.value;
    if (!value) return;
    for (const other of this.keysOf(value)) if (this.#aliases.get(other) === key) this.#aliases.delete(other);
  }
}
