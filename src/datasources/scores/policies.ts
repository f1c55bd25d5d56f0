import type { CachePolicy } from '../../cache/contract.js';

const minutes = 60_000;

/** Scores are made once a day. */
export const scoresPolicy: CachePolicy = {
  resource: 'secureScores',
  upstream: 'GRAPH_SECURITY',
  ttlMs: 5 * minutes,
  staleWhileRevalidateMs: 30 * minutes,
  staleIfErrorMs: 24 * 60 * minutes,
  negativeTtlMs: minutes,
};

/** Profiles change when Microsoft or the tenant changes a control. */
export const profilesPolicy: CachePolicy = {
  ...scoresPolicy,
  resource: 'secureScoreControlProfiles',
  ttlMs: 60 * minutes,
};

/** Carried by every cached answer with control profiles. */
export const profilesTag = 'secureScoreControlProfiles';
