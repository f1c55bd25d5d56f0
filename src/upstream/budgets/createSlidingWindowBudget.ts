import type { Clock } from '../../time/clock.js';
import type { BudgetStatus, Purpose } from '../contract.js';
import { untilDeadline } from '../deadline.js';
import { allowance, guarantee, headroom, largestDraw, nextInLine, type Usage } from './classes.js';
import type { Budget, Grant, LimitRow, Refusal, Want } from './contract.js';
import { earliestStartMs, WindowLedger } from './ledger.js';
import { Line, type Waiter } from './line.js';
import { Pace } from './pace.js';
import { type EffectiveLimit, effectiveLimit, GivingWay } from './share.js';

/** Longest line of one upstream; who comes later is refused at once. */
const longestLine = 1_000;

export interface SlidingWindowBudget extends Budget {
  /** Refuses everyone who waits and everyone who comes. */
  stop(): void;
}

interface Ticket extends Waiter {
  readonly want: Want;
  readonly since: number;
  readonly leave: AbortController;
  resolve(outcome: Grant | Refusal): void;
  reject(reason: unknown): void;
}

/** Units that were drawn before the budget was made, and when they were answered. */
export interface DrawnBefore {
  readonly units: number;
  readonly atMs: number;
}

/** One documented limit as a sliding window in this process. */
export function createSlidingWindowBudget(
  row: LimitRow,
  clock: Clock,
  drawnBefore: readonly DrawnBefore[] = [],
): SlidingWindowBudget {
  return new ProcessBudget(row, clock, drawnBefore);
}

class ProcessBudget implements SlidingWindowBudget {
  readonly #row: LimitRow;
  readonly #clock: Clock;
  readonly #window = new WindowLedger();
  /** Draws of the classes that have a guarantee, over the time that it covers. */
  readonly #sure = { feed: new WindowLedger(), background: new WindowLedger() };
  readonly #backgroundDrawn = new WindowLedger();
  readonly #givingWay = new GivingWay();
  readonly #pace = new Pace();
  readonly #line = new Line<Ticket>();
  #arrivals = 0;
  #pausedUntil = 0;
  /** Until when a refusal keeps everything back whose pause is not known yet. */
  #heldUntil = 0;
  #alarm: AbortController | undefined;
  #stopped = false;

  constructor(row: LimitRow, clock: Clock, drawnBefore: readonly DrawnBefore[]) {
    this.#row = row;
    this.#clock = clock;
    for (const { units, atMs } of drawnBefore) this.#window.add(units, atMs);
  }

  get queueDepth(): number {
    return this.#line.length;
  }

