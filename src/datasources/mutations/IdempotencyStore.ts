/** What became of a key that a caller presents. */
export type Claim<T> =
  /** The key is ours: do the work, then say how it ended. */
  | { readonly kind: 'claimed'; finish(outcome: T): Promise<void>; release(): Promise<void> }
  /** Somebody is at it; resolves with the outcome, or `undefined` when the claim was released. */
  | { readonly kind: 'pending'; readonly outcome: Promise<T | undefined> }
  | { readonly kind: 'done'; readonly outcome: T }
  /**
   * Whoever claimed the key died over the work, which may be done or not. It is ours to find out: `finish` when that is
   * known, `leave` it to a later repeat when it is not.
   */
  | {
      readonly kind: 'abandoned';
      readonly claimedAt: number;
      finish(outcome: T): Promise<void>;
      leave(): Promise<void>;
    }
  /** The key stands for another input. */
  | { readonly kind: 'reused' };

/**
 * Remembers the outcome of mutations by the caller's key, so that a repeat answers it instead of writing again. A claim
 * is pending until it is finished or released; only final outcomes are kept.
 */
export interface IdempotencyStore {
  /**
   * @param key Principal, mutation and the caller's key. @param inputHash Digest of the input without the key.
   * @throws {MutationsUnavailableError} when what was claimed cannot be looked up; then nothing may be written.
   */
  claim<T>(key: string, inputHash: string): Promise<Claim<T>>;
}
