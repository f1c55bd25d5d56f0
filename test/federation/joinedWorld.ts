import { type ExecutionResult, parse, print, validate } from 'graphql';
import type { ExecutableSchema } from '../../src/execution/contract.js';
import { compose } from '../../src/federation/supergraph/compose.js';
import { RequestLog } from '../support/subgraphs/requestLog.js';
import { ScriptedSubgraph } from '../support/subgraphs/scriptedSubgraph.js';
import { documentOf, type SubgraphScript } from '../support/subgraphs/subgraphScript.js';
import { type Ask, askSchema, type Subscribed, subscribeToSchema } from './askSchema.js';
import type { BuildSchema, FederationTraits } from './contract.js';

/** Scripts in this process, joined by what is under test. */
export class JoinedWorld {
  private constructor(
    readonly joined: ExecutableSchema,
    readonly log: RequestLog,
    private readonly subgraphs: ReadonlyMap<string, ScriptedSubgraph>,
  ) {}

  static async open(
    scripts: readonly SubgraphScript[],
    build: BuildSchema,
    { compose = composeAsGateway }: FederationTraits,
  ): Promise<JoinedWorld> {
    const log = new RequestLog();
    const subgraphs = new Map(scripts.map((script) => [script.name, new ScriptedSubgraph(script, log)]));
    return new JoinedWorld(await build(compose(scripts), subgraphs), log, subgraphs);
  }

  subgraph(name: string): ScriptedSubgraph {
    const found = this.subgraphs.get(name);
    if (found === undefined) throw new Error(`Wanted one of ${[...this.subgraphs.keys()].join(', ')}; got ${name}.`);
    return found;
  }

  /** Why the document is no valid operation; empty when it is one. */
  refusalsOf(query: string): string[] {
    return validate(this.joined.schema, parse(query)).map(({ message }) => message);
  }

  async ask(ask: Ask): Promise<ExecutionResult> {
    return askSchema(this.joined, ask);
  }

  async subscribe(ask: Ask): Promise<Subscribed> {
    return subscribeToSchema(this.joined, ask);
  }
}

function composeAsGateway(scripts: readonly SubgraphScript[]): string {
  const composition = compose(scripts.map((script) => ({ name: script.name, sdl: print(documentOf(script)) })));
  if (composition.ok) return composition.supergraphSdl;
  throw new Error(`The subgraphs do not compose: ${composition.reasons.join(' ')}`);
}
