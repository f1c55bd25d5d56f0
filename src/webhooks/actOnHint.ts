import type { Cache } from '../cache/contract.js';
import type { ChangeStore } from '../changes/changeStore.js';
import type { TimeOrderedSource } from '../changes/feeds/contract.js';
import { versionOf } from '../changes/topics.js';
import type { Clock } from '../time/clock.js';
import type { Hint } from './contract.js';

export interface HintActions {
  readonly alerts: Pick<TimeOrderedSource<'alert'>, 'byId'>;
  readonly store: Pick<ChangeStore, 'commit'>;
  readonly cache: Pick<Cache, 'drop'>;
  /** Takes the object id as it was notified. */
  readonly forgetUser: (id: string) => void;
  readonly clock: Clock;
}

/** What a hint is a reason for: alerts are read and compared with what is known, users are forgotten. */
export function buildHintActions(deps: HintActions): (hint: Hint, signal: AbortSignal) => Promise<'done' | 'notYet'> {
  return async ({ kind, id }, signal) => {
    if (kind === 'alert') return readAlert(deps, id, signal);
    deps.forgetUser(id);
    await deps.cache.drop([`user:${id.toLowerCase()}`]);
    return 'done';
  };
}

/**
 * The step belongs to no lease: whichever instance was notified takes it, and the comparison with the head keeps what a
 * sweep has seen before from being told twice. That an alert cannot be read proves nothing, so nothing is removed here.
 */
async function readAlert(deps: HintActions, id: string, signal: AbortSignal): Promise<'done' | 'notYet'> {
  const observedAt = deps.clock.now();
  const entity = await deps.alerts.byId(id, signal);
  if (entity === null) return 'notYet';
  const version = versionOf('alert', entity);
  if (version === undefined) return 'done';
  await deps.store.commit({
    topic: 'alert',
    observations: [{ topic: 'alert', id: entity.id, entity, version, observedAt }],
    detectedBy: 'NOTIFICATION',
    detectedAt: new Date(observedAt).toISOString(),
  });
  return 'done';
}
