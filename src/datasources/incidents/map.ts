import { alertClassification, alertDetermination, alertSeverity } from '../../schema/enums/alert.enums.js';
import { incidentStatus } from '../../schema/enums/incident.enums.js';
import type { AlertComment } from '../../schema/types/alert.type.js';
import type { Incident } from '../../schema/types/incident.type.js';
import type { CommentWire, IncidentWire } from './wire.js';

/** Microsoft Graph's incident as ours. */
export function toIncident(wire: IncidentWire): Incident {
  return {
    __typename: 'Incident',
    id: wire.id,
    ...toTriage(wire),
    comments: (wire.comments ?? []).map(toComment),
    createdDateTime: wire.createdDateTime ?? null,
    customTags: wire.customTags ?? wire.tags ?? [],
    description: wire.description ?? null,
    displayName: wire.displayName ?? null,
    incidentWebUrl: wire.incidentWebUrl ?? null,
    lastModifiedBy: wire.lastModifiedBy ?? null,
    lastUpdateDateTime: wire.lastUpdateDateTime ?? null,
    priorityScore: typeof wire.priorityScore === 'number' ? Math.round(wire.priorityScore) : null,
    redirectIncidentId: wire.redirectIncidentId || null,
    resolvingComment: wire.resolvingComment ?? null,
    summary: wire.summary ?? null,
    systemTags: wire.systemTags ?? [],
    tenantId: wire.tenantId ?? null,
  };
}

type Triage = Pick<
  Incident,
  | 'assignedTo'
  | 'classification'
  | 'rawClassification'
  | 'determination'
  | 'rawDetermination'
  | 'severity'
  | 'rawSeverity'
  | 'status'
  | 'rawStatus'
>;

function toTriage(wire: IncidentWire): Triage {
  return {
    assignedTo: wire.assignedTo ?? null,
    classification: alertClassification.fromWire(wire.classification),
    rawClassification: wire.classification ?? null,
    determination: alertDetermination.fromWire(wire.determination),
    rawDetermination: wire.determination ?? null,
    severity: alertSeverity.fromWire(wire.severity),
    rawSeverity: wire.severity ?? null,
    status: incidentStatus.fromWire(wire.status),
    rawStatus: wire.status ?? null,
  };
}

export function toComment(wire: CommentWire): AlertComment {
  return {
    comment: wire.comment ?? null,
    createdByDisplayName: wire.createdByDisplayName ?? wire.createdBy ?? null,
    createdDateTime: wire.createdDateTime ?? wire.createdTime ?? null,
  };
}
