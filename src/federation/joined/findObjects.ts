import { isJoinedObject, type Joined, type JoinedObject, typeNameOf } from './joinedData.js';
import type { FlattenPath } from './steps.js';
import type { SupergraphFacts } from './supergraphFacts.js';

/** The objects at a path of the plan, in the order of the lists that it goes through; null and gaps are passed over. */
export function findObjects(from: Joined, path: FlattenPath, facts: SupergraphFacts): JoinedObject[] {
  const found: JoinedObject[] = [];
  visit(from, 0);
  return found;

  function visit(value: Joined | undefined, depth: number): void {
    const segment = path[depth];
    if (Array.isArray(value)) {
      // Lists that the path does not name are gone through all the same.
      const next = segment?.kind === 'elements' ? depth + 1 : depth;
      for (const element of value) visit(element, next);
    } else if (isJoinedObject(value)) {
      if (segment === undefined) found.push(value);
      else if (segment.kind === 'field') visit(value[segment.key], depth + 1);
      else if (segment.kind === 'types' && isOneOf(value, segment.names)) visit(value, depth + 1);
    }
  }

  function isOneOf(object: JoinedObject, names: readonly string[]): boolean {
    const typeName = typeNameOf(object);
    return typeName === undefined || names.some((name) => facts.satisfies(typeName, name));
  }
}
