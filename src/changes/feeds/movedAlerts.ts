import type { ChangeStore, Observation } from '../changeStore.js';

/** For so long may reads of an alert still name the incident that it was in before. */
const readLagMs = 300_000;
/** Incidents merged into merged ones; the circle that nobody should make ends here too. */
const maxRedirects = 10;

/**
 * Alerts that move to another incident with the incidents just seen, because those were merged into another and nobody
 * knew of it: each remembered alert of the merged one, with its content and version but the incident's id.
 */
export async function buildMovedAlerts(
  store: ChangeStore,
  incidents: readonly Observation<'incident'>[],
): Promise<readonly Observation<'alert'>[]> {
  const targets = await findNewTargets(store, incidents);
  if (targets.size === 0) return [];
  const observedAt = Math.max(...incidents.map((seen) => seen.observedAt));
  const moved: Observation<'alert'>[] = [];
  for await (const page of store.rows('alert')) {
    for (const { id, version, entity } of page) {
      const incidentId = targets.get(entity.incidentId ?? '');
      if (incidentId === undefined) continue;
      const alert = Object.freeze({ ...entity, incidentId });
      moved.push({ topic: 'alert', id, version, entity: alert, observedAt, trustedUntil: observedAt + readLagMs });
    }
  }
  return moved;
}

/** Merged incident → where its alerts are now; only merges that are not remembered yet. */
async function findNewTargets(
  store: ChangeStore,
  incidents: readonly Observation<'incident'>[],
): Promise<Map<string, string>> {
  const merged = incidents.filter(({ entity }) => entity.redirectIncidentId !== null);
  if (merged.length === 0) return new Map();
  const remembered = await store.remembered(
    'incident',
    merged.map(({ id }) => id),
  );
  const known = new Map(remembered.map(({ id, entity }) => [id, entity.redirectIncidentId]));
  const news = merged.filter(({ id, entity }) => known.get(id) !== entity.redirectIncidentId);
  const here = new Map(merged.map(({ id, entity }) => [id, entity.redirectIncidentId]));
  const targets = new Map<string, string>();
  for (const { id, entity } of news) {
    targets.set(id, await followRedirects(store, here, entity.redirectIncidentId as string));
  }
  return targets;
}

async function followRedirects(
  store: ChangeStore,
  here: ReadonlyMap<string, string | null>,
  first: string,
): Promise<string> {
  let target = first;
  for (let hop = 0; hop < maxRedirects; hop += 1) {
    const [row] = here.has(target) ? [] : await store.remembered('incident', [target]);
    const next = here.get(target) ?? row?.entity.redirectIncidentId;
    if (!next || next === target) return target;
    target = next;
  }
  return target;
}
