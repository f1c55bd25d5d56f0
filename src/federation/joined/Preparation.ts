import { type DocumentNode, type GraphQLSchema, getOperationAST, type OperationDefinitionNode, print } from 'graphql';
import { LRUCache } from 'lru-cache';
import type { ExecutableSchema, PreparedOperation } from '../../execution/contract.js';
import { ownSubgraphName, type Subgraphs } from '../contract.js';
import { buildAnswerSchema } from './answerSchema.js';
import { ConditionedOperation } from './ConditionedOperation.js';
import { JoinedOperation } from './JoinedOperation.js';
import { OwnOperation } from './OwnOperation.js';
import { buildOwnWholeTest, type OwnWholeTest } from './ownWhole.js';
import { PlannerBusy, Unanswerable } from './planner/errors.js';
import { withPlannedNames } from './responseNames.js';
import { type ConditionValues, conditionVariables, settleConditions } from './settleConditions.js';
import type { Plan } from './steps.js';
import { asksAboutSchema, stripIntrospection } from './stripIntrospection.js';
import type { SupergraphFacts } from './supergraphFacts.js';
import { UnplannedOperation } from './UnplannedOperation.js';

export interface PreparationParts {
  readonly schema: GraphQLSchema;
  readonly facts: SupergraphFacts;
  readonly subgraphs: Subgraphs;
  readonly own?: ExecutableSchema | undefined;
  /**
   * @throws {Unanswerable} when the subgraphs cannot answer.
   * @throws {PlannerBusy} when it cannot be planned now.
   * @throws {Error} when the planner failed.
   */
  readonly plan: (operation: string) => Promise<Plan>;
  /** Makes what executes the operations at which the planner fails. */
  readonly stitch: () => ExecutableSchema;
}

/** Plans and parsed requests of this many operations are kept. A plan takes tens of kilobytes. */
const maxKept = 1_000;

/** Analyses operations of one joined schema, each once while it is remembered. */
export class Preparation {
  readonly #parts: PreparationParts;
  readonly #answerSchema: GraphQLSchema;
  readonly #isWhole: OwnWholeTest;
  readonly #kept = new LRUCache<string, Promise<PreparedOperation>>({ max: maxKept });
  #stitched: ExecutableSchema | undefined;

  constructor(parts: PreparationParts) {
    this.#parts = parts;
    this.#answerSchema = buildAnswerSchema(parts.schema);
    this.#isWhole = parts.own === undefined ? () => false : buildOwnWholeTest(parts.own.schema, parts.schema);
  }

  /** Those who ask at the same moment wait for the same analysis. */
  prepare(document: DocumentNode, definition: OperationDefinitionNode): Promise<PreparedOperation> {
    const key = `${definition.name?.value ?? ''} ${document.loc?.source.body ?? print(document)}`;
    const known = this.#kept.get(key);
    if (known !== undefined) return known;
    const preparing = this.#analyse(document, definition).catch((error: unknown) => {
      this.#kept.delete(key);
      return new UnplannedOperation(error);
    });
    this.#kept.set(key, preparing);
    return preparing;
  }

  /** @throws {PlannerBusy} when another try may go better. */
  async #analyse(document: DocumentNode, definition: OperationDefinitionNode): Promise<PreparedOperation> {
    const asked = stripIntrospection(document, definition);
    const conditions = asked === undefined ? [] : conditionVariables(asked);
    const prepare = (values: ConditionValues) =>
      this.#toOperation(document, definition, asked && settledPart(asked, values));
    if (conditions.length === 0) return prepare(undefined);
    return ConditionedOperation.open({ schema: this.#parts.schema, definition, conditions, prepare });
  }

  async #toOperation(
    document: DocumentNode,
    definition: OperationDefinitionNode,
    asked: DocumentNode | undefined,
  ): Promise<PreparedOperation> {
    try {
      return await this.#toPlannedOperation(document, definition, asked);
    } catch (error) {
      if (error instanceof PlannerBusy) throw error;
      return error instanceof Unanswerable ? new UnplannedOperation(error) : this.#withoutPlan(document, definition);
    }
  }

  /** @param asked The part of the document that is planned. */
  async #toPlannedOperation(
    document: DocumentNode,
    definition: OperationDefinitionNode,
    asked: DocumentNode | undefined,
  ): Promise<PreparedOperation> {
    const { own, facts, subgraphs, schema } = this.#parts;
    const plan = await this.#plan(asked);
    const ownFetches = own === undefined ? [] : plan.fetches.filter(({ subgraph }) => subgraph === ownSubgraphName);
    const isOwnOnly = plan.fetches.length === 1 && ownFetches.length === 1;
    if (own !== undefined && isOwnOnly && this.#isWhole(document, definition))
      return new OwnOperation(schema, definition, await own.prepare(document, definition));
    const ownRequests = await Promise.all(
      ownFetches.flatMap((fetch) => own?.prepare(fetch.document, fetch.definition) ?? []),
    );
    const answerSchema = asksAboutSchema(document) ? schema : this.#answerSchema;
    const withoutPlan = () => this.#withoutPlan(document, definition);
    const parts = { schema: answerSchema, facts, subgraphs, document, definition, plan, ownRequests, withoutPlan };
    return new JoinedOperation(parts);
  }

  #withoutPlan(document: DocumentNode, definition: OperationDefinitionNode): Promise<PreparedOperation> {
    this.#stitched ??= this.#parts.stitch();
    return this.#stitched.prepare(document, definition);
  }

  async #plan(asked: DocumentNode | undefined): Promise<Plan> {
    if (asked === undefined) return { primary: undefined, rest: undefined, fetches: [] };
    return this.#parts.plan(print(withPlannedNames(asked, this.#parts.facts)));
  }
}

/** What of a document is left to ask for with these values; undefined: nothing. */
function settledPart(asked: DocumentNode, values: ConditionValues): DocumentNode | undefined {
  const settled = settleConditions(asked, values);
  const definition = getOperationAST(settled);
  // It is made of a document with one operation.
  return definition === null || definition === undefined ? undefined : stripIntrospection(settled, definition);
}
