import { type ExecutionResult, type GraphQLError, getOperationAST, parse } from 'graphql';
import { LRUCache } from 'lru-cache';
import type { ExecutableSchema, ExecutionRequest, PreparedOperation } from '../execution/contract.js';
import {
  ownSubgraphName,
  type Subgraph,
  type SubgraphFault,
  type SubgraphRequest,
  type SubgraphResult,
} from './contract.js';

/** Texts of a plan come again with every execution of it; there are about as many as kept plans have requests to us. */
const maxPrepared = 2_000;

/**
 * Our own schema as a subgraph in this process. All requests of one operation are executed with that operation's
 * context, so they share its loaders, cache, meter and deadline; the caller has checked the permissions (`authorize`).
 * @param own The federated schema, with `_entities`.
 */
export function buildOwnSubgraph(own: ExecutableSchema): Subgraph {
  const prepared = new LRUCache<string, Promise<PreparedOperation>>({ max: maxPrepared });
  const prepare = (text: string): Promise<PreparedOperation> => {
    const known = prepared.get(text);
    if (known !== undefined) return known;
    const preparing = prepareText(text, own);
    prepared.set(text, preparing);
    preparing.catch(() => prepared.delete(text));
    return preparing;
  };
  return {
    name: ownSubgraphName,
    async execute(request) {
      const operation = await prepare(request.operation);
      return toResult(await operation.execute(toExecution(request)));
    },
    async subscribe(request) {
      const operation = await prepare(request.operation);
      const source = await operation.subscribe(toExecution(request));
      if (Symbol.asyncIterator in source) return source;
      throw reasonOf(source);
    },
    async executeEvent(event, request) {
      const operation = await prepare(request.operation);
      return toResult(await operation.executeEvent(event, toExecution(request)));
    },
  };
}

async function prepareText(text: string, own: ExecutableSchema): Promise<PreparedOperation> {
  const document = parse(text, { noLocation: true });
  const definition = getOperationAST(document);
  if (definition === null || definition === undefined) throw new Error('A subgraph request holds one operation.');
  return own.prepare(document, definition);
}

function toExecution({ variables, context }: SubgraphRequest): ExecutionRequest {
  return { variables, context };
}

function toResult({ data, errors = [] }: ExecutionResult): SubgraphResult {
  return { data: data ?? null, faults: errors.map(toFault) };
}

/** What a resolver threw goes on without the wrapper of this execution, whose place in the text no client knows. */
function toFault(error: GraphQLError): SubgraphFault {
  const { path, originalError } = error;
  return path === undefined ? { error } : { path, error: originalError ?? error };
}

function reasonOf({ errors }: ExecutionResult): Error {
  const [first] = errors ?? [];
  return first?.originalError ?? first ?? new Error('A subscription of ours neither began nor said why.');
}
