import type { SubgraphRequest } from '../../../src/federation/contract.js';
import { summarise } from './summarise.js';

/** A request as a subgraph was asked it. */
export interface LoggedRequest extends Pick<SubgraphRequest, 'operation' | 'variables'> {
  readonly subgraph: string;
  /** Such as `products: topProducts` or `reviews: Product*3`; see {@link summarise}. */
  readonly summary: string;
  /** 1 when no answer was awaited before it was sent, else one more than the latest answer that may have been. */
  readonly wave: number;
}

/** What all subgraphs of one join were asked, in the order of their asking. */
export class RequestLog {
  readonly requests: LoggedRequest[] = [];
  /** What was wrong with requests: text that their subgraph's schema does not allow, variables that nobody declared. */
  readonly complaints: string[] = [];
  #latestAnswer = 0;

  /** @returns to be called when the answer leaves. */
  begin(subgraph: string, request: SubgraphRequest, kind: 'asked' | 'event' = 'asked'): () => void {
    const wave = this.#latestAnswer + 1;
    const { operation, variables } = request;
    this.requests.push({ subgraph, operation, variables, wave, summary: summarise(subgraph, request, kind) });
    return () => {
      this.#latestAnswer = Math.max(this.#latestAnswer, wave);
    };
  }

  /** The summaries, wave by wave; the order within a wave is that of the alphabet. */
  waves(): string[][] {
    const waves: string[][] = [];
    for (const { wave, summary } of this.requests) (waves[wave - 1] ??= []).push(summary);
    return waves.map((summaries) => summaries.sort());
  }

  /** Texts that one subgraph was asked. */
  textsTo(subgraph: string): string[] {
    return this.requests.filter((request) => request.subgraph === subgraph).map((request) => request.operation);
  }

  clear(): void {
    this.requests.length = 0;
    this.complaints.length = 0;
    this.#latestAnswer = 0;
  }
}
