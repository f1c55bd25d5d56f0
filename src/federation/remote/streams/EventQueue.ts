import type { SubgraphResult } from '../../contract.js';
import { SubgraphError } from '../../SubgraphError.js';
import { remoteDefaults } from '../config.js';
import * as failures from '../failures.js';
import { type Origin, readResult } from '../readResult.js';
import type { StreamSink } from './contract.js';

type Step = IteratorResult<SubgraphResult, undefined>;

interface Taker {
  resolve(step: Step): void;
  reject(error: SubgraphError): void;
}

const over: Step = { done: true, value: undefined };

/**
 * Events between a subgraph that sends and a client that reads, each at its own pace. What has come is delivered before
 * the end or the error; a reader who is too far behind has an error coming in place of the rest.
 */
export class EventQueue implements StreamSink, AsyncIterableIterator<SubgraphResult, undefined> {
  readonly #origin: Origin;
  /** Resolves when events may come, or the stream ended in order. @throws {SubgraphError} when it failed before. */
  readonly hasBegun: Promise<void>;
  #begin: () => void = () => undefined;
  #refuse: (error: SubgraphError) => void = () => undefined;
  #onOver: (error?: SubgraphError) => void = () => undefined;
  readonly #waiting: SubgraphResult[] = [];
  readonly #takers: Taker[] = [];
  /** Set once nothing more is taken in; an error is delivered once. */
  #end: { error?: SubgraphError } | undefined;
  #failure: SubgraphError | undefined;

  constructor(origin: Origin) {
    this.#origin = origin;
    this.hasBegun = new Promise((resolve, reject) => {
      this.#begin = resolve;
      this.#refuse = reject;
    });
    this.hasBegun.catch(() => undefined);
  }

  /** @param listener Called once, as soon as nothing more is taken in; with the error that ended the events, if one did. */
  onOver(listener: (error?: SubgraphError) => void): void {
    if (this.#end === undefined) this.#onOver = listener;
    else listener(this.#failure);
  }

  begun(): void {
    this.#begin();
  }

  event(payload: unknown): void {
    if (this.#end !== undefined) return;
    try {
      this.#put(readResult(payload, this.#origin));
    } catch (error) {
      if (!(error instanceof SubgraphError)) throw error;
      this.failed(error);
    }
  }

  failed(error: SubgraphError): void {
    if (this.#end !== undefined) return;
    this.#refuse(error);
    this.#failure = error;
    const taker = this.#takers.shift();
    taker?.reject(error);
    this.#finish(taker === undefined ? { error } : {});
  }

  ended(): void {
    if (this.#end !== undefined) return;
    this.#begin();
    this.#finish({});
  }

  async next(): Promise<Step> {
    const value = this.#waiting.shift();
    if (value !== undefined) return { done: false, value };
    if (this.#end === undefined) return new Promise((resolve, reject) => this.#takers.push({ resolve, reject }));
    const { error } = this.#end;
    this.#end = {};
    if (error !== undefined) throw error;
    return over;
  }

  /** The client has seen enough: what waits is dropped. */
  async return(): Promise<Step> {
    this.#waiting.length = 0;
    if (this.#end === undefined) this.ended();
    else this.#end = {};
    return over;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.return();
  }

  #put(value: SubgraphResult): void {
    const taker = this.#takers.shift();
    if (taker !== undefined) taker.resolve({ done: false, value });
    else if (this.#waiting.length < remoteDefaults.maxWaitingEvents) this.#waiting.push(value);
    else this.failed(failures.tooSlowReader(this.#origin.name));
  }

  #finish(end: { error?: SubgraphError }): void {
    this.#end = end;
    for (const taker of this.#takers.splice(0)) taker.resolve(over);
    this.#onOver(this.#failure);
  }
}
