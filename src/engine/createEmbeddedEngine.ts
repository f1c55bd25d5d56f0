import { alwaysLeader } from '../changes/leadership.js';
import { createSqliteChangeStore } from '../changes/sqliteChangeStore.js';
import type { Clock } from '../time/clock.js';
import { createFileRegistrationStore } from '../webhooks/fileRegistrationStore.js';
import type { Engine } from './contract.js';

export interface EmbeddedEngineDeps {
  /** Folder of the state files. */
  readonly stateDir: string;
  /** Whose data the journal holds; that of another namespace in the folder is dropped. */
  readonly namespace: string;
  readonly clock: Clock;
}

/**
 * For one instance: journal and webhook registrations on its own disk, everything else in its memory.
 * @throws when the folder cannot be used.
 */
export function createEmbeddedEngine({ stateDir, namespace, clock }: EmbeddedEngineDeps): Engine {
  const store = createSqliteChangeStore({ directory: stateDir, owner: namespace, clock });
  return {
    store,
    leadership: alwaysLeader,
    registrations: createFileRegistrationStore(stateDir),
    isShared: false,
    writes: {},
    degraded: () => [],
    start: () => undefined,
    stop: async () => undefined,
    close: () => store.close(),
  };
}
