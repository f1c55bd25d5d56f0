/** Which instance runs the feeds. */
export interface Leadership {
  /** Whether this instance may sweep now. */
  isLeader(): boolean;
  /** Token of the lease under which this instance leads, rising with every lease; absent where nobody else can lead. */
  fence(): number | undefined;
  /** Calls back after any of the two changed. Returns the way out. */
  onChange(listener: () => void): () => void;
}

/** For the only instance there is. */
export const alwaysLeader: Leadership = {
  isLeader: () => true,
  fence: () => undefined,
  onChange: () => () => undefined,
};
