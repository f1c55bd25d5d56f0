import type { AnswerWarning, UpstreamName } from '../../upstream/contract.js';

/** Says that reading stopped at our own page limit. The upstream sorts nothing, so newer rows can be among the missing. */
export function truncationWarning(upstream: UpstreamName, missing: string): AnswerWarning {
  return {
    code: 'TRUNCATED',
    upstream,
    message: `To spare the tenant's call limit, ${missing} were not read; any of them may be missing. A narrower filter helps.`,
  };
}
