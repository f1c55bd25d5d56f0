/** Counts calls in flight for each key. */
export interface Concurrency {
  /** @returns the function that ends the call, or `undefined` when `limit` calls are already in flight. */
  enter(key: string): (() => void) | undefined;
  reset(): void;
}

export function createConcurrency(limit: number): Concurrency {
  const inFlight = new Map<string, number>();
  const change = (key: string, by: number) => inFlight.set(key, Math.max(0, (inFlight.get(key) ?? 0) + by));
  return {
    enter(key) {
      if ((inFlight.get(key) ?? 0) >= limit) return undefined;
      change(key, 1);
      let left = false;
      return () => {
        if (!left) change(key, -1);
        left = true;
      };
    },
    reset: () => inFlight.clear(),
  };
}
