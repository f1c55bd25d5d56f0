import { LRUCache } from 'lru-cache';
import type { Upstream } from '../../upstream/contract.js';
import { Crowd, type CrowdDeps, type CrowdKind, type Want } from './Crowd.js';

/** Delegated callers have a crowd each; who has not read for long starts a new one. */
const maxCrowds = 2_000;

const crowds = new WeakMap<Upstream, LRUCache<string, Crowd<never, unknown>>>();

/**
 * The crowd in which operations of one access scope meet when they want the same kind of thing from an upstream.
 * It lives as long as the client of the upstream; operations that may see different things never meet.
 * @param name Constant name of the kind; one name, one kind.
 */
export function crowdOf<W extends Want, R>(
  { upstream, clock }: CrowdDeps,
  name: string,
  accessScope: string,
  buildKind: () => CrowdKind<W, R>,
): Crowd<W, R> {
  const ofUpstream = crowds.get(upstream) ?? new LRUCache<string, Crowd<never, unknown>>({ max: maxCrowds });
  crowds.set(upstream, ofUpstream);
  const key = JSON.stringify([name, accessScope]);
  const known = ofUpstream.get(key) as Crowd<W, R> | undefined;
  const crowd = known ?? new Crowd<W, R>({ upstream, clock }, buildKind());
  // Kinds of different wants share one map; the name in the key says which is which.
  if (known === undefined) ofUpstream.set(key, crowd as unknown as Crowd<never, unknown>);
  return crowd;
}
