import type { Observation } from '../changeStore.js';
import type { ChangeTopic, EntityOf } from '../contract.js';
import { versionOf } from '../topics.js';

/** What a page showed of a topic. Rows without a readable time are left out, because nothing can be proved about them. */
export function observe<T extends ChangeTopic>(
  topic: T,
  rows: readonly EntityOf<T>[],
  observedAt: number,
): Observation<T>[] {
  return rows.flatMap((entity) => {
    const version = versionOf(topic, entity);
    return version === undefined ? [] : [{ topic, id: entity.id, entity, version, observedAt }];
  });
}
