import type { RequiresSelection } from '@graphql-hive/router-query-planner';
import { type FieldNode, Kind, type SelectionSetNode } from 'graphql';
import { Gap } from './Gap.js';
import { copyOf, emptyObject, isJoinedObject, type Joined, type JoinedObject, typeNameOf } from './joinedData.js';
import type { SupergraphFacts } from './supergraphFacts.js';

/** How an entity is named to a subgraph. */
export type Representation = JoinedObject;

/**
 * Takes from an entity what a subgraph has to be told of it.
 * @returns a gap when another subgraph failed to answer some of that; undefined when the entity is none that is meant.
 */
export function toRepresentation(
  entity: JoinedObject,
  requires: readonly RequiresSelection[],
  facts: SupergraphFacts,
): Representation | Gap | undefined {
  if (entity.__typename instanceof Gap) return entity.__typename;
  const representation = emptyObject();
  const projection = new Projection(facts);
  if (!projection.object(entity, requires, representation)) return undefined;
  if (representation.__typename === undefined && entity.__typename !== undefined)
    representation.__typename = entity.__typename;
  return projection.obstacle ?? representation;
}

/** Copies what is required; remembers the first gap in the way. */
class Projection {
  obstacle: Gap | undefined;
  readonly #facts: SupergraphFacts;

  constructor(facts: SupergraphFacts) {
    this.#facts = facts;
  }

  /** @returns whether any of the selections is meant for the type of the object. */
  object(source: JoinedObject, requires: readonly RequiresSelection[], into: JoinedObject): boolean {
    let isMeant = false;
    for (const selection of requires) {
      if (selection.kind === 'Field') {
        isMeant = true;
        this.#field(source, selection, into);
      } else if (selection.kind === 'InlineFragment' && this.#suits(source, selection.typeCondition)) {
        isMeant = this.object(source, selection.selections, into) || isMeant;
      }
    }
    return isMeant;
  }

  #field(source: JoinedObject, field: Extract<RequiresSelection, { kind: 'Field' }>, into: JoinedObject): void {
    // The plan fetches a field under another name where it conflicts with the client's; the alias is the subgraph's name.
    const key = field.alias ?? field.name;
    const value = source[field.name] === undefined ? source[key] : source[field.name];
    if (value !== undefined) into[key] = this.#value(value, field.selections ?? [], into[key]);
  }

  /** @param before What another selection has put there. */
  #value(value: Joined, selections: readonly RequiresSelection[], before: Joined | undefined): Joined {
    if (value instanceof Gap) {
      if (!value.isQuiet) this.obstacle ??= value;
      return null;
    }
    if (Array.isArray(value)) {
      const elements = Array.isArray(before) ? before : [];
      return value.map((element, index) => this.#value(element, selections, elements[index]));
    }
    if (selections.length === 0 || !isJoinedObject(value)) return copyOf(value);
    const projected = isJoinedObject(before) ? before : emptyObject();
    // Subgraphs need it where the type of a field is abstract, and no selection of the plan says so.
    if (typeof value.__typename === 'string') projected.__typename = value.__typename;
    this.object(value, selections, projected);
    return projected;
  }

  /** An object that is known by an interface only may be of any type of it. */
  #suits(object: JoinedObject, condition: string): boolean {
    const typeName = typeNameOf(object);
    if (typeName === undefined) return true;
    return this.#facts.satisfies(typeName, condition) || this.#facts.satisfies(condition, typeName);
  }
}

/** Whether no key can be there because nothing has asked for its fields, though the plan counts on them. */
export function lacksKey(representation: Representation, subgraph: string, facts: SupergraphFacts): boolean {
  const keys = facts.keysOf(typeNameOf(representation) ?? '', subgraph);
  return (
    keys.length > 0 && keys.every(({ selections }) => selections.some((field) => isUnasked(representation, field)))
  );
}

function isUnasked(representation: Representation, selection: SelectionSetNode['selections'][number]): boolean {
  return selection.kind === Kind.FIELD && representation[selection.name.value] === undefined;
}

/** Whether the subgraph can find the entity: some key of it is there as a whole, without null. */
export function hasKey(representation: Representation, subgraph: string, facts: SupergraphFacts): boolean {
  const keys = facts.keysOf(typeNameOf(representation) ?? '', subgraph);
  if (keys.length > 0) return keys.some((key) => isWhole(representation, key));
  return Object.keys(representation).some((name) => name !== '__typename' && representation[name] !== null);
}

function isWhole(value: Joined | undefined, { selections }: SelectionSetNode): boolean {
  if (Array.isArray(value)) return value.every((element) => isWhole(element, { kind: Kind.SELECTION_SET, selections }));
  if (!isJoinedObject(value)) return false;
  return selections.every((selection) => selection.kind !== Kind.FIELD || holds(value, selection));
}

function holds(object: JoinedObject, { name, selectionSet }: FieldNode): boolean {
  const value = object[name.value];
  if (value === undefined || value === null) return false;
  return selectionSet === undefined || isWhole(value, selectionSet);
}
