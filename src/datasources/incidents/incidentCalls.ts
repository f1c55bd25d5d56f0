import type { AlertComment } from '../../schema/types/alert.type.js';
import type { Incident } from '../../schema/types/incident.type.js';
import type { UpstreamCall } from '../../upstream/contract.js';
import { toPathSegment } from '../pathSegment.js';
import { incidentPermission, incidentsPath } from './listing.js';
import { toComment, toIncident } from './map.js';
import { parseIncident, parseIncidentComments } from './wire.js';

const writePermission = 'SecurityIncident.ReadWrite.All';

/** @see https://learn.microsoft.com/en-us/graph/api/security-incident-get */
export function getCall(id: string): UpstreamCall<Incident> {
  return {
    operation: 'incidents.get',
    method: 'GET',
    path: incidentPath(id),
    permission: incidentPermission,
    parse: (body) => toIncident(parseIncident(body)),
  };
}

/**
 * Sets properties to absolute values, so that repeating it does no harm.
 * @see https://learn.microsoft.com/en-us/graph/api/security-incident-update
 */
export function patchCall(id: string, body: Readonly<Record<string, unknown>>): UpstreamCall<Incident | null> {
  return {
    operation: 'incidents.update',
    method: 'PATCH',
    path: incidentPath(id),
    body,
    safeToRepeat: true,
    permission: writePermission,
    parse: (answer) => (answer === undefined ? null : toIncident(parseIncident(answer))),
  };
}

/** Appends a comment. A repeat would append it twice. @see https://learn.microsoft.com/en-us/graph/api/security-incident-post-comments */
export function commentCall(id: string, comment: string): UpstreamCall<readonly AlertComment[]> {
  return {
    operation: 'incidents.comment',
    method: 'POST',
    path: `${incidentPath(id)}/comments`,
    body: { '@odata.type': 'microsoft.graph.security.alertComment', comment },
    safeToRepeat: false,
    permission: writePermission,
    parse: (answer) => parseIncidentComments(answer).map(toComment),
  };
}

function incidentPath(id: string): string {
  return `${incidentsPath}/${toPathSegment(id)}`;
}
