import {
  type DocumentNode,
  type ExecutionResult,
  GraphQLError,
  type GraphQLSchema,
  type OperationDefinitionNode,
  OperationTypeNode,
} from 'graphql';
import type { Principal } from '../../auth/principal.js';
import { toError } from '../../errors/toError.js';
import type { ExecutionRequest, PreparedOperation } from '../../execution/contract.js';
import type { Subgraphs } from '../contract.js';
import { buildAnswer } from './buildAnswer.js';
import { coerceVariables } from './coerceVariables.js';
import { unknownSubgraph } from './failures.js';
import { PlanRun } from './PlanRun.js';
import { plannedVariables } from './responseNames.js';
import type { Plan, RootFetch } from './steps.js';
import type { SupergraphFacts } from './supergraphFacts.js';

export interface JoinedOperationParts {
  readonly schema: GraphQLSchema;
  readonly facts: SupergraphFacts;
  readonly subgraphs: Subgraphs;
  readonly document: DocumentNode;
  readonly definition: OperationDefinitionNode;
  readonly plan: Plan;
  /** The requests of the plan to our own schema. */
  readonly ownRequests: readonly PreparedOperation[];
  /** The operation without a plan, for when the plan turns out to be wrong. */
  readonly withoutPlan: () => Promise<PreparedOperation>;
}

/** An operation that several subgraphs answer, or one of others, by a plan. */
export class JoinedOperation implements PreparedOperation {
  readonly joins: boolean;
  readonly asksSubgraphs: boolean;
  readonly #parts: JoinedOperationParts;

  constructor(parts: JoinedOperationParts) {
    const { fetches } = parts.plan;
    this.#parts = parts;
    this.joins = fetches.length > 1 || parts.ownRequests.some(({ joins }) => joins);
    this.asksSubgraphs = fetches.length > parts.ownRequests.length;
  }

  authorize(principal: Principal): void {
    for (const request of this.#parts.ownRequests) request.authorize(principal);
  }

  /** A query whose plan turns out to be wrong is answered without it; nothing else could be asked twice. */
  async execute(request: ExecutionRequest): Promise<ExecutionResult> {
    const coercion = this.#coerce(request);
    if ('refusal' in coercion) return coercion.refusal;
    const run = this.#begin(request, coercion.values);
    const answer = await this.#complete(run, request);
    if (!run.hasHole || this.#parts.definition.operation !== OperationTypeNode.QUERY) return answer;
    return (await this.#parts.withoutPlan()).execute(request);
  }

  async subscribe(request: ExecutionRequest): Promise<AsyncIterable<unknown> | ExecutionResult> {
    const coercion = this.#coerce(request);
    if ('refusal' in coercion) return coercion.refusal;
    const { fetch } = this.#primary();
    const subgraph = this.#parts.subgraphs.get(fetch.subgraph);
    try {
      if (subgraph === undefined) throw unknownSubgraph(fetch.subgraph);
      return await subgraph.subscribe(this.#begin(request, coercion.values).requestOf(fetch));
    } catch (error) {
      const originalError = toError(error);
      return { errors: [new GraphQLError(originalError.message, { originalError })] };
    }
  }

  async executeEvent(event: unknown, request: ExecutionRequest): Promise<ExecutionResult> {
    const coercion = this.#coerce(request);
    if ('refusal' in coercion) return coercion.refusal;
    const run = this.#begin(request, coercion.values);
    const primary = this.#primary();
    const subgraph = this.#parts.subgraphs.get(primary.fetch.subgraph);
    try {
      if (subgraph === undefined) throw unknownSubgraph(primary.fetch.subgraph);
      run.receiveRoot(primary, await subgraph.executeEvent(event, run.requestOf(primary.fetch)));
    } catch (error) {
      run.failRoot(primary, error);
    }
    return this.#complete(run, request);
  }

  #coerce({ variables }: ExecutionRequest) {
    return coerceVariables(this.#parts.schema, this.#parts.definition, variables);
  }

  #begin({ variables, context }: ExecutionRequest, coerced: Readonly<Record<string, unknown>>): PlanRun {
    const { facts, subgraphs } = this.#parts;
    return new PlanRun({
      facts,
      subgraphs,
      variables: plannedVariables(variables),
      coerced: plannedVariables(coerced),
      context,
    });
  }

  async #complete(run: PlanRun, { variables }: ExecutionRequest): Promise<ExecutionResult> {
    const { rest } = this.#parts.plan;
    if (rest !== undefined) await run.run(rest);
    return buildAnswer(this.#parts, variables, run);
  }

  #primary(): RootFetch {
    const { primary } = this.#parts.plan;
    if (primary === undefined) throw new Error('The plan of a subscription begins with what it subscribes to.');
    return primary;
  }
}
