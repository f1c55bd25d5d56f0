import { UpstreamError } from '../../errors/GatewayError.js';
import type { AnswerWarning } from '../../upstream/contract.js';

/** Beside a list of which not every row could be read. */
export const truncatedWarning: AnswerWarning = {
  code: 'TRUNCATED',
  upstream: 'MCAS',
  message: 'The calls that one operation may spend on Cloud Apps are used up; the rows found so far are shown.',
};

/** The error of what cannot be answered in part. */
export function noCallLeft(): UpstreamError {
  return new UpstreamError('UPSTREAM_THROTTLED', 'One operation may spend no more calls on Cloud Apps.', {
    upstream: 'MCAS',
  });
}
