import { readFile } from 'node:fs/promises';
import { GraphQLError } from 'graphql';
import type { JoinedSubgraphState, Look, SupergraphSource } from './contract.js';
import { FileWatch, type FileWatchDeps } from './FileWatch.js';
import { listSubgraphs } from './listSubgraphs.js';
import { toReason } from './reasons.js';

export interface FileSourceOptions {
  /** A composed supergraph. */
  readonly path: string;
  /** The name of our own schema, which then has to be one of the subgraphs of the file. */
  readonly own?: string | undefined;
}

/** Takes a composed supergraph from a file, and again whenever it changes. A broken file leaves the one before in place. */
export class FileSource implements SupergraphSource {
  readonly #watch: FileWatch;
  #text: string | undefined;
  #subgraphs: readonly JoinedSubgraphState[] = [];

  constructor(
    private readonly options: FileSourceOptions,
    private readonly deps: FileWatchDeps,
  ) {
    this.#watch = new FileWatch(options.path, deps);
  }

  async look(signal: AbortSignal): Promise<Look> {
    await this.#watch.begin();
    const reasons = await this.#read();
    signal.throwIfAborted();
    return { supergraphSdl: this.#text, reasons, subgraphs: this.#subgraphs };
  }

  rest(signal: AbortSignal): Promise<void> {
    return this.#watch.changed(signal);
  }

  close(): void {
    this.#watch.close();
  }

  async #read(): Promise<readonly string[]> {
    try {
      return this.#take(await readFile(this.options.path, 'utf8'));
    } catch (error) {
      return [toReason('SUPERGRAPH_FILE', `The file cannot be read (${codeOf(error)}).`)];
    }
  }

  /** @returns why the text cannot take the place of the one before; empty when it does. */
  #take(text: string): readonly string[] {
    if (text === this.#text) return [];
    const names = namesIn(text);
    if (!names.ok) return [names.reason];
    const { own } = this.options;
    if (own !== undefined && !names.value.includes(own)) return [lacksOwn(own)];
    this.#text = text;
    this.#subgraphs = names.value.map((name) => this.#stateOf(name));
    return [];
  }

  #stateOf(name: string): JoinedSubgraphState {
    const since = new Date(this.deps.clock.now()).toISOString();
    return this.#subgraphs.find((known) => known.name === name) ?? { name, state: 'ok', since };
  }
}

function lacksOwn(own: string): string {
  return toReason('SUPERGRAPH_FILE', `The file holds no subgraph ${own}, so our own data would be lost.`);
}

function namesIn(
  text: string,
): { readonly ok: true; readonly value: readonly string[] } | { readonly ok: false; readonly reason: string } {
  try {
    return { ok: true, value: listSubgraphs(text).map(({ name }) => name) };
  } catch (error) {
    const reason =
      error instanceof GraphQLError
        ? toReason('GRAPHQL_PARSE_FAILED', error.message)
        : toReason('SUPERGRAPH_FILE', 'The file names no subgraphs, so it is no composed supergraph.');
    return { ok: false, reason };
  }
}

/** The operating system's word, such as `ENOENT`. */
function codeOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : 'unknown';
}
