import { z } from 'zod';
import type { Change, ChangeTopic, EntityOf } from './contract.js';

/** An entry of the journal as a durable store keeps it: texts, and the state before only as far as it differs. */
export interface StoredEntry {
  readonly topic: string;
  readonly id: string | null;
  readonly kind: string;
  /** JSON; null with `RESYNC` and `REMOVED`. */
  readonly entity: string | null;
  /** JSON of what leads from the entity back to the state before; the whole state where there is no entity. */
  readonly before: string | null;
  /** JSON of everything else but the cursor. */
  readonly meta: string;
}

type Entity = EntityOf<ChangeTopic>;
type Fields = Readonly<Record<string, unknown>>;

const metaShape = z.object({
  changedFields: z.array(z.string()),
  detectedBy: z.enum(['POLL', 'NOTIFICATION', 'MUTATION']),
  detectedAt: z.string(),
  reason: z.string().nullable(),
  isSilent: z.boolean(),
});
const diffShape = z.object({ set: z.record(z.string(), z.unknown()), unset: z.array(z.string()) });

export function toStoredEntry(change: Change): StoredEntry {
  const { topic, id, change: kind, entity, before, changedFields, detectedBy, detectedAt, reason, isSilent } = change;
  return {
    topic,
    id,
    kind,
    entity: entity === null ? null : toJson(entity),
    before: before === null ? null : toJson(diffOf(before, entity ?? {})),
    meta: JSON.stringify({ changedFields, detectedBy, detectedAt, reason, isSilent }),
  };
}

/** @throws when the texts are not those of an entry. */
export function fromStoredEntry(stored: StoredEntry, cursor: string): Change {
  const entity: Entity | null = stored.entity === null ? null : JSON.parse(stored.entity);
  const diff = stored.before === null ? null : diffShape.parse(JSON.parse(stored.before));
  return Object.freeze({
    cursor,
    topic: stored.topic as ChangeTopic,
    id: stored.id,
    change: stored.kind as Change['change'],
    entity,
    // A diff taken between two entities, undone: an entity of the topic again, which the compiler cannot know.
    before: diff === null ? null : (undo(diff, entity ?? {}) as unknown as Entity),
    ...metaShape.parse(JSON.parse(stored.meta)),
  });
}

/** What lies deeper is not kept: open dictionaries may nest without limit, and one entity must not stop the feed. */
export const maxDepth = 64;

/** JSON of a value however deep it nests. */
export function toJson(value: unknown): string {
  try {
    return JSON.stringify(value) ?? 'null';
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return JSON.stringify(cutDeep(value, 0)) ?? 'null';
  }
}

function cutDeep(value: unknown, depth: number): unknown {
  if (value === null || typeof value !== 'object') return value;
  if (depth === maxDepth) return '…';
  if (Array.isArray(value)) return value.map((member) => cutDeep(member, depth + 1));
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, cutDeep(member, depth + 1)]));
}

/** The fields of `before` that differ from those of `entity`, and the names that only `entity` has. */
function diffOf(before: object, entity: object): z.infer<typeof diffShape> {
  const after = entity as Fields;
  const set = Object.entries(before).filter(([name, value]) => !isSame(value, after[name]));
  const unset = Object.keys(after).filter((name) => !(name in before));
  return { set: Object.fromEntries(set), unset };
}

function isSame(a: unknown, b: unknown): boolean {
  return a === b || (a !== undefined && b !== undefined && toJson(a) === toJson(b));
}

function undo({ set, unset }: z.infer<typeof diffShape>, entity: object): Fields {
  const kept = Object.entries(entity).filter(([name]) => !unset.includes(name));
  return { ...Object.fromEntries(kept), ...set };
}
