import type { CallScope } from '../upstream/contract.js';
import type { Filled } from './contract.js';
import { FillAbortedError } from './FillAbortedError.js';
import type { DropStamp } from './tagDrops.js';

export type Outcome =
  | { readonly ok: true; readonly filled: Filled<unknown> }
  | { readonly ok: false; readonly error: Error };

/** One call that fills one or many keys. It goes on while anyone holds it, and is aborted when the last one lets go. */
export class Fill {
  readonly #controller = new AbortController();
  readonly scope: CallScope;
  #holders = 0;
  #done = false;

  constructor(
    scope: CallScope,
    /** Which drops happened before this fill began. */
    readonly stamp: DropStamp,
    /** The same for the drops of all instances; undefined while it is not known, or there is only one. */
    readonly sharedStamp: DropStamp | undefined,
    readonly onAbandoned: (fill: Fill) => void,
  ) {
    this.scope = { ...scope, signal: this.#controller.signal };
  }

  hold(): void {
    this.#holders += 1;
  }

  release(): void {
    this.#holders -= 1;
    if (this.#holders > 0 || this.#done) return;
    this.onAbandoned(this);
    this.abort(new FillAbortedError('Nobody waits for this answer any more.'));
  }

  abort(reason: unknown): void {
    this.#controller.abort(reason);
  }

  finish(): void {
    this.#done = true;
  }
}

/** One key on its way. `outcome` never rejects. */
export class Flight {
  readonly outcome: Promise<Outcome>;
  settle: (outcome: Outcome) => void = () => undefined;
  /** True when a newer value was written from elsewhere meanwhile: the outcome is not stored. */
  superseded = false;

  constructor(readonly fill: Fill) {
    this.outcome = new Promise((resolve) => {
      this.settle = resolve;
    });
  }
}

/** The keys that are being fetched by this process, by store key. */
export class Flights {
  readonly #flights = new Map<string, Flight>();
  #landed = 0;

  /** Number of flights that have ended; a reader who sees it move between look-up and decision looks again. */
  get landed(): number {
    return this.#landed;
  }

  get(storeKey: string): Flight | undefined {
    return this.#flights.get(storeKey);
  }

  start(storeKey: string, fill: Fill): Flight {
    const flight = new Flight(fill);
    this.#flights.set(storeKey, flight);
    return flight;
  }

  /** Call once the outcome is stored, so that from here on readers find it in the store. */
  land(storeKey: string, flight: Flight, outcome: Outcome): void {
    if (this.#flights.get(storeKey) === flight) this.#flights.delete(storeKey);
    this.#landed += 1;
    flight.settle(outcome);
  }

  /** Makes room for a new flight of the same keys at once. */
  forget(fill: Fill): void {
    for (const [storeKey, flight] of this.#flights) {
      if (flight.fill === fill) this.#flights.delete(storeKey);
    }
  }

  abortAll(reason: Error): Promise<Outcome[]> {
    const open = [...this.#flights.values()];
    for (const flight of open) flight.fill.abort(reason);
    return Promise.all(open.map((flight) => flight.outcome));
  }
}
