import type { CachePolicy } from '../../../cache/contract.js';

const minutes = 60_000;

/** Carried by all that is made from uploaded logs. */
export const streamsTag = 'mcasDiscoveryStreams';

/** Reports change when logs are worked in, some minutes after they came. */
export const streamsPolicy: CachePolicy = {
  resource: 'mcasDiscoveryStreams',
  upstream: 'MCAS',
  ttlMs: 10 * minutes,
  staleWhileRevalidateMs: 20 * minutes,
  staleIfErrorMs: 120 * minutes,
  negativeTtlMs: minutes,
};

export const categoriesPolicy: CachePolicy = { ...streamsPolicy, resource: 'mcasDiscoveryCategories' };

/** Who has just banned an app looks for it in the script, and an old script must not reach an appliance instead. */
export const blockScriptPolicy: CachePolicy = {
  ...streamsPolicy,
  resource: 'mcasBlockScript',
  ttlMs: minutes,
  staleWhileRevalidateMs: 0,
  staleIfErrorMs: 0,
};

/** Upload addresses that were handed out; a day is ample for an upload of 5 GB. */
export const uploadPolicy: CachePolicy = {
  ...streamsPolicy,
  resource: 'mcasUpload',
  ttlMs: 24 * 60 * minutes,
  staleWhileRevalidateMs: 0,
  staleIfErrorMs: 0,
  negativeTtlMs: 1,
};
