import type { SubgraphFault, SubgraphResult } from '../contract.js';
import { badAnswer } from './failures.js';
import { Gap } from './Gap.js';
import {
  copyOf,
  emptyObject,
  fillGaps,
  isJoinedObject,
  type Joined,
  type JoinedObject,
  typeNameOf,
} from './joinedData.js';
import { responseKeys, type Selected } from './selected.js';
import type { Fetch } from './steps.js';
import type { SupergraphFacts } from './supergraphFacts.js';

/**
 * The data of an answer, with a gap at each place that the subgraph could not fill. It is a copy when there are such
 * places or when the plan rewrites it; otherwise others may hold it too, and it is only to be read.
 * @param loose Takes the errors that belong to no place that is missing.
 */
export function readResult(
  { data, faults }: SubgraphResult,
  { subgraph, selected, isRewritten }: Fetch,
  facts: SupergraphFacts,
  loose: Error[],
): JoinedObject {
  const answered = isRewritten || faults.length > 0 ? copyOf(data) : data;
  const target = isJoinedObject(answered) ? answered : emptyObject();
  for (const fault of faults) {
    if (!placeGap(target, fault, selected, facts) && data !== null) loose.push(fault.error);
  }
  if (data === null) fillGaps(target, new Gap(faults[0]?.error ?? badAnswer(subgraph), false, [], selected), facts);
  return target;
}

/** @returns whether the place is missing in the data, so that the gap explains why. */
function placeGap(
  data: JoinedObject,
  { path = [], error }: SubgraphFault,
  selected: Selected,
  facts: SupergraphFacts,
): boolean {
  let parent: Joined = data;
  let asked: Selected | undefined = selected;
  for (const [depth, key] of path.entries()) {
    if (isJoinedObject(parent) && asked !== undefined) {
      const keys = responseKeys(asked, typeNameOf(parent), facts);
      if (!keys.has(String(key))) return false;
      asked = keys.get(String(key));
    }
    const child = childOf(parent, key);
    if (child instanceof Gap) return true;
    if (child === undefined || child === null)
      return putChild(parent, key, new Gap(error, false, path.slice(depth + 1), asked));
    parent = child;
  }
  return false;
}

function childOf(parent: Joined, key: string | number): Joined | undefined {
  if (Array.isArray(parent)) return typeof key === 'number' ? parent[key] : undefined;
  return isJoinedObject(parent) ? parent[key] : undefined;
}

/** @returns false when the parent has no such place. */
function putChild(parent: Joined, key: string | number, gap: Gap): boolean {
  if (Array.isArray(parent)) {
    if (typeof key !== 'number' || !(key in parent)) return false;
    parent[key] = gap;
    return true;
  }
  if (!isJoinedObject(parent)) return false;
  parent[key] = gap;
  return true;
}
