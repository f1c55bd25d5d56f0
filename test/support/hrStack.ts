import { neverLeader } from './neverLeader.js';
import { type Stack, type StackOptions, startStack } from './startStack.js';
import { type ServedSubgraph, serveSubgraph } from './subgraphs/serveSubgraph.js';
import type { SubgraphScript } from './subgraphs/subgraphScript.js';

/** `/health/ready` of a gateway that joins subgraphs. */
export interface ReadyAnswer {
  readonly httpStatus: number;
  readonly status: string;
  readonly degraded: readonly string[];
  readonly supergraph: {
    readonly state: string;
    readonly reasons: readonly string[];
    readonly composedAt: string | null;
    readonly subgraphs: readonly { readonly name: string; readonly state: string; readonly since: string }[];
  };
}

/** The emulated tenant and a gateway that joins it with a service of the personnel department, over real HTTP. */
export interface HrStack extends Stack {
  readonly hr: ServedSubgraph;
  /** Requests of operations, as `hr: User*3`; those for the schema left out. */
  asked(): readonly string[];
  ready(): Promise<ReadyAnswer>;
}

export interface HrOptions extends Omit<StackOptions, 'envOf'> {
  readonly script?: SubgraphScript;
  /** Beside name and URL. */
  readonly subgraph?: object;
}

/** No feeds run, so every call to an upstream is one that the test asked for. */
export async function startHrStack({ script = hrScript(), subgraph, ...options }: HrOptions = {}): Promise<HrStack> {
  const hr = await serveSubgraph(script);
  const SUBGRAPHS = JSON.stringify([{ name: 'hr', url: hr.url, ...subgraph }]);
  const env = { SUBGRAPHS, SUBGRAPH_POLL_SECONDS: '1', ...options.env };
  const stack = await startStack({ ...options, env, deps: { leadership: neverLeader, ...options.deps } });
  return {
    ...stack,
    hr,
    asked: () => hr.requests.filter(({ query }) => !query.includes('_service')).map(({ summary }) => summary),
    ready: () => readyOf(stack.gateway.url),
    stop: async () => {
      await stack.stop();
      await hr.stop();
    },
  };
}

export async function readyOf(gatewayUrl: string): Promise<ReadyAnswer> {
  const response = await fetch(`${gatewayUrl}/health/ready`);
  return { httpStatus: response.status, ...((await response.json()) as Omit<ReadyAnswer, 'httpStatus'>) };
}

/** Asks again until the answer satisfies; the test's own time limit ends it otherwise. */
export async function eventually<T>(read: () => Promise<T>, satisfies: (answer: T) => boolean): Promise<T> {
  for (;;) {
    const answer = await read();
    if (satisfies(answer)) return answer;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Where everybody's cost is booked. */
export const costCentreOf = (id: string): string => `CC-${id.slice(0, 4)}`;

/**
 * Extends `User` and names users of its own accord.
 * @param more Further types, for a service that changes.
 */
export function hrScript(more = '', bossId = 'nobody'): SubgraphScript {
  return {
    name: 'hr',
    typeDefs: `
      type Query { boss: User }
      type Subscription { hired: User }
      type User @key(fields: "id") { id: ID! costCentre: String salary: String }
      ${more}`,
    resolvers: {
      Query: { boss: () => ({ id: bossId }) },
      Subscription: {
        hired: {
          subscribe: async function* () {
            yield { hired: { id: bossId } };
            yield { hired: null };
          },
        },
      },
      User: {
        __resolveReference: ({ id }: { id: string }) => ({ id }),
        costCentre: ({ id }: { id: string }) => costCentreOf(id),
        salary: () => {
          throw new Error('The payroll at 10.0.0.7 is closed.');
        },
      },
    },
  };
}
