import type { Alert } from '../../../schema/types/alert.type.js';
import { createObjectWrites, type ObjectWrites, type WritesOptions } from '../../mutations/createObjectWrites.js';

/** What the process remembers of its own writes to alerts; made once, and shared by all operations. */
export type AlertWrites = ObjectWrites<Alert>;

/** Holds no timer or handle, so there is nothing to stop. When an alert was resolved follows from its status. */
export function createAlertWrites(options: WritesOptions): AlertWrites {
  return createObjectWrites<Alert>(options, ['lastUpdateDateTime', 'resolvedDateTime']);
}
