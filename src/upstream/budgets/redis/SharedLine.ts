import type { Clock } from '../../../time/clock.js';
import { untilDeadline } from '../../deadline.js';
import { largestDraw } from '../classes.js';
import type { Grant, Refusal, Want } from '../contract.js';
import { earliestStartMs } from '../ledger.js';
import { Line, type Waiter } from '../line.js';
import type { SharedWant } from './SharedLedger.js';
import type { DrawAnswer } from './scripts.js';

/** The want has to be put where the budget stands now. */
export const moved = Symbol('moved');
export type Outcome = Grant | Refusal | typeof moved;

/** One that waits. */
export interface Ticket extends Waiter {
  readonly id: string;
  readonly want: Want;
  readonly since: number;
  readonly leave: AbortController;
  resolve(outcome: Outcome): void;
  reject(reason: unknown): void;
}

/** Longest line of one upstream; who comes later is refused at once. */
const longestLine = 1_000;
/** Of each class, those that one question to the ledger names. */
const mostPerQuestion = 20;

/** Those of this instance who wait for units of a shared ledger, with their deadlines. Who is next is for others to say. */
export class SharedLine {
  readonly #line = new Line<Ticket>();
  /** What the ledger said last to those who wait. */
  #answer: { readonly at: number; readonly said: DrawAnswer } | undefined;

  constructor(
    readonly clock: Clock,
    /** Called when somebody left unserved. */
    readonly onLeft: () => void,
  ) {}

  get length(): number {
    return this.#line.length;
  }

  get isFull(): boolean {
    return this.#line.length >= longestLine;
  }

  enter(ticket: Ticket): void {
    this.#line.add(ticket);
    const { want, leave } = ticket;
    const tooLate = () => this.clock.now() >= want.deadlineAt;
    const onAbort = () =>
      tooLate() ? this.refuse(ticket) : this.#leave(ticket, () => ticket.reject(want.signal.reason));
    want.signal.addEventListener('abort', onAbort, { once: true, signal: leave.signal });
    untilDeadline(this.clock, want.deadlineAt, leave.signal).then(
      () => this.refuse(ticket),
      () => undefined,
    );
  }

  /** The first of each class, in the order of their turns. */
  first(): Ticket[] {
    const taken = { feed: 0, interactive: 0, background: 0 };
    return this.#line.all().filter(({ purpose }) => taken[purpose]++ < mostPerQuestion);
  }

  /** Ends the wait of one that is served; false when they are gone, or too late. */
  serve(ticket: Ticket): boolean {
    if (ticket.leave.signal.aborted) return false;
    if (this.clock.now() >= ticket.want.deadlineAt) {
      this.refuse(ticket);
      return false;
    }
    this.#line.take(ticket);
    ticket.leave.abort();
    return true;
  }

  /** Tells those who surely cannot start in time so, instead of letting them wait for it. */
  heard(said: DrawAnswer): void {
    this.#answer = { at: this.clock.now(), said };
    for (const ticket of this.#line.all()) this.#dismissIfHopeless(ticket);
  }

  refuse(ticket: Ticket): void {
    const refusal = this.refusalOf(ticket);
    this.#leave(ticket, () => ticket.resolve(refusal));
  }

  refusalOf(ticket: Ticket): Refusal {
    return { granted: false, retryAfterMs: Math.max(1, Math.ceil(this.#earliestStart(ticket) - this.clock.now())) };
  }

  /** Nothing starts before `pauseMs` from now. */
  pause(pauseMs: number): void {
    const startsAt = this.clock.now() + pauseMs;
    for (const ticket of this.#line.all()) {
      if (startsAt < ticket.want.deadlineAt) continue;
      const refusal: Refusal = { granted: false, retryAfterMs: Math.max(1, Math.ceil(pauseMs)) };
      this.#leave(ticket, () => ticket.resolve(refusal));
    }
  }

  /** Empties the line. */
  moveAll(outcome: Refusal | typeof moved): void {
    for (const ticket of this.#line.all()) {
      this.#line.remove(ticket);
      ticket.leave.abort();
      ticket.resolve(outcome);
    }
  }

  #leave(ticket: Ticket, tell: () => void): void {
    if (ticket.leave.signal.aborted) return;
    this.#line.remove(ticket);
    ticket.leave.abort();
    tell();
    this.onLeft();
  }

  #dismissIfHopeless(ticket: Ticket): void {
    if (this.#earliestStart(ticket) >= ticket.want.deadlineAt) this.refuse(ticket);
  }

  /** As if nobody waited elsewhere: a lower bound. */
  #earliestStart(ticket: Ticket): number {
    const now = this.clock.now();
    if (this.#answer === undefined) return now;
    const { at, said } = this.#answer;
    const largest = largestDraw(said.limit);
    const wants = [...this.#line.ahead(ticket), ticket].map(({ units }) => Math.min(units, largest));
    const free = said.limit - said.used - (ticket.purpose === 'interactive' ? said.headroom : 0);
    const known = said.releases.map(([inMs, units]) => ({ atMs: at + inMs, units }));
    const inFlight = said.inFlight > 0 ? [{ atMs: now + said.windowMs, units: said.inFlight }] : [];
    return earliestStartMs(wants, free, [...known, ...inFlight], Math.max(now, at + said.pauseMs), said.windowMs);
  }
}

export function toSharedWant({ id, purpose, want, arrival }: Ticket, now: number): SharedWant {
  return { id, purpose, agoMs: now - arrival, parts: want.parts };
}
