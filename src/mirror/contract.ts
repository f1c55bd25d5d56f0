import type { ChangeTopic, EntityOf } from '../changes/contract.js';
import type { JournalApplier } from '../changes/journalApplier.js';
import type { GatewayError } from '../errors/GatewayError.js';
import type { CallScope } from '../upstream/contract.js';
import type { MirrorRows } from './MirrorTable.js';

/** What of an operation decides whether it may be answered from the mirror. */
export interface MirrorReader extends Pick<CallScope, 'reading' | 'callerAssertion'> {
  /**
   * Nobody else can be asked: for so many milliseconds after the mirror last kept up, what it had then will do, marked
   * stale, rows in doubt too. Absent: what cannot be proved now is not wanted.
   */
  readonly staleMs?: number | undefined;
}

/**
 * That the mirror holds every entity of a topic whose last update is at or after `coveredFrom`, as the upstream had them
 * at `asOf`. Good until the next pause of the reader: rows move with the journal.
 */
export interface Proof<E> {
  /** The upstream's clock when the last whole sweep began, RFC 3339. */
  readonly asOf: string;
  /** 100 ns ticks. */
  readonly coveredFrom: bigint;
  /** True when the mirror may have fallen behind since `asOf`; only for readers with `staleMs`. */
  readonly stale: boolean;
  readonly rows: MirrorRows<E>;
  /** Whether a row under one of these keys may have changed together with something that was just written. */
  isInDoubt(keys: readonly string[]): boolean;
}

/** One entity that the mirror holds. */
export interface Recalled<E> {
  readonly entity: E;
  /** RFC 3339. */
  readonly asOf: string;
  /** True when the mirror is not caught up, or the entity in doubt; only for readers with `staleMs` or `memory`. */
  readonly stale: boolean;
}

/** The recent past of the tenant, kept by the change feed. Answers only what it can prove. */
export interface Mirror {
  /**
   * `undefined` when nothing can be proved: off, filling, behind, incomplete; or not to this reader, who insists on the
   * upstream or is somebody on whose behalf we ask.
   */
  prove<T extends ChangeTopic>(topic: T, reader: MirrorReader): Proof<EntityOf<T>> | undefined;
  /** One entity by id; `undefined` when the mirror does not hold it, or may not speak for it. */
  recall<T extends ChangeTopic>(topic: T, id: string, reader: MirrorReader): Recalled<EntityOf<T>> | undefined;
  /** Something was written that may have changed rows under this key; the mirror leaves them to the upstream until a sweep has seen them. */
  doubt(topic: ChangeTopic, key: string): void;
  /** Why nothing can be proved, for questions that the mirror alone can answer: `BAD_USER_INPUT` or `UPSTREAM_UNAVAILABLE`. */
  refusal(topic: ChangeTopic, reader: MirrorReader): GatewayError;
}

/** A mirror with the end that the journal holds. */
export interface RunningMirror extends Mirror {
  readonly applier: JournalApplier;
  /** Resolves when nothing is being loaded any more. */
  stop(): Promise<void>;
}
