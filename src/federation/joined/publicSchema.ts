import { transformSupergraphToPublicSchema } from '@theguild/federation-composition';
import { buildASTSchema, type DocumentNode, type GraphQLSchema, Kind, visit } from 'graphql';

/** The schema that clients of a supergraph see: nothing inaccessible, nothing of how the subgraphs are joined. */
export function buildPublicSchema(supergraph: DocumentNode): GraphQLSchema {
  const visible = dropUnknownTypes(transformSupergraphToPublicSchema(supergraph));
  return buildASTSchema(visible, { assumeValid: true, assumeValidSDL: true });
}

/** Unions and lists of interfaces may still name types that are inaccessible. */
function dropUnknownTypes(document: DocumentNode): DocumentNode {
  const known = new Set(document.definitions.flatMap((node) => ('name' in node ? (node.name?.value ?? []) : [])));
  const isKnown = (node: { readonly name: { readonly value: string } }) => known.has(node.name.value);
  return visit(document, {
    [Kind.UNION_TYPE_DEFINITION]: (node) => ({ ...node, types: node.types?.filter(isKnown) ?? [] }),
    [Kind.OBJECT_TYPE_DEFINITION]: (node) => ({ ...node, interfaces: node.interfaces?.filter(isKnown) ?? [] }),
    [Kind.INTERFACE_TYPE_DEFINITION]: (node) => ({ ...node, interfaces: node.interfaces?.filter(isKnown) ?? [] }),
  });
}
