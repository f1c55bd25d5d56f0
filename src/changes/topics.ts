import { toTicks } from '../time/instant.js';
import type { ChangeTopic, EntityOf } from './contract.js';

/** In what entities of one kind differ from those of another. */
export interface TopicRules<T extends ChangeTopic = ChangeTopic> {
  /** GraphQL name of the field that carries the version. It is not content, so it is never compared. */
  readonly versionField: keyof EntityOf<T> & string;
  /** The field that stands in when the upstream leaves the first one out. */
  readonly fallbackField: (keyof EntityOf<T> & string) | null;
  /**
   * The field that says when an entity came to be. Null where the whole collection is read each time, so that whatever is
   * unknown after the first fill is new: a user may become risky long after the account was made, and the score of a day
   * is stamped with the day's beginning.
   */
  readonly creationField: (keyof EntityOf<T> & string) | null;
}

type TopicTable = { readonly [T in ChangeTopic]: TopicRules<T> };

const triaged = {
  versionField: 'lastUpdateDateTime',
  fallbackField: 'createdDateTime',
  creationField: 'createdDateTime',
} as const;

const table: TopicTable = {
  alert: triaged,
  incident: triaged,
  riskEvent: {
    versionField: 'lastUpdatedDateTime',
    fallbackField: 'detectedDateTime',
    creationField: 'detectedDateTime',
  },
  riskyUser: { versionField: 'riskLastUpdatedDateTime', fallbackField: null, creationField: null },
  secureScore: { versionField: 'createdDateTime', fallbackField: null, creationField: null },
};

/** Says of which type an entity is, not what it is like. */
const neverContent = ['__typename'];

export function rulesOf(topic: ChangeTopic): TopicRules {
  return table[topic] as TopicRules;
}

/** Version of an entity in 100 ns ticks; `undefined` when it carries no readable time, so that nothing can be compared. */
export function versionOf<T extends ChangeTopic>(topic: T, entity: EntityOf<T>): bigint | undefined {
  const { versionField, fallbackField } = rulesOf(topic);
  return ticksIn(entity, versionField) ?? ticksIn(entity, fallbackField);
}

/** When an entity came to be, in 100 ns ticks; `undefined` when that is not known. */
export function creationOf<T extends ChangeTopic>(topic: T, entity: EntityOf<T>): bigint | undefined {
  return ticksIn(entity, rulesOf(topic).creationField);
}

/** Names of the fields that do not count as content. */
export function fieldsLeftOut(topic: ChangeTopic): readonly string[] {
  return [...neverContent, rulesOf(topic).versionField];
}

function ticksIn(entity: object, field: string | null): bigint | undefined {
  const value = field === null ? undefined : (entity as Readonly<Record<string, unknown>>)[field];
  return typeof value === 'string' ? toTicks(value) : undefined;
}
