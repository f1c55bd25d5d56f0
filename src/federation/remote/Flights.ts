import { abortable } from '../../cache/abortable.js';
import type { Clock } from '../../time/clock.js';
import type { CallScope } from '../../upstream/contract.js';
import { untilDeadline } from '../../upstream/deadline.js';
import type { SubgraphError } from '../SubgraphError.js';
import * as failures from './failures.js';

/** A request on its way. It goes on while anyone waits for it, and is given up when the last one leaves. */
export class Flight<Value> {
  readonly outcome: Promise<Value>;
  readonly #controller = new AbortController();
  #waiting = 0;
  #deadlineAt = 0;
  #isOver = false;

  /** @param start Called when the one who starts the flight has joined it. */
  constructor(start: (flight: Flight<Value>) => Promise<Value>) {
    const land = () => {
      this.#isOver = true;
    };
    this.outcome = Promise.resolve().then(() => start(this));
    this.outcome.then(land, land);
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** When the last who waits will have left (epoch milliseconds). */
  get deadlineAt(): number {
    return this.#deadlineAt;
  }

  /** @returns how to leave, to be called once. */
  join(deadlineAt: number): () => void {
    this.#waiting += 1;
    this.#deadlineAt = Math.max(this.#deadlineAt, deadlineAt);
    return () => {
      this.#waiting -= 1;
      if (this.#waiting === 0 && !this.#isOver) this.abort(new Error('Nobody waits for this answer any more.'));
    };
  }

  abort(reason: Error): void {
    this.#controller.abort(reason);
  }
}

/** The requests to one subgraph that are under way. Equal ones are sent once. */
export class Flights<Value> {
  readonly #subgraph: string;
  readonly #clock: Clock;
  readonly #open = new Set<Flight<Value>>();
  /** Those that others may still join. */
  readonly #shared = new Map<string, Flight<Value>>();

  constructor(subgraph: string, clock: Clock) {
    this.#subgraph = subgraph;
    this.#clock = clock;
  }

  /** The flight that already brings what `key` stands for. */
  find(key: string | undefined): Flight<Value> | undefined {
    const flight = key === undefined ? undefined : this.#shared.get(key);
    return flight?.signal.aborted === true ? undefined : flight;
  }

  /** @param key Absent: never shared. */
  start(key: string | undefined, send: (flight: Flight<Value>) => Promise<Value>): Flight<Value> {
    const flight = new Flight(send);
    this.#open.add(flight);
    if (key !== undefined) this.#shared.set(key, flight);
    const land = () => {
      this.#open.delete(flight);
      if (key !== undefined && this.#shared.get(key) === flight) this.#shared.delete(key);
    };
    flight.outcome.then(land, land);
    return flight;
  }

  /**
   * The outcome of a flight, for a caller who waits as long as its scope allows and no longer.
   * @throws {SubgraphError} `UPSTREAM_TIMEOUT` when that is over.
   */
  async wait(flight: Flight<Value>, scope: Pick<CallScope, 'signal' | 'deadlineAt'>): Promise<Value> {
    const leave = flight.join(scope.deadlineAt);
    const expired = new AbortController();
    const over = new AbortController();
    untilDeadline(this.#clock, scope.deadlineAt, over.signal).then(
      () => expired.abort(),
      () => undefined,
    );
    try {
      return await abortable(flight.outcome, AbortSignal.any([scope.signal, expired.signal]));
    } catch (error) {
      throw this.interruption(scope) ?? error;
    } finally {
      over.abort();
      leave();
    }
  }

  /** Why a caller cannot wait for anything any more, if so. */
  interruption({ signal, deadlineAt }: Pick<CallScope, 'signal' | 'deadlineAt'>): SubgraphError | undefined {
    if (this.#clock.now() >= deadlineAt || isTimeout(signal)) return failures.timedOut(this.#subgraph);
    return signal.aborted ? failures.cancelled(this.#subgraph) : undefined;
  }

  /** From here on nobody joins what is under way: it may not know of a write that has just happened. */
  seal(): void {
    this.#shared.clear();
  }

  /** Ends everything that is under way. */
  async abortAll(reason: Error): Promise<void> {
    const open = [...this.#open];
    for (const flight of open) flight.abort(reason);
    await Promise.allSettled(open.map(({ outcome }) => outcome));
  }
}

/** The deadline of the operation, as its own watch tells it. */
function isTimeout({ reason }: AbortSignal): boolean {
  return reason instanceof Error && reason.name === 'TimeoutError';
}
