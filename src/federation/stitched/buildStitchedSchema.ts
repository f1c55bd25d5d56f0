import { getStitchedSchemaFromSupergraphSdl } from '@graphql-tools/federation';
import { type DocumentNode, GraphQLSchema, getOperationAST, parse, printSchema } from 'graphql';
import type { Principal } from '../../auth/principal.js';
import { requirePermissions } from '../../auth/requirePermissions.js';
import type { ExecutableSchema } from '../../execution/contract.js';
import { ownSubgraphName, type Subgraph, type Subgraphs } from '../contract.js';
import { buildPublicSchema } from '../joined/publicSchema.js';
import { listSubgraphs } from '../supergraph/listSubgraphs.js';
import { adaptDocument } from './adaptDocument.js';
import { collectFieldNames } from './aliases.js';
import { keepErrorsInKeys } from './keepErrorsInKeys.js';
import { OwnOperations } from './OwnOperations.js';
import { readOwnership } from './ownership.js';
import { placeErrorsAtFields } from './placeErrors.js';
import { readRequirements } from './requirements.js';
import { StitchedOperation } from './StitchedOperation.js';
import { buildSubgraphExecutor, type CheckAccess } from './subgraphExecutor.js';

/**
 * Executes a supergraph without the native query planner, for platforms that it is not built for (Windows, musl): the
 * schemas of the subgraphs are stitched together, and resolvers ask whom they need as they go. It may take more requests
 * than a plan, and it is known to be wrong in some cases (`test/federation/stitched.test.ts` lists them): fields behind
 * interface objects may be null, members of a union with requirements of their own fail, and enum values that clients may not
 * see are null without an error.
 * @param supergraphSdl A composed supergraph.
 * @param subgraphs All that it names.
 * @param own Our own schema, with `_entities`, where it is one of them: executes operations that need nobody else.
 * @throws {Error} when the text is no supergraph, or names a subgraph that is not among those given.
 */
export function buildStitchedSchema(
  supergraphSdl: string,
  subgraphs: Subgraphs,
  own?: ExecutableSchema,
): ExecutableSchema {
  const supergraph = parse(supergraphSdl, { noLocation: true });
  const told = buildPublicSchema(supergraph);
  const schema = withDirectivesOf(told, placeErrorsAtFields(stitch(supergraph, subgraphs, own)));
  const mine = own && readOwnOperations(supergraph, schema, own);
  const fieldNames = collectFieldNames(schema);
  const prepare: ExecutableSchema['prepare'] = async (document, definition) => {
    if (own !== undefined && mine?.holds(document) === true) return own.prepare(document, definition);
    const authorize = (principal: Principal) => mine?.checkOperation(document, definition, principal);
    return new StitchedOperation(schema, adaptDocument(document, fieldNames), definition, authorize);
  };
  return { schema, sdl: printSchema(told), prepare };
}

function stitch(supergraph: DocumentNode, subgraphs: Subgraphs, own: ExecutableSchema | undefined): GraphQLSchema {
  const listed = listSubgraphs(supergraph);
  const subgraphOf = (enumValue: string): Subgraph => {
    const name = listed.find((service) => service.enumValue === enumValue)?.name ?? enumValue;
    const subgraph = subgraphs.get(name);
    if (subgraph === undefined) throw new Error(`The supergraph names ${name}, which is not configured.`);
    return subgraph;
  };
  return getStitchedSchemaFromSupergraphSdl({
    supergraphSdl: supergraph,
    batch: true,
    onSubschemaConfig(config) {
      const subgraph = subgraphOf(config.name);
      keepErrorsInKeys(config);
      config.executor = buildSubgraphExecutor(
        subgraph,
        readRequirements(supergraph, config.name),
        accessCheckOf(subgraph, own),
      );
    },
  });
}

/** Who is asked for what comes out only on the way, so rights to our own data are checked on each request for it. */
function accessCheckOf(subgraph: Subgraph, own: ExecutableSchema | undefined): CheckAccess {
  if (own === undefined || subgraph.name !== ownSubgraphName) return () => undefined;
  return (document, principal) => {
    const definition = getOperationAST(document);
    if (definition !== null && definition !== undefined)
      requirePermissions(own.schema, document, definition, principal);
  };
}

function readOwnOperations(
  supergraph: DocumentNode,
  schema: GraphQLSchema,
  own: ExecutableSchema,
): OwnOperations | undefined {
  const listed = listSubgraphs(supergraph).find(({ name }) => name === ownSubgraphName);
  return listed && new OwnOperations(own.schema, schema, readOwnership(supergraph, listed.enumValue));
}

/** The library hides what is inaccessible, but leaves directives of federation in sight. */
function withDirectivesOf(told: GraphQLSchema, stitched: GraphQLSchema): GraphQLSchema {
  return new GraphQLSchema({ ...stitched.toConfig(), directives: told.getDirectives() });
}
