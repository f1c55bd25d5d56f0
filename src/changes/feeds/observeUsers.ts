import type { RiskyUser } from '../../schema/types/riskyUser.type.js';
import type { ChangeStore, Observation } from '../changeStore.js';
import { versionOf } from '../topics.js';

/**
 * What a page showed of risky users. One without a time of change stands at the version that is remembered of it, or below
 * every version: content alone tells.
 */
export async function observeUsers(
  store: Pick<ChangeStore, 'remembered'>,
  rows: readonly RiskyUser[],
  observedAt: number,
): Promise<Observation<'riskyUser'>[]> {
  const timeless = rows.filter((row) => versionOf('riskyUser', row) === undefined).map(({ id }) => id);
  const remembered = timeless.length === 0 ? [] : await store.remembered('riskyUser', timeless);
  const versions = new Map(remembered.map(({ id, version }) => [id, version]));
  return rows.map((entity) => ({
    topic: 'riskyUser',
    id: entity.id,
    entity,
    version: versionOf('riskyUser', entity) ?? versions.get(entity.id) ?? 0n,
    observedAt,
  }));
}
