import type { SupergraphStatus } from '../federation/supergraph/contract.js';
import type { Readiness } from '../server/health.js';

/** What is known of a subgraph from the requests to it. */
export interface AskedSubgraph {
  readonly name: string;
  readonly status: { readonly state: string };
}

/** Trouble of subgraphs takes their fields, and nothing else, so the gateway is ready while there is any joined schema. */
export function joinedReadiness(supergraph: SupergraphStatus, asked: readonly AskedSubgraph[]): Readiness {
  const unwell = [
    ...supergraph.subgraphs.filter(({ state }) => state !== 'ok'),
    ...asked.filter(({ status }) => status.state !== 'OK'),
  ];
  return {
    ready: supergraph.state !== 'missing',
    degraded: [
      ...(supergraph.state === 'current' ? [] : ['SUPERGRAPH']),
      ...new Set(unwell.map(({ name }) => `SUBGRAPH_${name.toUpperCase().replaceAll(/[^A-Z0-9]+/g, '_')}`)),
    ],
    supergraph,
  };
}

/** Of a gateway that serves its own data together with that of others. */
export function bothReady(own: Readiness, joined: Readiness): Readiness {
  return { ...joined, ready: own.ready && joined.ready, degraded: [...own.degraded, ...joined.degraded] };
}
