import { defineEnum } from './defineEnum.js';

/** Status words of incidents; they differ from those of alerts, so that one never filters the other by mistake. */
export const incidentStatus = defineEnum({
  name: 'IncidentStatus',
  description: 'How far work on an incident is. Alerts have words of their own.',
  words: {
    active: 'Open; nobody has finished it.',
    inProgress: 'Somebody works on it.',
    resolved: 'Work is done.',
    redirected: 'Merged into another incident; `redirectIncidentId` names it and the alerts moved there.',
    awaitingAction: 'Waits for an action of somebody.',
  },
});
