import type { Changes, TenantChange } from './context.js';

/** A synchronous bus: every listener has run when `publish` returns. */
export function createChanges(): Changes {
  const listeners = new Set<(change: TenantChange) => void>();
  return {
    publish(change) {
      for (const listener of listeners) listener(change);
    },
    listen(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
