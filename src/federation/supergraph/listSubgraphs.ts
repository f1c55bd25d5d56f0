import { type DocumentNode, type EnumTypeDefinitionNode, Kind, parse } from 'graphql';
import { textOf } from '../directives.js';

/** A service of a composed supergraph. */
export interface ListedSubgraph {
  /** As its owner named it. */
  readonly name: string;
  /** The value of `join__Graph` that stands for it in the supergraph. */
  readonly enumValue: string;
  /** As the supergraph has it: may be empty, where whoever composed it knew none. */
  readonly url: string;
}

/**
 * The services of a composed supergraph, in its order.
 * @throws {Error} when the text names none, so is no supergraph; {GraphQLError} when it is not even GraphQL.
 */
export function listSubgraphs(supergraph: string | DocumentNode): readonly ListedSubgraph[] {
  const document = typeof supergraph === 'string' ? parse(supergraph, { noLocation: true }) : supergraph;
  const services = document.definitions.find(
    (node): node is EnumTypeDefinitionNode =>
      node.kind === Kind.ENUM_TYPE_DEFINITION && node.name.value === 'join__Graph',
  );
  const listed = (services?.values ?? []).flatMap(({ name, directives = [] }) => {
    const join = directives.find((directive) => directive.name.value === 'join__graph');
    const subgraph = textOf(join, 'name');
    return subgraph === undefined ? [] : [{ name: subgraph, enumValue: name.value, url: textOf(join, 'url') ?? '' }];
  });
  if (listed.length === 0)
    throw new Error('The text names no subgraphs in join__Graph, so it is no composed supergraph.');
  return listed;
}

/**
 * How to reach the services of a supergraph: as configured where they are, else at the URL that the supergraph gives.
 * @param own The name of our own schema, which is not reached over the network; absent: it takes no part.
 */
export function toAddresses<C extends { readonly name: string; readonly url: string }>(
  listed: readonly ListedSubgraph[],
  configured: readonly C[],
  own?: string,
): readonly (C | { readonly name: string; readonly url: string })[] {
  return listed
    .filter(({ name }) => name !== own)
    .map(({ name, url }) => configured.find((config) => config.name === name) ?? { name, url });
}
