import { buildSubgraphSchema } from '@apollo/subgraph';
import { type DocumentNode, type GraphQLFieldResolver, type GraphQLSchema, parse } from 'graphql';

type Resolver = GraphQLFieldResolver<any, any>;

/** A service of somebody else, in a few lines. */
export interface SubgraphScript {
  readonly name: string;
  /** Types only: the link to the federation specification is added, unless `federation` is 1. */
  readonly typeDefs: string;
  /** By type and field; `__resolveReference` finds an entity by one of its keys. Defaults to reading properties. */
  readonly resolvers?: Readonly<Record<string, Readonly<Record<string, Resolver | { subscribe: Resolver }>>>>;
  /** Version of the federation specification that the types are written for; default 2. */
  readonly federation?: 1 | 2;
}

/** The types of a script as its service publishes them. */
export function documentOf(script: SubgraphScript): DocumentNode {
  return parse(script.federation === 1 ? script.typeDefs : `${federationLink}\n${script.typeDefs}`);
}

export function schemaOf(script: SubgraphScript): GraphQLSchema {
  return buildSubgraphSchema([{ typeDefs: documentOf(script), resolvers: mutable(script.resolvers ?? {}) }]);
}

/**
 * The reference resolver of an entity: the row that agrees with the keys which a representation carries, with whatever
 * else it carries (what `@requires` asked for); null when there is none.
 * @returns a copy each time, because the subgraph library writes `__typename` on what it is given.
 */
export function findBy<Row extends object>(rows: readonly Row[], ...keys: readonly (keyof Row & string)[]): Resolver {
  return (reference: Partial<Row>) => {
    const given = keys.filter((key) => reference[key] !== undefined && reference[key] !== null);
    const found = rows.find((row) => given.length > 0 && given.every((key) => row[key] === reference[key]));
    return found === undefined ? null : { ...reference, ...found };
  };
}

const federationLink = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: [
  "@key", "@requires", "@provides", "@external", "@shareable", "@override", "@inaccessible", "@tag", "@extends",
  "@interfaceObject"
])`;

/** The library declares its resolver maps mutable, and does not write to them. */
function mutable(resolvers: NonNullable<SubgraphScript['resolvers']>): Record<string, Record<string, Resolver>> {
  return resolvers as Record<string, Record<string, Resolver>>;
}
