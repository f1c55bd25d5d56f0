import type { IncidentFilter } from '../../schema/inputs/incidentFilter.input.js';
import type { Incident } from '../../schema/types/incident.type.js';
import { matchesInstant, matchesValue } from '../odata/matchesCondition.js';
import { matchesSearch } from '../odata/matchesSearch.js';

/** Whether an incident satisfies a filter, with the meaning that the filter has at the upstream. */
export function matchesIncidentFilter(filter: IncidentFilter | null | undefined, incident: Incident): boolean {
  if (filter === null || filter === undefined) return true;
  return (
    matchesValue(filter.assignedTo, incident.assignedTo) &&
    matchesValue(filter.classification, incident.classification) &&
    matchesValue(filter.determination, incident.determination) &&
    matchesValue(filter.severity, incident.severity) &&
    matchesValue(filter.status, incident.status) &&
    matchesInstant(filter.createdDateTime, incident.createdDateTime) &&
    matchesInstant(filter.lastUpdateDateTime, incident.lastUpdateDateTime) &&
    matchesSearch(filter.search, searchedTexts(incident))
  );
}

function searchedTexts(incident: Incident): (string | null)[] {
  const { id, displayName, description, summary, customTags, systemTags } = incident;
  return [id, displayName, description, summary, ...customTags, ...systemTags];
}
