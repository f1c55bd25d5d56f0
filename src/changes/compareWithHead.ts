import { changedFieldsOf } from './changedFields.js';
import type { Head } from './head.js';
import { rulesOf } from './topics.js';

/**
 * `known`: nothing to do. `confirmed`: the very state that is known, now by our own write; trust it, tell nobody.
 * `moved`: a newer version of the same content. `news`: a state that nobody was told of.
 */
export type Comparison =
  | { readonly is: 'known' | 'confirmed' }
  | { readonly is: 'moved' }
  | { readonly is: 'news'; readonly changedFields: readonly string[] };

/**
 * Compares a state just seen with the newest one remembered. Versions only rise; at equal version the state whose request
 * began later wins, because some changes (comments) do not move the upstream's last-update time.
 */
export function compareWithHead(head: Head | undefined, seen: Head): Comparison {
  if (head === undefined) return { is: 'news', changedFields: [] };
  if (seen.version < head.version) return { is: 'known' };
  if (seen.version === head.version && isOutrun(head, seen)) return { is: 'known' };
  const changed = changedFieldsOf(seen.topic, head.entity, seen.entity);
  if (changed.length > 0) return { is: 'news', changedFields: withVersionField(changed, head, seen) };
  if (seen.version > head.version) return { is: 'moved' };
  return { is: seen.trustedUntil > head.trustedUntil ? 'confirmed' : 'known' };
}

/** Upstream reads lag behind writes, so for a while after our own write only a newer version says something new. */
function isOutrun(head: Head, seen: Head): boolean {
  const isRead = seen.trustedUntil === 0;
  return seen.observedAt < head.observedAt || (isRead && seen.observedAt < head.trustedUntil);
}

function withVersionField(changed: string[], head: Head, seen: Head): string[] {
  return seen.version > head.version ? [...changed, rulesOf(seen.topic).versionField].sort() : changed;
}
