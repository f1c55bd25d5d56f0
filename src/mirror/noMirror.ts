import type { Mirror } from './contract.js';
import { noMirrorKept } from './refusals.js';

/** Where no mirror is kept: switched off, alerts of the legacy dialect, a gateway that asks on behalf of its callers. */
export const noMirror: Mirror = {
  prove: () => undefined,
  recall: () => undefined,
  doubt: () => undefined,
  refusal: noMirrorKept,
};
