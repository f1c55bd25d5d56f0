import { compareInstants } from '../time/instant.js';
import type { AnswerWarning, CallMeter, UpstreamName } from '../upstream/contract.js';

/** What clients find as `extensions.gateway`. */
export interface GatewayExtension {
  /** Present and true when data past its lifetime was used. */
  readonly stale?: true;
  /** When the upstream made the oldest data of the answer (RFC 3339). */
  readonly asOf?: string;
  readonly warnings?: readonly AnswerWarning[];
  /** Upstream name → HTTP requests sent for this answer; a `$batch` is one. */
  readonly upstreamCalls?: Readonly<Record<string, number>>;
  /** Upstream name → units of its limit; a `$batch` counts its parts. */
  readonly budgetUnits?: Readonly<Record<string, number>>;
  /** Subgraph name → HTTP requests sent to it for this answer; absent when there were none. */
  readonly subgraphRequests?: Readonly<Record<string, number>>;
  readonly cacheHits?: number;
  readonly mirrorHits?: number;
  /** Milliseconds spent waiting for upstream budget, added up over calls. */
  readonly waitedMs?: number;
}

/** Collects the truth about one answer and tells it as `extensions.gateway`. */
export class AnswerMeter implements CallMeter {
  readonly #calls = new Map<UpstreamName, number>();
  readonly #units = new Map<UpstreamName, number>();
  readonly #subgraphRequests = new Map<string, number>();
  readonly #warnings = new Map<string, AnswerWarning>();
  #cacheHits = 0;
  #mirrorHits = 0;
  #waitedMs = 0;
  #stale = false;
  #asOf: string | undefined;

  upstreamCall(upstream: UpstreamName, budgetUnits: number): void {
    this.#calls.set(upstream, (this.#calls.get(upstream) ?? 0) + 1);
    this.#units.set(upstream, (this.#units.get(upstream) ?? 0) + budgetUnits);
  }

  subgraphRequest(subgraph: string): void {
    this.#subgraphRequests.set(subgraph, (this.#subgraphRequests.get(subgraph) ?? 0) + 1);
  }

  cacheHit(_upstream: UpstreamName): void {
    this.#cacheHits += 1;
  }

  mirrorHit(_upstream: UpstreamName): void {
    this.#mirrorHits += 1;
  }

  waited(milliseconds: number): void {
    this.#waitedMs += milliseconds;
  }

  stale(asOf: string): void {
    this.#stale = true;
    this.dataAsOf(asOf);
  }

  dataAsOf(asOf: string): void {
    if (this.#asOf === undefined || compareInstants(asOf, this.#asOf) < 0) this.#asOf = asOf;
  }

  /** Equal warnings are told once. */
  warning(warning: AnswerWarning): void {
    this.#warnings.set(`${warning.code} ${warning.upstream} ${warning.message}`, warning);
  }

  /** @param withCost Also tell what the answer cost. `undefined` when there is nothing to tell. */
  extension(withCost: boolean): GatewayExtension | undefined {
    const told: GatewayExtension = {
      ...(this.#stale ? { stale: true } : {}),
      ...(this.#asOf === undefined ? {} : { asOf: this.#asOf }),
      ...(this.#warnings.size === 0 ? {} : { warnings: [...this.#warnings.values()] }),
      ...(withCost ? this.#cost() : {}),
    };
    return Object.keys(told).length === 0 ? undefined : told;
  }

  #cost(): GatewayExtension {
    return {
      upstreamCalls: Object.fromEntries(this.#calls),
      budgetUnits: Object.fromEntries(this.#units),
      ...(this.#subgraphRequests.size === 0 ? {} : { subgraphRequests: Object.fromEntries(this.#subgraphRequests) }),
      cacheHits: this.#cacheHits,
      mirrorHits: this.#mirrorHits,
      waitedMs: Math.round(this.#waitedMs),
    };
  }
}
