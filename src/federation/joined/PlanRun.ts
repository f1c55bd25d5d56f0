import { toError } from '../../errors/toError.js';
import type { OperationContext } from '../../execution/contract.js';
import type { SubgraphRequest, SubgraphResult, Subgraphs } from '../contract.js';
import { EntityTargets } from './EntityTargets.js';
import { unknownSubgraph } from './failures.js';
import { findObjects } from './findObjects.js';
import { Gap } from './Gap.js';
import { isAllSkipped } from './isAllSkipped.js';
import { emptyObject, fillGaps, type JoinedObject, join } from './joinedData.js';
import { readResult } from './readResult.js';
import { applyRewrites } from './rewrites.js';
import type { EntityFetch, Fetch, RootFetch, Step } from './steps.js';
import type { SupergraphFacts } from './supergraphFacts.js';

export interface PlanRunParts {
  readonly facts: SupergraphFacts;
  readonly subgraphs: Subgraphs;
  /** As the client sent them, by their names in the plan: each subgraph coerces those that it is sent. */
  readonly variables: Readonly<Record<string, unknown>>;
  /** Coerced, for the conditions of the plan, by the same names. */
  readonly coerced: Readonly<Record<string, unknown>>;
  readonly context: OperationContext;
}

/** One execution of a plan: asks the subgraphs and joins what they answer. Never rejects for their faults. */
export class PlanRun {
  /** What has been answered so far. */
  readonly data: JoinedObject = emptyObject();
  /** Errors that belong to no place of the data. */
  readonly loose: Error[] = [];
  /** Whether the plan turned out to be wrong: some of its steps could not be taken. */
  hasHole = false;
  readonly #parts: PlanRunParts;

  constructor(parts: PlanRunParts) {
    this.#parts = parts;
  }

  async run(step: Step): Promise<void> {
    switch (step.kind) {
      case 'sequence':
        for (const next of step.steps) await this.run(next);
        return;
      case 'parallel':
        await Promise.all(step.steps.map((next) => this.run(next)));
        return;
      case 'condition': {
        const chosen = this.#parts.coerced[step.variable] === true ? step.whenTrue : step.otherwise;
        return chosen === undefined ? undefined : this.run(chosen);
      }
      case 'root':
        return this.#runRoot(step);
      case 'entities':
        return this.#runEntities(step);
    }
  }

  /** The request that begins a subscription. */
  requestOf(
    { kind, operation, variables }: Fetch,
    representations?: Readonly<Record<string, unknown>>,
  ): SubgraphRequest {
    const sent = variables.filter((name) => Object.hasOwn(this.#parts.variables, name));
    const values = Object.fromEntries(sent.map((name) => [name, this.#parts.variables[name]]));
    return { kind, operation, variables: { ...values, ...representations }, context: this.#parts.context };
  }

  /** Joins the answer to a request for fields of a root type. */
  receiveRoot({ fetch, path, outputRewrites }: RootFetch, result: SubgraphResult): void {
    const { facts } = this.#parts;
    const answered = readResult(result, fetch, facts, this.loose);
    applyRewrites(answered, outputRewrites, facts);
    for (const target of findObjects(this.data, path, facts)) join(target, answered, facts);
  }

  /** Nothing was answered to a request for fields of a root type. */
  failRoot({ fetch, path }: RootFetch, error: unknown): void {
    const { facts } = this.#parts;
    const gap = new Gap(toError(error), false, [], fetch.selected);
    for (const target of findObjects(this.data, path, facts)) fillGaps(target, gap, facts);
  }

  async #runRoot(step: RootFetch): Promise<void> {
    if (findObjects(this.data, step.path, this.#parts.facts).length === 0) return;
    if (isAllSkipped(step.fetch.selected, this.#parts.coerced)) return;
    try {
      this.receiveRoot(step, await this.#ask(step.fetch));
    } catch (error) {
      this.failRoot(step, error);
    }
  }

  async #runEntities({ fetch, parts }: EntityFetch): Promise<void> {
    const { facts, coerced } = this.#parts;
    if (parts.every(({ selected }) => isAllSkipped(selected, coerced))) return;
    const targets = new EntityTargets(this.data, fetch.subgraph, parts, facts);
    this.hasHole ||= targets.hasHole;
    if (targets.isEmpty) return;
    try {
      const result = await this.#ask(fetch, targets.representations());
      targets.receive(readResult(result, fetch, facts, this.loose));
    } catch (error) {
      targets.fail(toError(error));
    }
  }

  async #ask(fetch: Fetch, representations?: Readonly<Record<string, unknown>>): Promise<SubgraphResult> {
    const { subgraphs, context } = this.#parts;
    context.scope.signal.throwIfAborted();
    const subgraph = subgraphs.get(fetch.subgraph);
    if (subgraph === undefined) throw unknownSubgraph(fetch.subgraph);
    return subgraph.execute(this.requestOf(fetch, representations));
  }
}
