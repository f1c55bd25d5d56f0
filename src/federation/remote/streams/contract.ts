import type { OperationContext } from '../../../execution/contract.js';
import type { Clock } from '../../../time/clock.js';
import type { SubgraphError } from '../../SubgraphError.js';
import type { Origin } from '../readResult.js';
import type { WireOperation } from '../wireOperation.js';

/** Is told what becomes of one subscription; what comes after `failed` or `ended` does not count. */
export interface StreamSink {
  /** The subgraph, or at least the connection to it, is there; events may come. */
  begun(): void;
  /** @param payload An answer as the subgraph sent it, parsed but not checked. */
  event(payload: unknown): void;
  failed(error: SubgraphError): void;
  /** The subgraph has no more events. */
  ended(): void;
}

/** One way of having subscriptions. Never tries again: who subscribed decides about that. */
export interface StreamTransport {
  /** @returns how to end the subscription at the subgraph; does nothing the second time. */
  open(operation: WireOperation, context: OperationContext, sink: StreamSink): () => void;
  /** Resolves when no socket is left. To be called when all subscriptions have ended. */
  stop(): Promise<void>;
}

export interface StreamOptions {
  readonly origin: Origin;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>> | undefined;
  /** Longest that connecting may take. */
  readonly timeoutMs: number;
  readonly clock: Clock;
}
