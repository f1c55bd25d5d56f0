import { type ExecutionResult, getOperationAST, parse, validate } from 'graphql';
import { formatError } from '../../../../src/errors/formatError.js';
import type { ExecutableSchema, PreparedOperation } from '../../../../src/execution/contract.js';
import type { PlannedSchemas } from '../../../support/plannedSchemas.js';
import { composeScripts } from '../../../support/subgraphs/composeScripts.js';
import { anyonesContext } from '../../../support/subgraphs/operationContext.js';
import { RequestLog } from '../../../support/subgraphs/requestLog.js';
import { ScriptedSubgraph } from '../../../support/subgraphs/scriptedSubgraph.js';
import type { SubgraphScript } from '../../../support/subgraphs/subgraphScript.js';

/** Subgraphs in this process, joined by plans. */
export interface World {
  readonly schema: ExecutableSchema;
  readonly log: RequestLog;
  readonly subgraphs: ReadonlyMap<string, ScriptedSubgraph>;
  ask(query: string, variables?: Record<string, unknown>): Promise<ExecutionResult>;
}

export interface JoinOptions {
  /** Of the same types, where it has been composed before. */
  readonly supergraphSdl?: string;
  /** Refuses operations at which the planner fails, instead of answering them without a plan. */
  readonly onlyPlanned?: boolean;
}

export async function joinScripts(
  planned: PlannedSchemas,
  scripts: readonly SubgraphScript[],
  { supergraphSdl = composeScripts(scripts), onlyPlanned = false }: JoinOptions = {},
): Promise<World> {
  const log = new RequestLog();
  const subgraphs = new Map(scripts.map((script) => [script.name, new ScriptedSubgraph(script, log)]));
  const stitch = onlyPlanned ? { stitch: refuseToStitch } : {};
  const schema = await planned.build(supergraphSdl, subgraphs, stitch);
  return {
    schema,
    log,
    subgraphs,
    async ask(query, variables = {}) {
      const answer = await (await prepare(schema, query)).execute({ variables, context: anyonesContext() });
      const cause = answer.errors?.[0]?.originalError;
      if (cause instanceof NoPlan) throw cause;
      return answer;
    },
  };
}

/** Thrown by `ask` for operations without a plan, with `onlyPlanned`. */
export class NoPlan extends Error {}

function refuseToStitch(): never {
  throw new NoPlan('There is no plan.');
}

/** @throws when the text is no valid operation on the schema. */
export async function prepare({ schema, prepare }: ExecutableSchema, query: string): Promise<PreparedOperation> {
  const document = parse(query);
  const [fault] = validate(schema, document);
  if (fault !== undefined) throw fault;
  const definition = getOperationAST(document);
  if (definition === null || definition === undefined) throw new Error('Wanted one operation.');
  return prepare(document, definition);
}

/** The errors of an answer as clients see them: place, code, subgraph. */
export function toldErrors({ errors = [] }: ExecutionResult): unknown[] {
  return errors.map((error) => {
    const { path, extensions } = formatError(error);
    return { path: path?.join('.'), code: extensions?.code, subgraph: extensions?.subgraph };
  });
}
