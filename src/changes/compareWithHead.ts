import { changedFieldsOf } from './fingerprint.js';
import type { Head } from './head.js';

/**
 * `known`: nothing to do. `moved`: a newer version of the same content; remember the version, tell nobody.
 * `news`: a state that nobody was told of.
 */
export type Comparison =
  | { readonly is: 'known' | 'moved' }
  | { readonly is: 'news'; readonly changedFields: readonly string[] };

/**
 * Compares a state just seen with the newest one remembered. Versions only rise; at equal version the state whose request
 * began later wins, because some changes (comments) do not move the upstream's last-update time.
 */
export function compareWithHead(head: Head | undefined, seen: Head): Comparison {
  if (head === undefined) return { is: 'news', changedFields: [] };
  if (seen.version < head.version) return { is: 'known' };
  if (seen.version === head.version && isOutrun(head, seen)) return { is: 'known' };
  const changed = changedFieldsOf(head.fingerprint, seen.fingerprint);
  if (changed.length > 0) return { is: 'news', changedFields: withLastUpdate(changed, head, seen) };
  return { is: seen.version > head.version ? 'moved' : 'known' };
}

/** Upstream reads lag behind writes, so for a while after our own write only a newer version says something new. */
function isOutrun(head: Head, seen: Head): boolean {
  const isRead = seen.trustedUntil === 0;
  return seen.observedAt < head.observedAt || (isRead && seen.observedAt < head.trustedUntil);
}

function withLastUpdate(changed: string[], head: Head, seen: Head): string[] {
  return seen.version > head.version ? [...changed, 'lastUpdateDateTime'].sort() : changed;
}
