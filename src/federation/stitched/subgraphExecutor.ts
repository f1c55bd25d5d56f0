import type { FederationSubschemaConfig } from '@graphql-tools/federation';
import { type DocumentNode, type ExecutionResult, GraphQLError, getOperationAST, print } from 'graphql';
import type { Principal } from '../../auth/principal.js';
import { toError } from '../../errors/toError.js';
import type { Subgraph, SubgraphFault, SubgraphRequest, SubgraphResult } from '../contract.js';
import { checkEntities } from './checkEntities.js';
import type { Requirements } from './requirements.js';
import { toSoundRequest } from './soundRequest.js';
import type { StitchContext } from './stitchContext.js';

/** The library's type of what executes requests; it has no other name that we may import. */
type Executor = FederationSubschemaConfig['executor'];

/** The part of the library's request that is used. */
interface Delegation {
  readonly document: DocumentNode;
  readonly variables?: Readonly<Record<string, unknown>>;
  readonly context?: StitchContext;
}

/** Throws to refuse a request to a subgraph. */
export type CheckAccess = (document: DocumentNode, principal: Principal) => void;

/**
 * Lets the stitched schema ask a subgraph. Errors stay the objects that they are, below the wrappers that say where they
 * belong, so that their codes reach the client.
 */
export function buildSubgraphExecutor(
  subgraph: Subgraph,
  requirements: Requirements,
  checkAccess: CheckAccess,
): Executor {
  const execute = async (delegation: Delegation): Promise<ExecutionResult | AsyncIterable<ExecutionResult>> => {
    try {
      const { request, step } = readDelegation(delegation);
      checkAccess(delegation.document, request.context.principal);
      if (request.kind !== 'subscription') {
        return toResult(await ask(subgraph, delegation.document, request, requirements));
      }
      if (step?.kind === 'event') return only(toResult(await subgraph.executeEvent(step.event, request)));
      step?.begin(await subgraph.subscribe(request));
      return nothing();
    } catch (error) {
      return { errors: [toGraphQLError({ error: toError(error) })] };
    }
  };
  // The library's type promises results of whatever type the caller names, which nobody can.
  return execute as Executor;
}

async function ask(
  subgraph: Subgraph,
  document: DocumentNode,
  wanted: SubgraphRequest,
  requirements: Requirements,
): Promise<SubgraphResult> {
  const sound = toSoundRequest(document, wanted, requirements);
  if (sound.request === undefined) return sound.restore(null);
  const result = await subgraph.execute(sound.request);
  checkEntities(subgraph.name, document, sound.request, result);
  return sound.restore(result);
}

function readDelegation({ document, variables = {}, context }: Delegation) {
  const definition = getOperationAST(document);
  if (context === undefined || definition === null || definition === undefined)
    throw new Error('The stitched schema asks for an operation with its context.');
  const request: SubgraphRequest = {
    kind: definition.operation,
    operation: print(document),
    variables,
    context: context.operation,
  };
  return { request, step: context.step };
}

/** The stitched schema writes into what it gets, and results of subgraphs may be shared, so it gets a copy. */
function toResult({ data, faults }: SubgraphResult): ExecutionResult {
  const errors = faults.map(toGraphQLError);
  return { data: structuredClone(data), ...(errors.length === 0 ? {} : { errors }) };
}

function toGraphQLError({ error, path }: SubgraphFault): GraphQLError {
  return new GraphQLError(error.message, { originalError: error, ...(path === undefined ? {} : { path }) });
}

async function* only(result: ExecutionResult): AsyncGenerator<ExecutionResult> {
  yield result;
}

async function* nothing(): AsyncGenerator<ExecutionResult> {
  // Whoever began the subscription reads its events, so that each can be answered with a context of its own.
}
