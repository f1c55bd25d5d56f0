import {
  createSourceEventStream,
  type ExecutionResult,
  execute,
  type GraphQLError,
  type GraphQLSchema,
  parse,
  validate,
} from 'graphql';
import type { Subgraph, SubgraphFault, SubgraphRequest, SubgraphResult } from '../../../src/federation/contract.js';
import { SubgraphError } from '../../../src/federation/SubgraphError.js';
import type { RequestLog } from './requestLog.js';
import { type SubgraphScript, schemaOf } from './subgraphScript.js';
import { operationOf } from './summarise.js';

/** What a script's service does when it is down. */
export type Outage = Extract<
  SubgraphError['code'],
  'UPSTREAM_UNAVAILABLE' | 'UPSTREAM_TIMEOUT' | 'UPSTREAM_BAD_RESPONSE'
>;

/** A script in this process, which logs what it is asked and how that was wrong. */
export class ScriptedSubgraph implements Subgraph {
  readonly name: string;
  readonly schema: GraphQLSchema;
  /** Set: every request fails as a whole, with this code. */
  outage: Outage | undefined;

  constructor(
    script: SubgraphScript,
    private readonly log: RequestLog,
  ) {
    this.name = script.name;
    this.schema = schemaOf(script);
  }

  async execute(request: SubgraphRequest): Promise<SubgraphResult> {
    return this.#answer(request, 'asked');
  }

  async subscribe(request: SubgraphRequest): Promise<AsyncIterable<unknown>> {
    const answered = this.log.begin(this.name, request);
    this.#check(request);
    await turnOfTheLoop();
    answered();
    this.#failWhenDown();
    const events = await createSourceEventStream({
      schema: this.schema,
      document: parse(request.operation),
      variableValues: request.variables,
    });
    if (Symbol.asyncIterator in events) return events;
    throw this.#errorFor(events.errors?.[0]);
  }

  async executeEvent(event: unknown, request: SubgraphRequest): Promise<SubgraphResult> {
    return this.#answer(request, 'event', event);
  }

  async #answer(request: SubgraphRequest, kind: 'asked' | 'event', rootValue?: unknown): Promise<SubgraphResult> {
    const answered = this.log.begin(this.name, request, kind);
    this.#check(request);
    const result = await execute({
      schema: this.schema,
      document: parse(request.operation),
      variableValues: request.variables,
      rootValue,
    });
    await turnOfTheLoop();
    answered();
    this.#failWhenDown();
    return this.#toResult(result);
  }

  /** What a service of somebody else would refuse is noted, because an executor might hide the refusal. */
  #check({ operation, variables }: SubgraphRequest): void {
    for (const { message } of validate(this.schema, parse(operation))) this.#complain(message);
    const declared = new Set(operationOf(operation).variableDefinitions?.map(({ variable }) => variable.name.value));
    for (const name of Object.keys(variables)) {
      if (!declared.has(name)) this.#complain(`The variable "$${name}" was sent, and is not declared.`);
    }
  }

  #complain(message: string): void {
    this.log.complaints.push(`${this.name}: ${message}`);
  }

  #failWhenDown(): void {
    if (this.outage === undefined) return;
    throw new SubgraphError(this.outage, `${this.name} did not answer.`, { subgraph: this.name });
  }

  #toResult({ data, errors = [] }: ExecutionResult): SubgraphResult {
    return { data: overTheWire(data), faults: errors.map((error) => this.#toFault(error)) };
  }

  #toFault(error: GraphQLError): SubgraphFault {
    return { ...(error.path === undefined ? {} : { path: error.path }), error: this.#errorFor(error) };
  }

  #errorFor(error: GraphQLError | undefined): SubgraphError {
    const code = error?.extensions.code;
    return new SubgraphError('SUBGRAPH_ERROR', `${this.name} reported an error.`, {
      subgraph: this.name,
      ...(typeof code === 'string' ? { subgraphCode: code } : {}),
    });
  }
}

/** As JSON brings it: nobody gets the objects of the resolvers. */
function overTheWire(data: ExecutionResult['data']): Record<string, unknown> | null {
  // JSON of the data of an execution is such a record, or null.
  return JSON.parse(JSON.stringify(data ?? null)) as Record<string, unknown> | null;
}

/** Answers take one turn of the event loop each, so requests of one wave are all sent before the first is answered. */
function turnOfTheLoop(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
