import type { TimeOrderedSource } from '../../changes/feeds/contract.js';
import { alertSeverity } from '../../schema/enums/alert.enums.js';
import type { WireEnum } from '../../schema/enums/defineEnum.js';
import { incidentStatus } from '../../schema/enums/incident.enums.js';
import type { Incident } from '../../schema/types/incident.type.js';
import type { CallScope, Purpose, Upstream } from '../../upstream/contract.js';
import type { Overlay } from '../mutations/PendingWrites.js';
import { buildTimeOrderedSource } from '../odata/timeOrderedFeedSource.js';
import { getCall } from './incidentCalls.js';
import { incidentPermission, incidentsPath } from './listing.js';
import { toIncident } from './map.js';
import { parseIncident } from './wire.js';

export interface IncidentFeedSourceDeps {
  readonly upstream: Upstream;
  /** Makes the scope of one read; it ends when the given signal does. */
  readonly makeScope: (signal: AbortSignal, purpose: Purpose) => CallScope;
  /** Default: nobody writes beside the feed. */
  readonly overlay?: Overlay<Incident>;
}

/** More rows than 50, or more than 500 skipped, are refused. */
const paging = { pageSize: 50, maxSkip: 500 };

const noOverlay: Overlay<Incident> = { apply: (incident) => incident };

/** Reads incidents by their last update. @see https://learn.microsoft.com/en-us/graph/api/security-list-incidents */
export function createIncidentFeedSource(deps: IncidentFeedSourceDeps): TimeOrderedSource<'incident'> {
  return buildTimeOrderedSource<'incident'>({
    topic: 'incident',
    upstream: deps.upstream,
    operation: 'incidents.feed',
    path: incidentsPath,
    permission: incidentPermission,
    lastUpdateProperty: 'lastUpdateDateTime',
    paging,
    splits: [
      { field: 'severity', property: 'severity', words: wordsOf(alertSeverity) },
      { field: 'status', property: 'status', words: wordsOf(incidentStatus) },
    ],
    isExact: true,
    parse: (row) => toIncident(parseIncident(row)),
    getCall,
    makeScope: deps.makeScope,
    overlay: deps.overlay ?? noOverlay,
  });
}

function wordsOf(wireEnum: WireEnum): string[] {
  return Object.keys(wireEnum.type).flatMap((member) => wireEnum.toWire(member) ?? []);
}
