import { setTimeout as wait } from 'node:timers/promises';
import { createRandom, type Random } from '../../../emulator/random.js';
import { ChaosSubscriber } from './ChaosSubscriber.js';
import type { ChaosTenant } from './ChaosTenant.js';
import { ChaosWriter } from './ChaosWriter.js';
import type { Span } from './checkLedger.js';
import type { GatewayProcess } from './GatewayProcess.js';
import { type JournalBook, toPlace } from './JournalBook.js';
import type { JournalReader } from './journalReaders.js';
import { type ChaosReport, judgeRun, type RunEvidence, toShownById } from './judgeRun.js';
import type { ChaosSize } from './sizes.js';
import { views } from './views.js';

/** What the run happens to. */
export interface ChaosWorld {
  readonly tenant: ChaosTenant;
  readonly gateways: readonly GatewayProcess[];
  readonly book: JournalBook;
  readonly journal: JournalReader;
  /** The gateway whose feed runs now; waits for one. */
  leader(): Promise<GatewayProcess>;
  /** Ends the journal's server and starts it again. */
  readonly restartServer?: () => Promise<void>;
  /** Whether what the server held is gone with it. */
  readonly losesAll?: boolean;
  /** Milliseconds that the feed takes to go on after its leader died. */
  readonly takeoverMs: number;
}

type Act = 'kill' | 'stall' | 'restart';

/** Of entities in the journal, in characters: a live reader that is further behind is told to read again. */
const liveBoundCharacters = 16 * 1024 * 1024;
/** What connection and sockets swallow before a reader that does not read is noticed. */
const slackCharacters = 14 * 1024 * 1024;
const stallLimitMs = 50_000;
const lookMs = 25;
const farewellsPerBlow = 8;
/** Beside each blow, whatever was written before. */
const fewestWrites = 30;
const settleLimitMs = 90_000;
const lingerMs = 1_500;

/** One run: a writer, subscribers that come and go, and what dies under them. */
export class ChaosRun {
  readonly #random: Random;
  readonly #writer: ChaosWriter;
  readonly #subscribers: readonly ChaosSubscriber[];
  readonly #stalled: ChaosSubscriber;
  readonly #interruptions: Span[] = [];
  readonly #begunAt = Date.now();
  /** What was written before, nobody was promised. */
  #watchedFrom = 0;
  #lostBefore = 0;
  #isOver = false;

