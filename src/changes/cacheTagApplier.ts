import type { Cache } from '../cache/contract.js';
import { alertsOfIncidentTag, alertsTag, alertTag } from '../datasources/alerts/policies.js';
import { incidentsTag, incidentTag } from '../datasources/incidents/policies.js';
import type { Change, ChangeTopic, EntityOf } from './contract.js';
import type { JournalApplier } from './journalApplier.js';

/** Tags of every cached answer that an entity stands in, and that a change of it may make wrong. */
type TagsOf = { readonly [T in ChangeTopic]: (entity: EntityOf<T>) => readonly string[] };

/** Carried by every list of a topic. */
const listTags: Readonly<Record<ChangeTopic, string>> = {
  alert: alertsTag,
  incident: incidentsTag,
  riskEvent: 'riskEvents',
  riskyUser: 'riskyUsers',
  secureScore: 'secureScores',
};

const tagsOf: TagsOf = {
  alert: ({ id, incidentId }) => [
    alertTag(id),
    ...(incidentId === null ? [] : [incidentTag(incidentId), alertsOfIncidentTag(incidentId)]),
  ],
  incident: ({ id, redirectIncidentId }) => [
    incidentTag(id),
    ...(redirectIncidentId === null ? [] : [alertsOfIncidentTag(id), alertsOfIncidentTag(redirectIncidentId)]),
  ],
  riskEvent: ({ id, userId }) => [
    `riskEvent:${id}`,
    ...(userId === null ? [] : [`riskEvents:user:${userId.toLowerCase()}`]),
  ],
  riskyUser: ({ id }) => [`riskyUser:${id.toLowerCase()}`],
  secureScore: () => [],
};

/** Forgets what is cached of changed entities: as they are, and as they were. Silent entries count, they moved too. */
export function createCacheTagApplier(cache: Pick<Cache, 'drop'>): JournalApplier {
  return {
    name: 'cache',
    apply: async ({ entries }) => {
      const tags = new Set(entries.flatMap(toCacheTags));
      if (tags.size > 0) await cache.drop([...tags]);
    },
    /** What was missed is not known by name; single entities that it changed live on for their short lifetime. */
    restart: () => cache.drop(Object.values(listTags)),
  };
}

/** Tags of every cached answer that the change may make wrong, each once. A `RESYNC` may mean any entity of its topic. */
export function toCacheTags({ topic, entity, before }: Change): string[] {
  const own = tagsOf[topic] as (entity: EntityOf<ChangeTopic>) => readonly string[];
  const states = [before, entity].filter((state) => state !== null);
  return [...new Set([listTags[topic], ...states.flatMap((state) => own(state))])];
}
