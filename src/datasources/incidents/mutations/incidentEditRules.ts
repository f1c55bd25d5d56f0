import type { Changes } from '../../../changes/contract.js';
import type { Incident } from '../../../schema/types/incident.type.js';
import type { EditRules } from '../../mutations/ObjectEditor.js';
import { joinPatch, type PatchBody, spelledBy, wordEntry } from '../../mutations/patchFields.js';
import { type IncidentPatch, type IncidentWord, incidentWords } from './readIncidentEdit.js';

/** How incidents are edited; every written incident goes to the journal of changes. */
export function buildIncidentEditRules(changes: Changes): EditRules<Incident, IncidentPatch> {
  return {
    subject: 'The incident',
    needsFreshRead: false,
    unsupported: () => [],
    toPatchBody,
    journal: (incident) => changes.record('incident', incident),
  };
}

/** Only what changes is sent. @see https://learn.microsoft.com/en-us/graph/api/security-incident-update */
function toPatchBody(patch: IncidentPatch): PatchBody<Incident> {
  const { classification, determination, severity, status, ...plain } = patch;
  const members = { classification, determination, severity, status };
  const words = (Object.keys(incidentWords) as IncidentWord[]).flatMap((field) =>
    wordEntry<Incident>(field, members[field], spelledBy(field, incidentWords[field].codec)),
  );
  return joinPatch<Incident>(words, plain);
}
