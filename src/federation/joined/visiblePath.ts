import type { GraphQLResolveInfo } from 'graphql';
import type { ResponsePath } from './Gap.js';
import { clientKey } from './responseNames.js';
import { responseKeys, type Selected } from './selected.js';
import type { SupergraphFacts } from './supergraphFacts.js';

/**
 * The part of a path below a field that the client selected, in the client's names; the rest leads to what the plan asked
 * for besides, such as keys.
 */
export function visiblePath(planned: ResponsePath, info: GraphQLResolveInfo, facts: SupergraphFacts): ResponsePath {
  if (planned.length === 0) return planned;
  const below = planned.map((key) => (typeof key === 'string' ? clientKey(key) : key));
  let selected: Selected | undefined = {
    sets: info.fieldNodes.flatMap(({ selectionSet }) => selectionSet ?? []),
    fragments: new Map(Object.entries(info.fragments)),
  };
  for (const [depth, key] of below.entries()) {
    if (typeof key === 'number') continue;
    const keys: ReadonlyMap<string, Selected | undefined> =
      selected === undefined ? new Map() : responseKeys(selected, undefined, facts);
    if (!keys.has(key)) return below.slice(0, depth);
    selected = keys.get(key);
  }
  return below;
}
