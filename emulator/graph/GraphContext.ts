import type { EmulatorContext } from '../context.js';
import type { Faults } from '../faults/createFaults.js';
import type { Resources } from './resources/buildResources.js';
import type { Store } from './store.js';

/** What Graph's routes are handed. */
export interface GraphContext extends EmulatorContext {
  readonly faults: Faults;
  readonly store: Store;
  readonly resources: Resources;
}
