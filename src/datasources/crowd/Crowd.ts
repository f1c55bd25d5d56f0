import { UpstreamError } from '../../errors/GatewayError.js';
import { toError } from '../../errors/toError.js';
import type { Clock } from '../../time/clock.js';
import type { CallScope, Upstream } from '../../upstream/contract.js';
import { untilDeadline } from '../../upstream/deadline.js';
import { isMemoryOnly, notAtHand } from '../../upstream/memoryOnly.js';
import { isPassing, outlives } from './passing.js';
import { inTurn, ranks, type Seat } from './Seat.js';

/** Something that an operation wants from an upstream and can share a call for. */
export interface Want {
  readonly key: string;
}

/** A want as those see it who choose whom to take along. */
export interface Waiting<W extends Want> {
  readonly want: W;
  /** Tells operations apart. */
  readonly requestId: string;
}

/** A want that is being asked for. */
export interface Boarded<W extends Want> {
  readonly want: W;
  /** Whether it is of the operation on whose account the call goes. */
  readonly isOwn: boolean;
}

/** How wants of one kind share calls. */
export interface CrowdKind<W extends Want, R> {
  /** The ones that go together, from those who wait in the order of their turn; the first is always among them. */
  select(waiting: readonly Waiting<W>[]): readonly W[];
  /**
   * Asks the upstream on the account of `leader`. `board` says for whom and is called when the first call may start
   * (`UpstreamCall.atStart`); `land` answers one of them. Who has no answer at the end waits for another turn.
   */
  ask(
    leader: W,
    board: () => readonly Boarded<W>[],
    land: (want: W, result: R | Error) => void,
    scope: CallScope,
  ): Promise<void>;
}

/** A call that waits for its start, or is under way. */
interface Carrier<W extends Want, R> {
  readonly leader: Seat<W, R>;
  readonly dismissal: AbortController;
  boarded: readonly Seat<W, R>[] | undefined;
}

export interface CrowdDeps {
  readonly upstream: Upstream;
  readonly clock: Clock;
}

/** Who waits is told before the deadline, while there is still time to answer with what is known. */
const marginMs = 150;

/** How often a want goes along with others before it only goes by itself. */
const mostTries = 3;

/**
 * Wants of many operations with the same rights, folded into the fewest calls. A call is put together only when the
 * upstream's budget lets it start: the scarcer the budget, the more wants have gathered by then. Every call goes on the
 * account, and by the deadline, class and turn, of one of those who wait; the others ride along and never queue themselves.
 */
export class Crowd<W extends Want, R> {
  readonly #deps: CrowdDeps;
  readonly #kind: CrowdKind<W, R>;
  readonly #carriers = new Set<Carrier<W, R>>();
  #waiting: Seat<W, R>[] = [];
  #arrivals = 0;

  constructor(deps: CrowdDeps, kind: CrowdKind<W, R>) {
    this.#deps = deps;
    this.#kind = kind;
  }

