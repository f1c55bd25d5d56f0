import type { Clock } from '../../time/clock.js';
import type { Subgraph } from '../contract.js';
import { askSdl, type SdlAnswer } from './askSdl.js';
import { composeFitting, type Part } from './compose.js';
import type { JoinedSubgraphState, Look, SupergraphSource } from './contract.js';

export interface SubgraphsSourceOptions {
  /** Services of others, with distinct names; they compose in this order when not all fit together. */
  readonly subgraphs: readonly Subgraph[];
  /** Our own schema, where it takes part. It is always part of the composition. */
  readonly own?: Part | undefined;
  /** Milliseconds between two looks, ±10 %; default 60 000. */
  readonly pollIntervalMs?: number | undefined;
}

export interface SubgraphsSourceDeps {
  readonly clock: Clock;
  /** In [0, 1); spreads the looks of many instances. */
  readonly random: () => number;
}

const askTimeoutMs = 5_000;
const defaultPollIntervalMs = 60_000;
const firstRetryMs = 1_000;

/** What is known of one subgraph. */
interface Known {
  readonly subgraph: Subgraph;
  /** Its last valid SDL, kept while it cannot be asked, so that it keeps its place in the schema. */
  sdl: string | undefined;
  /** The SDL with which it is part of the last supergraph that composed. */
  accepted: string | undefined;
  answer: SdlAnswer['state'];
  /** Why it has no valid answer now. */
  reason: string | undefined;
  state: JoinedSubgraphState['state'];
  since: string;
}

/** What came of the last composition. It stays true until an SDL changes. */
interface Outcome {
  readonly supergraphSdl: string | undefined;
  readonly reasons: readonly string[];
  /** Those to blame for what does not fit. */
  readonly misfits: ReadonlySet<string>;
}

/**
 * Composes a supergraph of the schemas that subgraphs tell when asked. One that has never answered is left out until it
 * does, and is asked more often meanwhile; one that has keeps its place. Nothing is kept on disk: a gateway that starts
 * while a subgraph is away serves the rest.
 */
export class SubgraphsSource implements SupergraphSource {
  readonly #known: readonly Known[];
  #composedOf: readonly Part[] = [];
  #outcome: Outcome = { supergraphSdl: undefined, reasons: [], misfits: new Set() };
  #looksInVain = 0;

  constructor(
    private readonly options: SubgraphsSourceOptions,
    private readonly deps: SubgraphsSourceDeps,
  ) {
    const since = this.#instant();
    const unasked = { sdl: undefined, accepted: undefined, reason: undefined, since } as const;
    this.#known = options.subgraphs.map((subgraph) => ({
      subgraph,
      ...unasked,
      answer: 'unreachable',
      state: 'unreachable',
    }));
  }

  async look(signal: AbortSignal): Promise<Look> {
    await Promise.all(this.#known.map((known) => this.#ask(known, signal)));
    signal.throwIfAborted();
    if (this.#isAnySdlNew()) this.#compose();
    for (const known of this.#known) this.#judge(known);
    this.#looksInVain = this.#known.every(({ sdl }) => sdl !== undefined) ? 0 : this.#looksInVain + 1;
    return {
      supergraphSdl: this.#outcome.supergraphSdl,
      reasons: [...this.#known.flatMap(({ reason }) => reason ?? []), ...this.#outcome.reasons],
      subgraphs: this.#known.map(({ subgraph: { name }, state, since }) => ({ name, state, since })),
    };
  }

  async rest(signal: AbortSignal): Promise<void> {
    const { pollIntervalMs = defaultPollIntervalMs } = this.options;
    const untilRetryMs = firstRetryMs * 2 ** (this.#looksInVain - 1);
    const restMs = this.#looksInVain === 0 ? pollIntervalMs : Math.min(untilRetryMs, pollIntervalMs);
    await this.deps.clock.sleep(restMs * (0.9 + 0.2 * this.deps.random()), signal);
  }

  close(): void {
    // Subgraphs belong to whoever made them, and between two looks there is nothing to give back.
  }

  async #ask(known: Known, signal: AbortSignal): Promise<void> {
    const answer = await askSdl(known.subgraph, askTimeoutMs, this.deps.clock, signal);
    known.answer = answer.state;
    known.reason = answer.state === 'ok' ? undefined : answer.reason;
    if (answer.state === 'ok') known.sdl = answer.sdl;
  }

  #isAnySdlNew(): boolean {
    const parts = this.#parts();
    const before = this.#composedOf;
    return parts.length !== before.length || parts.some(({ sdl }, index) => sdl !== before[index]?.sdl);
  }

  /** Ours first, so that it is what the others have to fit. */
  #parts(): readonly Part[] {
    const { own } = this.options;
    return [...(own === undefined ? [] : [own]), ...this.#known.flatMap(toPart)];
  }

  /** Those that are part of the last supergraph have to be part of the next: otherwise that one stays. */
  #compose(): void {
    const parts = this.#parts();
    const isNewcomer = ({ accepted }: Known) => accepted === undefined;
    const newcomers = this.#known.filter(isNewcomer).flatMap(toPart);
    const members = parts.filter(({ name }) => newcomers.every((newcomer) => newcomer.name !== name));
    const { supergraphSdl, leftOut, reasons } = composeFitting(members, newcomers);
    this.#composedOf = parts;
    if (supergraphSdl === undefined) {
      const misfits = this.#known.filter(({ sdl, accepted }) => sdl !== accepted);
      this.#outcome = { ...this.#outcome, reasons, misfits: new Set(misfits.map(({ subgraph }) => subgraph.name)) };
      return;
    }
    for (const known of this.#known) if (!leftOut.includes(known.subgraph.name)) known.accepted = known.sdl;
    this.#outcome = { supergraphSdl, reasons, misfits: new Set(leftOut) };
  }

  #judge(known: Known): void {
    const fits = !this.#outcome.misfits.has(known.subgraph.name);
    const state = known.answer === 'ok' && !fits ? 'invalid' : known.answer;
    if (state === known.state) return;
    known.state = state;
    known.since = this.#instant();
  }

  #instant(): string {
    return new Date(this.deps.clock.now()).toISOString();
  }
}

function toPart({ subgraph: { name }, sdl }: Known): readonly Part[] {
  return sdl === undefined ? [] : [{ name, sdl }];
}
