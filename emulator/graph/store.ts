import { nextTick } from '../clock.js';
import type { Area, ChangedCollection, EmulatorContext } from '../context.js';
import type { Faults } from '../faults/createFaults.js';
import type { Row } from '../tenant/Tenant.js';
import type { Resource } from './Resource.js';

/** Who reads: a list, the directory's advanced index, or a look-up by id. */
export type ReadKind = 'list' | 'index' | 'entity';

/** Reads and writes rows as the service shows them: a read may lag behind a write. */
export interface Store {
  rows(resource: Resource, kind: ReadKind): Iterable<Row>;
  row(resource: Resource, id: string): Row | undefined;
  /**
   * Replaces a row and publishes the change.
   * @param stamp property that holds the last update; null leaves the time as it was.
   * @returns the row as the write's own answer shows it.
   */
  update(resource: Resource, id: string, change: Row, stamp: string | null): Row;
  /** Forgets every lag. */
  reset(): void;
}

interface Lagging {
  readonly before: Row;
  readonly untilMs: number;
  readonly kinds: readonly ReadKind[];
}

const areaOfCollection: Readonly<Record<ChangedCollection, Area>> = {
  alerts: 'alerts',
  legacyAlerts: 'alerts',
  incidents: 'incidents',
  users: 'directory',
  riskDetections: 'identity',
  riskyUsers: 'identity',
  controlProfiles: 'scores',
  mcasAlerts: 'mcas',
};

const everyKind: readonly ReadKind[] = ['list', 'index', 'entity'];

export function createStore(context: EmulatorContext, faults: Faults): Store {
  const lagging = new Map<string, Lagging[]>();

  context.changes.listen(({ collection, id, before }) => {
    if (before === undefined) return;
    const started = lagsOf(collection).map((lag) => ({
      before,
      kinds: lag.kinds,
      untilMs: context.clock.elapsedMs() + lag.ms,
    }));
    if (started.length > 0)
      lagging.set(`${collection}/${id}`, [...(lagging.get(`${collection}/${id}`) ?? []), ...started]);
  });

  function lagsOf(collection: ChangedCollection): { readonly kinds: readonly ReadKind[]; readonly ms: number }[] {
    const area = areaOfCollection[collection];
    const lag = faults.takeEffect('writeLag', area);
    const staleList = faults.takeEffect('staleListAfterPatch', area);
    const indexSeconds = area === 'directory' ? context.switches.directoryIndexLagSeconds : 0;
    return [
      { kinds: everyKind, ms: 1000 * (lag === undefined ? context.switches.writeLagSeconds : (lag.seconds ?? 5)) },
      { kinds: ['list', 'index'] as const, ms: staleList === undefined ? 0 : 1000 * (staleList.seconds ?? 5) },
      { kinds: ['index'] as const, ms: 1000 * indexSeconds },
    ].filter(({ ms }) => ms > 0);
  }

  /** The oldest state that is still shown, else the row itself. */
  function view(resource: Resource, row: Row, kind: ReadKind): Row {
    if (lagging.size === 0 || resource.collection === undefined) return row;
    const key = `${resource.collection}/${String(row.id)}`;
    const open = lagging.get(key)?.filter(({ untilMs }) => untilMs > context.clock.elapsedMs());
    if (open === undefined) return row;
    if (open.length === 0) lagging.delete(key);
    else lagging.set(key, open);
    return open.find(({ kinds }) => kinds.includes(kind))?.before ?? row;
  }

  function* rows(resource: Resource, kind: ReadKind): Iterable<Row> {
    for (const row of resource.rows(context.tenant).values()) yield view(resource, row, kind);
  }

  function update(resource: Resource, id: string, change: Row, stamp: string | null): Row {
    const map = resource.rows(context.tenant);
    const before = map.get(id) ?? {};
    const after = { ...before, ...change, ...(stamp === null ? {} : { [stamp]: nextStamp(before[stamp]) }) };
    map.set(id, after);
    if (resource.collection === undefined) return after;
    context.changes.publish({ collection: resource.collection, id, changeType: 'updated', before });
    const isRestamped =
      stamp !== null && faults.takeEffect('restamp', areaOfCollection[resource.collection]) !== undefined;
    if (isRestamped) map.set(id, { ...after, [stamp]: nextTick(String(after[stamp]), 12_345) });
    return after;
  }

  /** Never before the row's present stamp, even if the clock was set back. */
  function nextStamp(previous: unknown): string {
    const now = context.clock.timestamp();
    return typeof previous === 'string' && previous.length === now.length && previous > now ? previous : now;
  }

  return {
    rows: (resource, kind) => (lagging.size === 0 ? resource.rows(context.tenant).values() : rows(resource, kind)),
    row(resource, id) {
      const row = resource.rows(context.tenant).get(id);
      return row === undefined ? undefined : view(resource, row, 'entity');
    },
    update,
    reset: () => lagging.clear(),
  };
}
