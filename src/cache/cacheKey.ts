import { createHash } from 'node:crypto';
import type { CachePolicy } from './contract.js';

const longestPlainKey = 512;

/**
 * The one key of an entry in the shared store. It names access scope, upstream and resource before the caller's own key,
 * so that callers with different rights, and different shapes of one id, never meet. The parts are a JSON array: no part
 * can run into the next, whatever characters it holds. Long keys are replaced by their digest.
 */
export function toStoreKey(policy: CachePolicy, key: string, accessScope: string): string {
  const text = JSON.stringify([accessScope, policy.upstream, policy.resource, key]);
  return text.length <= longestPlainKey ? text : `sha256:${createHash('sha256').update(text).digest('base64url')}`;
}
