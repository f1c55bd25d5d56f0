import type { ExecutionResult, FormattedExecutionResult } from 'graphql';

/** One answer as it leaves, errors formatted and extensions added. */
export type Answer = FormattedExecutionResult<Record<string, unknown>, Record<string, unknown>>;

/** Answers of one operation: one for a query or mutation, one per event for a subscription. */
export type AnswerStream = AsyncGenerator<Answer, undefined, undefined>;

/**
 * graphql-ws and graphql-sse type answers with `GraphQLError` instances, but hand formatted ones on as they are when
 * their `onNext` returns them or when they only serialise.
 */
export function asLibraryStream(answers: AnswerStream): AsyncGenerator<ExecutionResult> {
  return answers as unknown as AsyncGenerator<ExecutionResult>;
}

export interface AnswerSource {
  /** The next answer, or undefined after the last. Called again only when the one before was taken. */
  next(): Promise<Answer | undefined>;
  /** Gives up what is running and releases everything; called once, also after the last answer. */
  stop(): void;
}

/**
 * Makes a stream whose `return()` takes effect at once, even while an answer is awaited. A native async generator would
 * queue the call behind the pending `next()`, which may wait for an event that never comes.
 */
export function toAnswerStream(source: AnswerSource): AnswerStream {
  let stopped = false;
  let wakePending: (() => void) | undefined;
  const end: IteratorReturnResult<undefined> = { done: true, value: undefined };

  function release(): void {
    if (stopped) return;
    stopped = true;
    source.stop();
  }

  function stop(): IteratorReturnResult<undefined> {
    release();
    wakePending?.();
    return end;
  }

  async function pull(): Promise<IteratorResult<Answer, undefined>> {
    try {
      const value = await source.next();
      return stopped || value === undefined ? stop() : { done: false, value };
    } catch (error) {
      if (stopped) return end;
      release();
      throw error;
    }
  }

  return {
    next() {
      if (stopped) return Promise.resolve(end);
      return new Promise((resolve, reject) => {
        wakePending = () => resolve(end);
        pull().then(resolve, reject);
      });
    },
    async return() {
      return stop();
    },
    async throw(error: unknown) {
      stop();
      throw error;
    },
    [Symbol.asyncIterator]() {
      return this;
    },
    async [Symbol.asyncDispose]() {
      stop();
    },
  };
}