  constructor(
    private readonly world: ChaosWorld,
    private readonly size: ChaosSize,
  ) {
    this.#random = createRandom(size.seed);
    this.#writer = new ChaosWriter(world.tenant, this.#random.fork('writer'), size.changes);
    this.#stalled = this.#newSubscriber('stalled', {
      transport: 'SSE',
      isSteady: true,
      keepsList: true,
      selectsTexts: true,
    });
    const others = Array.from({ length: size.subscribers - 1 }, (_none, index) =>
      this.#newSubscriber(`subscriber ${index}`, {
        transport: index % 2 === 0 ? 'WebSocket' : 'SSE',
        isSteady: index % 5 === 4,
        keepsList: index % 7 === 3,
      }),
    );
    this.#subscribers = [this.#stalled, ...others];
  }

  async play(): Promise<ChaosReport> {
    const before = toShownById(await this.world.tenant.alerts());
    await this.#writer.start();
    const looking = this.#keepLooking();
    try {
      await this.#untilFed();
      this.#watchedFrom = Date.now();
      await Promise.all(this.#subscribers.map((subscriber) => subscriber.run()));
      const acts = this.#acts();
      for (const [index, act] of acts.entries()) await this.#playAct(act, acts.length - index);
      await this.#settle();
      return await judgeRun(this.#evidence(before));
    } finally {
      this.#isOver = true;
      await Promise.all([looking, ...this.#subscribers.map((subscriber) => subscriber.stop())]);
      await this.world.journal.close();
    }
  }

  #acts(): readonly Act[] {
    const kills = Array.from({ length: this.size.kills }, (): Act => 'kill');
    const others: readonly Act[] = this.world.restartServer === undefined ? ['stall'] : ['stall', 'restart'];
    return this.#random.fork('acts').sample([...kills, ...others], kills.length + others.length);
  }

  /** The writer goes on beside it, with an equal part of what is left. */
  async #playAct(act: Act, actsLeft: number): Promise<void> {
    const count = Math.max(fewestWrites, Math.ceil((this.size.changes - this.#writer.count) / actsLeft));
    const lengthMs = this.world.takeoverMs + 2_000;
    const happening = { kill: () => this.#kill(lengthMs), stall: () => this.#stall(), restart: () => this.#restart() };
    await Promise.all([this.#writer.write(count, lengthMs), happening[act]()]);
  }

  async #kill(lengthMs: number): Promise<void> {
    await wait(this.#random.next() * (lengthMs / 3));
    const leader = await this.world.leader();
    const from = Date.now();
    await leader.kill();
    const farewells = this.#writer.writeFarewells(farewellsPerBlow, 100);
    await wait(this.#random.int(0, 1_000));
    await leader.start();
    await farewells;
    await this.#untilFeedGoesOn(from);
  }

  async #restart(): Promise<void> {
    await wait(this.#random.int(1_000, 3_000));
    await this.world.journal.look();
    const from = Date.now();
    await this.world.restartServer?.();
    await this.#writer.writeFarewells(3 * farewellsPerBlow, 100);
    await this.#untilFeedGoesOn(from);
    if (this.world.losesAll === true) this.#lostBefore = Date.now();
  }

  /** Until as much was journalled as no reader may be behind. */
  async #stall(): Promise<void> {
    await wait(500);
    this.#stalled.stall();
    const begunAt = Date.now();
    const known = this.#journalled();
    while (this.#journalled() - known < liveBoundCharacters + slackCharacters && Date.now() - begunAt < stallLimitMs) {
      await this.#writer.writeHeavy();
      await wait(600);
    }
    const { book } = this.world;
    const behind = book.newest(book.epochs.at(-1) ?? '');
    this.#stalled.readOn();
    const place = () => toPlace(this.#stalled.events.at(-1)?.cursor ?? 'none.0').sequence;
    await until(async () => place() >= behind, settleLimitMs);
  }

  #journalled(): number {
    const { book } = this.world;
    return book.entries(book.epochs.at(-1) ?? '').reduce((sum, { characters }) => sum + characters, 0);
  }

  async #keepLooking(): Promise<void> {
    while (!this.#isOver) {
      await this.world.journal.look();
      await wait(lookMs);
    }
  }

  /** The newest alert is the last that a first fill comes to. */
  async #untilFed(): Promise<void> {
    const { book } = this.world;
    await until(async () => {
      await this.#writer.writeNew();
      await wait(500);
      return book.epochs.some((epoch) => book.newest(epoch) > 0);
    }, settleLimitMs);
  }

  /** A write after the blow is in the journal. */
  async #untilFeedGoesOn(from: number): Promise<void> {
    const isTold = () => {
      const { book } = this.world;
      const told = new Set(book.epochs.flatMap((epoch) => book.entries(epoch)).map(({ entity }) => entity?.assignedTo));
      const states = [...this.#writer.ledger.values()].flat().filter(({ begunAt }) => begunAt > from + 500);
      return states.some(({ state }) => told.has(state.assignedTo));
    };
    await until(async () => isTold(), settleLimitMs);
    this.#interruptions.push({ from, to: Date.now() });
  }

  /** Everybody comes back once more; then a last write, after which nothing comes. */
  async #settle(): Promise<void> {
    for (const subscriber of this.#subscribers) subscriber.settle();
    const last = await this.#writer.writeNew();
    const isAt = ({ events }: ChaosSubscriber) => events.at(-1)?.alertId === last;
    await until(async () => this.#subscribers.every(isAt), settleLimitMs).catch(() => undefined);
    await wait(lingerMs);
    await this.world.journal.look();
  }

  #evidence(before: RunEvidence['before']): RunEvidence {
    const { tenant, gateways, book } = this.world;
    return {
      seed: this.size.seed,
      seconds: Math.round((Date.now() - this.#begunAt) / 1_000),
      tenant,
      gateways,
      book,
      before,
      ledger: this.#writer.ledger,
      subscribers: this.#subscribers,
      watchedFrom: this.#watchedFrom,
      interruptions: this.#interruptions,
      lostBefore: this.#lostBefore,
    };
  }

  #newSubscriber(
    name: string,
    own: Pick<ChaosSubscriber['options'], 'transport' | 'isSteady' | 'keepsList' | 'selectsTexts'>,
  ): ChaosSubscriber {
    const random = this.#random.fork(name);
    const { gateways, tenant } = this.world;
    const view = name === 'stalled' ? views[0] : random.pick(views);
    if (view === undefined) throw new Error('There are no views.');
    return new ChaosSubscriber({ name, view, gateways, authorization: tenant.authorization, random, ...own });
  }
}

async function until(isSo: () => Promise<boolean>, limitMs: number): Promise<void> {
  const deadline = Date.now() + limitMs;
  while (!(await isSo())) {
    if (Date.now() > deadline) throw new Error('It did not come about in time.');
    await wait(100);
  }
}