  /** Every want's result by key. Rejects with the signal's reason when aborted; others go on without. */
  async read(wants: readonly W[], scope: CallScope): Promise<ReadonlyMap<string, R | Error>> {
    scope.signal.throwIfAborted();
    if (isMemoryOnly(scope)) return new Map(wants.map(({ key }) => [key, notAtHand(this.#deps.upstream.name, scope)]));
    const seats = wants.map((want, index) => this.#seat(want, index, scope));
    const done = new AbortController();
    const onAbort = () => this.#leave(seats, toError(scope.signal.reason));
    scope.signal.addEventListener('abort', onAbort, { once: true, signal: done.signal });
    untilDeadline(this.#deps.clock, scope.deadlineAt - marginMs, done.signal).then(
      () => this.#leave(seats, this.#tooLate(scope)),
      () => undefined,
    );
    this.#wait(seats);
    const found = await Promise.all(seats.map((seat) => seat.outcome));
    done.abort();
    scope.signal.throwIfAborted();
    return new Map(wants.map((want, index) => [want.key, found[index] as R | Error]));
  }

  #tooLate({ requestId }: CallScope): UpstreamError {
    const { name } = this.#deps.upstream;
    const windows = this.#deps.upstream.status().budgets.map(({ windowSeconds }) => windowSeconds * 1_000);
    const details = { upstream: name, requestId, retryAfterMs: Math.max(1_000, ...windows) };
    return new UpstreamError('UPSTREAM_THROTTLED', `${name} had no budget left for this call in time.`, details);
  }

  #seat(want: W, index: number, scope: CallScope): Seat<W, R> {
    let resolve: Seat<W, R>['resolve'] = () => undefined;
    const outcome = new Promise<R | Error>((settle) => {
      resolve = settle;
    });
    const caller = scope.callerKey ?? scope.accessScope;
    const round = index + this.#waiting.filter((seat) => seat.caller === caller).length;
    return { want, scope, caller, round, arrival: ++this.#arrivals, tries: 0, isDone: false, outcome, resolve };
  }

  #wait(seats: readonly Seat<W, R>[]): void {
    this.#waiting = [...this.#waiting, ...seats].sort(inTurn);
    this.#balance();
  }

  #leave(seats: readonly Seat<W, R>[], reason: Error): void {
    for (const seat of seats) this.#settle(seat, reason);
    this.#balance();
  }

  #settle(seat: Seat<W, R>, result: R | Error): void {
    if (seat.isDone) return;
    seat.isDone = true;
    this.#waiting = this.#waiting.filter((other) => other !== seat);
    seat.resolve(result);
  }

  /** As many calls on their way to a start as those who wait need, in the classes that they need. */
  #balance(): void {
    const groups = this.#groups();
    for (const carrier of this.#idle()) if (!this.#waiting.includes(carrier.leader)) this.#dismiss(carrier);
    for (const rank of Object.values(ranks)) {
      const wanted = groups.filter(([first]) => first !== undefined && ranks[first.scope.purpose] <= rank);
      const led = new Set(this.#idle().map(({ leader }) => leader));
      for (const seat of led) if (ranks[seat.scope.purpose] > rank) led.delete(seat);
      // A group that has its call already must not get one of a lower class, which would be surplus again.
      const unled = wanted.filter((group) => !group.some((seat) => led.has(seat)));
      for (const [first] of unled.slice(0, Math.max(0, wanted.length - led.size))) if (first) this.#start(first);
    }
    for (const surplus of this.#idle().slice(groups.length)) this.#dismiss(surplus);
  }

  /** Who would go together if every call could start now. */
  #groups(): Seat<W, R>[][] {
    const groups: Seat<W, R>[][] = [];
    for (let rest = this.#waiting; rest.length > 0; ) {
      const group = this.#selected(rest);
      groups.push(group);
      rest = rest.filter((seat) => !group.includes(seat));
    }
    return groups;
  }

  #selected(waiting: readonly Seat<W, R>[]): Seat<W, R>[] {
    const [first] = waiting;
    if (first === undefined || first.tries >= mostTries) return first === undefined ? [] : [first];
    const wants = new Set(this.#kind.select(waiting.map(({ want, scope }) => ({ want, requestId: scope.requestId }))));
    return waiting.filter((seat) => wants.has(seat.want));
  }

  /** Calls that have not started, the most urgent class first. */
  #idle(): Carrier<W, R>[] {
    const idle = [...this.#carriers].filter(({ boarded }) => boarded === undefined);
    return idle.sort((a, b) => ranks[a.leader.scope.purpose] - ranks[b.leader.scope.purpose]);
  }

  #dismiss(carrier: Carrier<W, R>): void {
    this.#carriers.delete(carrier);
    carrier.dismissal.abort();
  }

  #start(leader: Seat<W, R>): void {
    const carrier: Carrier<W, R> = { leader, dismissal: new AbortController(), boarded: undefined };
    this.#carriers.add(carrier);
    void this.#carry(carrier);
  }

  async #carry(carrier: Carrier<W, R>): Promise<void> {
    const { leader, dismissal } = carrier;
    const scope = { ...leader.scope, signal: AbortSignal.any([leader.scope.signal, dismissal.signal]) };
    const board = () => this.#board(carrier);
    const land = (want: W, result: R | Error) => {
      const seat = carrier.boarded?.find((other) => other.want === want);
      if (seat !== undefined) this.#settle(seat, result);
    };
    let error: Error | undefined;
    try {
      // Calls are put on their way one after the other; who asks for them has to know them all first.
      await Promise.resolve();
      scope.signal.throwIfAborted();
      await this.#kind.ask(leader.want, board, land, scope);
    } catch (reason) {
      error = toError(reason);
    }
    this.#arrive(carrier, error);
  }

  /** Takes the leader and whoever fits beside it; the same again for a repeated attempt. */
  #board(carrier: Carrier<W, R>): readonly Boarded<W>[] {
    const { leader } = carrier;
    if (carrier.boarded === undefined) {
      if (!this.#waiting.includes(leader)) throw new Error('Nobody waits for this call any more.');
      carrier.boarded = this.#selected([leader, ...this.#waiting.filter((seat) => seat !== leader)]);
      const boarded = new Set(carrier.boarded);
      this.#waiting = this.#waiting.filter((seat) => !boarded.has(seat));
      this.#balance();
    }
    return carrier.boarded.map(({ want, scope }) => ({ want, isOwn: scope.requestId === leader.scope.requestId }));
  }

  /** Who was not answered gets the error, or another turn if the error says nothing about them. */
  #arrive(carrier: Carrier<W, R>, error: Error | undefined): void {
    this.#carriers.delete(carrier);
    const again: Seat<W, R>[] = [];
    for (const seat of this.#unanswered(carrier)) {
      if (this.#mayTryAgain(seat, carrier, error)) again.push(seat);
      else this.#settle(seat, error ?? new Error('The upstream was asked, and a want was left out.'));
    }
    for (const seat of again) seat.tries += 1;
    this.#wait(again);
  }

  /** A leader that went along with another call meanwhile has nothing to do with how its own one ended. */
  #unanswered({ boarded, leader, dismissal }: Carrier<W, R>): Seat<W, R>[] {
    if (boarded !== undefined) return boarded.filter((seat) => !seat.isDone);
    return dismissal.signal.aborted || !this.#waiting.includes(leader) ? [] : [leader];
  }

  #mayTryAgain(seat: Seat<W, R>, { leader }: Carrier<W, R>, error: Error | undefined): boolean {
    if (seat.tries >= mostTries) return false;
    if (error === undefined) return true;
    if (seat === leader) return false;
    return leader.scope.signal.aborted || (outlives(seat.scope, leader.scope) && isPassing(error));
  }
}
