import { LRUCache } from 'lru-cache';
import type { Answer } from './answerStream.js';

/** An answer that is being made. */
export interface Execution {
  readonly answer: Promise<Answer>;
  cancel(): void;
}

/** How one subscriber was answered: by an execution of its own, or by one that others share. */
export type EventOutcome = 'executed' | 'shared';

export interface SharedEventsOptions {
  /** Most answers kept for subscribers who come to the event later, all subscriptions together. Default 4,096. */
  readonly maxAnswers?: number;
  /** Most characters of JSON kept. Default 32 Mi. */
  readonly maxCharacters?: number;
  /** Told once for every event of every subscriber; for counters. */
  readonly onAnswer?: (outcome: EventOutcome) => void;
}

interface Running extends Execution {
  waiting: number;
}

/** One subscriber among those with the same subscription. */
export interface Member {
  /**
   * The answer to an event, made once for all who want it.
   * @param event Tells the event apart from others of the subscription.
   * @param execute Starts the execution; called only when nobody did.
   */
  answer(event: string, execute: () => Execution): Promise<Answer>;
  /** Gives up its waiting. An execution ends only when nobody waits for it any more. */
  leave(): void;
}

/**
 * Executes every event once for all subscribers of the same subscription. Each comes to the event by itself, at its own
 * pace; who is late finds the answer while it is kept, and is answered by a new execution when it is not.
 */
export class SharedEvents {
  readonly #members = new Map<string, number>();
  readonly #running = new Map<string, Running>();
  readonly #answers: LRUCache<string, Answer>;
  readonly #onAnswer: (outcome: EventOutcome) => void;

  constructor({ maxAnswers = 4_096, maxCharacters = 32 * 1024 * 1024, onAnswer }: SharedEventsOptions = {}) {
    this.#answers = new LRUCache({
      max: maxAnswers,
      maxSize: maxCharacters,
      sizeCalculation: (answer) => JSON.stringify(answer).length,
    });
    this.#onAnswer = onAnswer ?? (() => undefined);
  }

  /** @param subscription Equal for those whose answers to one event are the same. */
  join(subscription: string): Member {
    let awaited: { readonly key: string; readonly running: Running } | undefined;
    let hasLeft = false;
    this.#members.set(subscription, this.#count(subscription) + 1);
    return {
      answer: async (event, execute) => {
        const key = `${subscription} ${event}`;
        const known = this.#answers.get(key);
        if (known !== undefined) return this.#told('shared', known);
        const running = this.#running.get(key) ?? this.#start(subscription, key, execute);
        running.waiting += 1;
        const outcome = running.waiting === 1 ? 'executed' : 'shared';
        awaited = { key, running };
        try {
          return this.#told(outcome, await running.answer);
        } finally {
          awaited = undefined;
        }
      },
      leave: () => {
        if (hasLeft) return;
        hasLeft = true;
        if (awaited !== undefined) this.#stopWaiting(awaited.key, awaited.running);
        const left = this.#count(subscription) - 1;
        if (left === 0) this.#members.delete(subscription);
        else this.#members.set(subscription, left);
      },
    };
  }

  #count(subscription: string): number {
    return this.#members.get(subscription) ?? 0;
  }

  #told(outcome: EventOutcome, answer: Answer): Answer {
    this.#onAnswer(outcome);
    return answer;
  }

  #start(subscription: string, key: string, execute: () => Execution): Running {
    const running: Running = { ...execute(), waiting: 0 };
    this.#running.set(key, running);
    running.answer.then(
      (answer) => this.#settle(subscription, key, running, answer),
      () => this.#settle(subscription, key, running),
    );
    return running;
  }

  /** Keeps the answer while there is somebody else who may come for it; a failure is not kept. */
  #settle(subscription: string, key: string, running: Running, answer?: Answer): void {
    if (this.#running.get(key) !== running) return;
    this.#running.delete(key);
    if (answer !== undefined && this.#count(subscription) > 1) this.#answers.set(key, answer);
  }

  #stopWaiting(key: string, running: Running): void {
    running.waiting -= 1;
    if (running.waiting > 0) return;
    if (this.#running.get(key) === running) this.#running.delete(key);
    running.cancel();
  }
}
