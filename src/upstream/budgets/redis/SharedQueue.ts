import type { Clock } from '../../../time/clock.js';
import type { Grant, Refusal, Want } from '../contract.js';
import type { OwnUnits } from './OwnUnits.js';
import type { SharedLedger } from './SharedLedger.js';
import { moved, type Outcome, SharedLine, type Ticket, toSharedWant } from './SharedLine.js';
import type { DrawAnswer } from './scripts.js';

export interface SharedQueueDeps {
  readonly ledger: SharedLedger;
  readonly own: OwnUnits;
  readonly clock: Clock;
  /** In [0, 1); spreads the questions of instances that wait for the same moment. */
  readonly random: () => number;
  readonly newId: () => string;
  /** Milliseconds of our clock, no two alike. */
  readonly newArrival: () => number;
  readonly buildGrant: (id: string, drawn: Pick<Grant, 'parts' | 'units' | 'arrival'>, since: number) => Grant;
  readonly pauseLeftMs: () => number;
  /** The ledger does not answer. Whoever is told closes the queue. */
  readonly onAway: (error: unknown) => void;
}

/** Those who wait ask at least this often, because units that others give back are not announced. */
const longestWaitMs = 1_000;
/** The same while somebody else's call or turn decides. */
const shortWaitMs = 100;
const jitterMs = 20;

/** Asks the shared ledger for those of this instance who wait: one question at a time, again when more may be granted. */
export class SharedQueue {
  readonly #deps: SharedQueueDeps;
  readonly #line: SharedLine;
  #isAsking = false;
  #askAgain = false;
  #alarm: AbortController | undefined;
  #isOpen = true;

  constructor(deps: SharedQueueDeps) {
    this.#deps = deps;
    this.#line = new SharedLine(deps.clock, () => this.#ask());
  }

  get length(): number {
    return this.#line.length;
  }

  wait(want: Want, since: number): Promise<Outcome> {
    return new Promise((resolve, reject) => {
      const ticket: Ticket = {
        id: this.#deps.newId(),
        purpose: want.purpose,
        callerKey: want.callerKey ?? '',
        returns: want.arrival !== undefined,
        units: want.parts[0] ?? 1,
        arrival: want.arrival ?? this.#deps.newArrival(),
        want,
        since,
        leave: new AbortController(),
        resolve,
        reject,
      };
      if (this.#line.isFull || this.#deps.clock.now() >= want.deadlineAt) return resolve(this.#line.refusalOf(ticket));
      this.#line.enter(ticket);
      this.pause(this.#deps.pauseLeftMs());
      this.#ask();
    });
  }

  /** Refuses those whose deadline the pause passes. */
  pause(pauseMs: number): void {
    if (pauseMs > 0) this.#line.pause(pauseMs);
  }

  /** There may be room. */
  stir(): void {
    if (this.#line.length > 0) this.#ask();
  }

  /** Ends every wait with `outcome`, and asks nothing any more until it is opened. */
  close(outcome: Refusal | typeof moved): void {
    this.#isOpen = false;
    this.#alarm?.abort();
    this.#line.moveAll(outcome);
  }

  open(): void {
    this.#isOpen = true;
  }

  #ask(): void {
    this.#askAgain = true;
    if (!this.#isAsking) void this.#askOn();
  }

  async #askOn(): Promise<void> {
    const { ledger, clock, onAway } = this.#deps;
    this.#isAsking = true;
    while (this.#askAgain && this.#isOpen) {
      this.#askAgain = false;
      this.#alarm?.abort();
      // Those who come in the same turn are asked for together.
      await Promise.resolve();
      const tickets = this.#line.first();
      const now = clock.now();
      await ledger.draw(tickets.map((ticket) => toSharedWant(ticket, now))).then(
        (answer) => this.#serve(tickets, answer),
        (error: unknown) => onAway(error),
      );
    }
    this.#isAsking = false;
  }

  #serve(tickets: readonly Ticket[], answer: DrawAnswer): void {
    const { own, buildGrant } = this.#deps;
    for (const { index, parts, units } of answer.granted) {
      const ticket = tickets[index];
      if (ticket === undefined) continue;
      own.start(ticket.id, units);
      const grant = buildGrant(ticket.id, { parts, units, arrival: ticket.arrival }, ticket.since);
      if (this.#line.serve(ticket)) ticket.resolve(grant);
      else grant.cancel();
    }
    if (answer.granted.length < tickets.length) this.#line.heard(answer);
    else if (this.#line.length > 0) this.#askAgain = true;
    if (this.#line.length > 0) this.#setAlarm(answer);
  }

  #setAlarm({ changeMs = longestWaitMs, others, inFlight }: DrawAnswer): void {
    const { clock, random, own } = this.#deps;
    const dependsOnOthers = others > 0 || inFlight > own.inFlight;
    const waitMs = Math.min(changeMs, dependsOnOthers ? shortWaitMs : longestWaitMs);
    const alarm = new AbortController();
    this.#alarm = alarm;
    clock.sleep(waitMs + Math.floor(random() * jitterMs), alarm.signal).then(
      () => this.#ask(),
      () => undefined,
    );
  }
}
