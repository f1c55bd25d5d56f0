import { badAnswer } from './failures.js';
import { findObjects } from './findObjects.js';
import { Gap } from './Gap.js';
import { fillGaps, type Joined, type JoinedObject, join } from './joinedData.js';
import { hasKey, lacksKey, type Representation, toRepresentation } from './representations.js';
import { applyRewrites } from './rewrites.js';
import type { EntityPart } from './steps.js';
import type { SupergraphFacts } from './supergraphFacts.js';

/**
 * The entities of one request: which objects of the answer they stand for, and how the subgraph is told of them. Equal
 * representations are sent once.
 */
export class EntityTargets {
  /** Whether the plan has not fetched what it needs here. */
  hasHole = false;
  readonly #facts: SupergraphFacts;
  readonly #subgraph: string;
  readonly #waiting: readonly { readonly part: EntityPart; readonly targets: ReadonlyMap<number, JoinedObject[]> }[];
  readonly #lists = new Map<string, RepresentationList>();

  /** Collects what is there now; later answers do not change it. */
  constructor(data: Joined, subgraph: string, parts: readonly EntityPart[], facts: SupergraphFacts) {
    this.#facts = facts;
    this.#subgraph = subgraph;
    this.#waiting = parts.map((part) => ({ part, targets: this.#collect(data, part) }));
  }

  /** Whether there is nothing to ask for. */
  get isEmpty(): boolean {
    return [...this.#lists.values()].every((list) => list.items.length === 0);
  }

  /** By variable; a list may be empty where others of the same request are not. */
  representations(): Readonly<Record<string, readonly Representation[]>> {
    return Object.fromEntries([...this.#lists].map(([variable, { items }]) => [variable, items]));
  }

  /** @param answered The data of the answer; ours to change where the plan has rewrites for it. */
  receive(answered: JoinedObject): void {
    for (const { part, targets } of this.#waiting) {
      const entities = this.#entitiesOf(answered, part);
      const unknown = new Gap(badAnswer(this.#subgraph), true, [], part.selected);
      for (const [index, objects] of targets) {
        const entity = entities instanceof Gap ? entities.at(index, part.selected) : (entities[index] ?? unknown);
        applyRewrites(entity, part.outputRewrites, this.#facts);
        for (const object of objects) join(object, entity, this.#facts);
      }
    }
  }

  /** Nothing was answered. */
  fail(error: Error): void {
    for (const { part, targets } of this.#waiting) {
      const gap = new Gap(error, false, [], part.selected);
      for (const object of [...targets.values()].flat()) fillGaps(object, gap, this.#facts);
    }
  }

  /** One for each representation; with fewer or more nobody can tell which is which. */
  #entitiesOf(answered: JoinedObject, { key, variable, selected }: EntityPart): readonly Joined[] | Gap {
    const entities = answered[key];
    if (entities instanceof Gap) return entities;
    if (Array.isArray(entities) && entities.length === this.#listOf(variable).items.length) return entities;
    return new Gap(badAnswer(this.#subgraph), false, [], selected);
  }

  #collect(data: Joined, part: EntityPart): ReadonlyMap<number, JoinedObject[]> {
    const list = this.#listOf(part.variable);
    const targets = new Map<number, JoinedObject[]>();
    for (const object of part.paths.flatMap((path) => findObjects(data, path, this.#facts))) {
      const index = this.#represent(object, part, list);
      if (index === undefined) continue;
      const alike = targets.get(index);
      if (alike === undefined) targets.set(index, [object]);
      else alike.push(object);
    }
    return targets;
  }

  /** @returns the place of the object's representation in the list; undefined when there is nothing to send. */
  #represent(object: JoinedObject, part: EntityPart, list: RepresentationList): number | undefined {
    const representation = toRepresentation(object, part.requires, this.#facts);
    if (representation === undefined) return undefined;
    if (representation instanceof Gap) {
      fillGaps(object, new Gap(representation.error, representation.isQuiet, [], part.selected), this.#facts);
      return undefined;
    }
    applyRewrites(representation, part.inputRewrites, this.#facts);
    if (hasKey(representation, this.#subgraph, this.#facts)) return list.add(representation);
    if (lacksKey(representation, this.#subgraph, this.#facts)) {
      this.hasHole = true;
      fillGaps(object, new Gap(new Error('A plan lacks the key of an entity.'), false, [], part.selected), this.#facts);
      return undefined;
    }
    fillGaps(object, new Gap(badAnswer(this.#subgraph), true, [], part.selected), this.#facts);
    return undefined;
  }

  #listOf(variable: string): RepresentationList {
    const list = this.#lists.get(variable) ?? new RepresentationList();
    this.#lists.set(variable, list);
    return list;
  }
}

/** Numbers representations; equal ones get the same number. */
class RepresentationList {
  readonly items: Representation[] = [];
  readonly #numbers = new Map<string, number>();

  add(representation: Representation): number {
    const text = JSON.stringify(representation);
    const known = this.#numbers.get(text);
    if (known !== undefined) return known;
    const number = this.items.push(representation) - 1;
    this.#numbers.set(text, number);
    return number;
  }
}
