import type { Incident } from '../../../schema/types/incident.type.js';
import { createObjectWrites, type ObjectWrites, type WritesOptions } from '../../mutations/createObjectWrites.js';
import { KnownRedirects } from '../KnownRedirects.js';

/** What the process remembers of incidents: its own writes, and which merges it has seen. Shared by all operations. */
export interface IncidentWrites extends ObjectWrites<Incident> {
  readonly redirects: KnownRedirects;
}

/** Holds no timer or handle, so there is nothing to stop. */
export function createIncidentWrites(options: WritesOptions): IncidentWrites {
  const writes = createObjectWrites<Incident>(options, ['lastUpdateDateTime', 'lastModifiedBy']);
  return { ...writes, redirects: new KnownRedirects() };
}