  draw(want: Want): Promise<Grant | Refusal> {
    if (want.signal.aborted) return Promise.reject(want.signal.reason);
    return new Promise((resolve, reject) => {
      const ticket = this.#ticket(want, resolve, reject);
      if (this.#stopped || this.#line.length >= longestLine || this.#clock.now() >= want.deadlineAt) {
        return resolve(this.#refusal(ticket));
      }
      this.#line.add(ticket);
      this.#advance();
      if (ticket.leave.signal.aborted) return;
      this.#watch(ticket);
      this.#dismissIfHopeless(ticket);
    });
  }

  throttled(pauseMs: number): void {
    const now = this.#clock.now();
    // Several calls in flight are refused together; that is one refusal, not many.
    if (this.#row.shared && now >= this.#pausedUntil) this.#givingWay.halve(now);
    this.#pausedUntil = Math.max(this.#pausedUntil, now + pauseMs);
    this.#heldUntil = 0;
    for (const ticket of this.#line.all()) this.#dismissIfHopeless(ticket);
    this.#advance();
  }

  pauseLeftMs(): number {
    return Math.max(0, this.#pausedUntil - this.#clock.now());
  }

  stop(): void {
    this.#stopped = true;
    this.#alarm?.abort();
    for (const ticket of this.#line.all()) this.#dismiss(ticket, { granted: false, retryAfterMs: 0 });
  }

  status(): BudgetStatus {
    const now = this.#clock.now();
    const { units, windowMs } = this.#limit(now);
    const used = this.#window.used(now, windowMs);
    const [next] = this.#window.releases(now, windowMs);
    return {
      name: this.#row.name,
      limit: units,
      windowSeconds: windowMs / 1_000,
      left: Math.max(0, units - used),
      resetsAt: next === undefined ? null : new Date(next.atMs).toISOString(),
    };
  }

  #ticket(want: Want, resolve: Ticket['resolve'], reject: Ticket['reject']): Ticket {
    const now = this.#clock.now();
    return {
      purpose: want.purpose,
      callerKey: want.callerKey ?? '',
      returns: want.arrival !== undefined,
      units: this.#countable(want.parts[0] ?? 1, now),
      arrival: want.arrival ?? ++this.#arrivals,
      want,
      since: now,
      leave: new AbortController(),
      resolve,
      reject,
    };
  }

  /** Leaves the line when the caller goes away or its deadline passes. */
  #watch(ticket: Ticket): void {
    const { want, leave } = ticket;
    const tooLate = () => this.#clock.now() >= want.deadlineAt;
    const onAbort = () => this.#dismiss(ticket, tooLate() ? this.#refusal(ticket) : { reason: want.signal.reason });
    const onDeadline = () => this.#dismiss(ticket, this.#refusal(ticket));
    want.signal.addEventListener('abort', onAbort, { once: true, signal: leave.signal });
    untilDeadline(this.#clock, want.deadlineAt, leave.signal).then(onDeadline, () => undefined);
  }

  #dismiss(ticket: Ticket, outcome: Refusal | { readonly reason: unknown }): void {
    if (ticket.leave.signal.aborted) return;
    this.#line.remove(ticket);
    ticket.leave.abort();
    if ('reason' in outcome) ticket.reject(outcome.reason);
    else ticket.resolve(outcome);
    this.#advance();
  }

  /** Tells those who surely cannot start in time so, instead of letting them wait for it. */
  #dismissIfHopeless(ticket: Ticket): void {
    if (this.#earliestStart(ticket) >= ticket.want.deadlineAt) this.#dismiss(ticket, this.#refusal(ticket));
  }

  #refusal(ticket: Ticket): Refusal {
    const waitMs = this.#earliestStart(ticket) - this.#clock.now();
    return { granted: false, retryAfterMs: Math.max(1, Math.ceil(waitMs)) };
  }

  #earliestStart(ticket: Ticket): number {
    const now = this.#clock.now();
    const { windowMs } = this.#limit(now);
    const wants = [...this.#line.ahead(ticket), ticket].map(({ units }) => units);
    const free = this.#free(ticket.purpose, this.#usage(now));
    return earliestStartMs(
      wants,
      free,
      this.#window.releases(now, windowMs),
      Math.max(now, this.#pausedUntil),
      windowMs,
    );
  }

  /** Background is estimated by the whole window: when others will be idle is not known. */
  #free(purpose: Purpose, usage: Usage): number {
    return purpose === 'interactive' ? usage.free - headroom(usage) : usage.free;
  }

  /** Grants whatever can be granted now, and sets the alarm for the next moment at which more may be. */
  #advance(): void {
    this.#alarm?.abort();
    this.#alarm = undefined;
    if (this.#stopped || this.#line.length === 0) return;
    const now = this.#clock.now();
    while (now >= this.#opensAt(now)) {
      const usage = this.#usage(now);
      const purpose = nextInLine(this.#line.heads(), usage);
      const ticket = purpose && this.#line.first(purpose);
      if (ticket === undefined) break;
      this.#grant(ticket, allowance(ticket.purpose, usage), now);
    }
    if (this.#line.length > 0) this.#setAlarm(now);
  }

  /** When the next call may start, as far as refusals and pace go; infinity while that depends on a call in flight. */
  #opensAt(now: number): number {
    const closedUntil = Math.max(this.#pausedUntil, this.#heldUntil);
    if (!this.#row.shared || now < closedUntil) return closedUntil;
    const limit = this.#limit(now);
    const used = this.#window.used(now, limit.windowMs);
    const refusedLately = this.#givingWay.factor(now) < 1;
    const nextReleaseMs = this.#window.nextReleaseMs(now, limit.windowMs);
    const state = { limit, used, inFlight: this.#window.inFlight, nextReleaseMs, refusedLately };
    return this.#pace.nextStartMs(state) ?? Number.POSITIVE_INFINITY;
  }

  #grant(ticket: Ticket, allowed: number, now: number): void {
    this.#line.take(ticket);
    ticket.leave.abort();
    this.#pace.started(now);
    const { parts, units } = this.#fit(ticket.want.parts, allowed, now);
    this.#window.take(units);
    this.#charge(ticket.purpose, units, now);
    ticket.resolve(this.#grantOf(ticket, parts, units, now));
  }

  /** Counts units against what their class may draw. */
  #charge(purpose: Purpose, units: number, atMs: number): void {
    if (purpose !== 'interactive') this.#sure[purpose].add(units, atMs);
    if (purpose === 'background') this.#backgroundDrawn.add(units, atMs);
  }

  #grantOf(ticket: Ticket, parts: number, units: number, now: number): Grant {
    let open = true;
    const close = (release: () => void) => {
      if (!open) return;
      open = false;
      release();
    };
    // A class is owed answers: what brought none is not counted against it.
    const discharge = () => this.#charge(ticket.purpose, -units, now);
    const closeAndGoOn = (release: () => void) => {
      close(release);
      this.#advance();
    };
    return {
      granted: true,
      parts,
      units,
      waitedMs: now - ticket.since,
      arrival: ticket.arrival,
      settle: (cost = units) => closeAndGoOn(() => this.#window.settle(units, cost, this.#clock.now())),
      refuse: () =>
        close(() => {
          discharge();
          this.#refuse(units, this.#clock.now());
        }),
      cancel: () =>
        closeAndGoOn(() => {
          discharge();
          this.#window.giveBack(units);
        }),
    };
  }

  /** Our window is longer than the upstream's where less than one unit is ours; a refused call should not cost all of it. */
  #refuse(units: number, now: number): void {
    const until = now + this.#row.windowMs;
    this.#window.settle(units, units, now, until);
    this.#pace.refused();
    // Nobody goes next before `throttled` has said for how long; if it never does, a window is long enough.
    this.#heldUntil = until;
  }

  /** As many parts from the front as fit; the first always does. */
  #fit(parts: readonly number[], allowed: number, now: number): { parts: number; units: number } {
    let units = this.#countable(parts[0] ?? 1, now);
    let count = 1;
    for (const part of parts.slice(1)) {
      if (units + part > allowed) break;
      units += part;
      count++;
    }
    return { parts: count, units };
  }

  #countable(units: number, now: number): number {
    return Math.min(units, largestDraw(this.#limit(now).units));
  }

  #limit(now: number): EffectiveLimit {
    return effectiveLimit(this.#row, this.#givingWay.factor(now));
  }

  #usage(now: number): Usage {
    const { units, windowMs } = this.#limit(now);
    return {
      limit: units,
      free: units - this.#window.used(now, windowMs),
      guaranteed: {
        feed: this.#guaranteeLeft('feed', now),
        interactive: 0,
        background: this.#guaranteeLeft('background', now),
      },
      backgroundDrawn: this.#backgroundDrawn.used(now, windowMs),
    };
  }

  #guaranteeLeft(purpose: 'feed' | 'background', now: number): number {
    const { units, windowMs } = this.#limit(now);
    const sure = guarantee(purpose, units, windowMs);
    return Math.max(0, sure.units - this.#sure[purpose].used(now, sure.horizonMs));
  }

  #setAlarm(now: number): void {
    const wakeAt = this.#nextChange(now);
    if (wakeAt === undefined) return;
    const alarm = new AbortController();
    this.#alarm = alarm;
    this.#clock.sleep(wakeAt - now, alarm.signal).then(
      () => this.#advance(),
      () => undefined,
    );
  }

  /** The soonest of: the end of the pause or the next beat of the pace, answered units freeing, a guarantee renewing. Answers call `#advance` themselves. */
  #nextChange(now: number): number | undefined {
    const { windowMs, units } = this.#limit(now);
    const opensAt = this.#opensAt(now);
    const moments = [
      opensAt > now && opensAt < Number.POSITIVE_INFINITY ? opensAt : undefined,
      this.#window.nextReleaseMs(now, windowMs),
      this.#backgroundDrawn.nextReleaseMs(now, windowMs),
      this.#sure.feed.nextReleaseMs(now, guarantee('feed', units, windowMs).horizonMs),
      this.#sure.background.nextReleaseMs(now, guarantee('background', units, windowMs).horizonMs),
    ].filter((moment) => moment !== undefined);
    return moments.length === 0 ? undefined : Math.min(...moments);
  }
}
