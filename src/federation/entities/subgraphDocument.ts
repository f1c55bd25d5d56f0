import { printSubgraphSchema } from '@apollo/subgraph';
import {
  type DefinitionNode,
  type DocumentNode,
  type GraphQLSchema,
  Kind,
  lexicographicSortSchema,
  parse,
  type SchemaDefinitionNode,
  visit,
} from 'graphql';
import type { ComposedDirectives } from './contract.js';

const specification = 'https://specs.apollo.dev/federation/v2.7';

/** What the specification defines for others to use; `@composeDirective` stands on the schema only. */
const federationDirectives: ReadonlySet<string> = new Set([
  'authenticated',
  'extends',
  'external',
  'inaccessible',
  'interfaceObject',
  'key',
  'override',
  'policy',
  'provides',
  'requires',
  'requiresScopes',
  'shareable',
  'tag',
]);

/**
 * The schema as Federation 2 SDL, parsed: sorted, with its directives, importing those that it uses. Directives are read
 * from the definition nodes of types and fields and from their extension `directives`.
 */
export function buildSubgraphDocument(
  schema: GraphQLSchema,
  composed: readonly ComposedDirectives[] = [],
): DocumentNode {
  const sdl = printSubgraphSchema(lexicographicSortSchema(schema));
  const { definitions } = parse(sdl, { noLocation: true });
  const links = parse(linksOf(definitions, composed), { noLocation: true });
  return {
    kind: Kind.DOCUMENT,
    definitions: [...links.definitions, ...definitions.filter((node) => !saysNothing(node))],
  };
}

function linksOf(definitions: readonly DefinitionNode[], composed: readonly ComposedDirectives[]): string {
  const imports = [...usedDirectives(definitions)].filter((name) => federationDirectives.has(name));
  if (composed.length > 0) imports.push('composeDirective');
  const links = [
    link(
      specification,
      imports.sort().map((name) => `@${name}`),
    ),
    ...composed.map(({ url, directives }) => link(url, directives)),
    ...composed.flatMap(({ directives }) => directives.map((name) => `@composeDirective(name: ${quote(name)})`)),
  ];
  return `extend schema ${links.join(' ')}`;
}

function link(url: string, imports: readonly string[]): string {
  return `@link(url: ${quote(url)}, import: [${imports.map(quote).join(', ')}])`;
}

function quote(text: string): string {
  return JSON.stringify(text);
}

function usedDirectives(definitions: readonly DefinitionNode[]): ReadonlySet<string> {
  const names = new Set<string>();
  const document: DocumentNode = { kind: Kind.DOCUMENT, definitions };
  visit(document, { Directive: ({ name }) => void names.add(name.value) });
  return names;
}

const usualNames = { query: 'Query', mutation: 'Mutation', subscription: 'Subscription' } as const;

/** Whether it is the schema definition that goes without saying. */
function saysNothing(node: DefinitionNode): boolean {
  return (
    node.kind === Kind.SCHEMA_DEFINITION && node.description === undefined && !hasDirectives(node) && isUsual(node)
  );
}

function hasDirectives({ directives = [] }: SchemaDefinitionNode): boolean {
  return directives.length > 0;
}

function isUsual({ operationTypes }: SchemaDefinitionNode): boolean {
  return operationTypes.every(({ operation, type }) => type.name.value === usualNames[operation]);
}
