import { it } from '@jest/globals';
import type { FederationTraits } from './contract.js';

/** A test that is known to fail says why, and fails when it does not. */
export function itPromises(title: string, { knownMisses }: FederationTraits, prove: () => Promise<void>): void {
  const reason = knownMisses?.[title];
  if (reason === undefined) it(title, prove);
  else it.failing(`${title} (not kept: ${reason})`, prove);
}
