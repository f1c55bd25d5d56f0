import { isJoinedObject, type Joined, type JoinedObject, typeNameOf } from './joinedData.js';
import type { Rewrite, RewritePath } from './steps.js';
import type { SupergraphFacts } from './supergraphFacts.js';

/** Applies rewrites of a plan one after the other; writes into the value. */
export function applyRewrites(value: Joined | undefined, rewrites: readonly Rewrite[], facts: SupergraphFacts): void {
  for (const rewrite of rewrites) {
    visitParents(value, rewrite.path, facts, (object, key) => {
      const found = object[key];
      if (found === undefined) return;
      if (rewrite.kind === 'set') {
        object[key] = rewrite.value;
      } else if (rewrite.key !== key) {
        delete object[key];
        object[rewrite.key] = found;
      }
    });
  }
}

/** Calls back with every object that holds the last key of the path. */
function visitParents(
  value: Joined | undefined,
  path: RewritePath,
  facts: SupergraphFacts,
  change: (object: JoinedObject, key: string) => void,
): void {
  if (Array.isArray(value)) {
    for (const element of value) visitParents(element, path, facts, change);
    return;
  }
  const [segment, ...rest] = path;
  if (segment === undefined || !isJoinedObject(value)) return;
  if (segment.kind === 'key') {
    if (rest.length === 0) change(value, segment.key);
    else visitParents(value[segment.key], rest, facts, change);
    return;
  }
  const typeName = typeNameOf(value);
  if (typeName === undefined || segment.names.some((name) => facts.satisfies(typeName, name)))
    visitParents(value, rest, facts, change);
}
