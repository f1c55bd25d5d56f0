import type { CallScope, Upstream, UpstreamCall, UpstreamName } from './contract.js';
import { labelOf, notConfigured } from './failures.js';
import { followPages } from './pages.js';

/** Stands for an upstream that no setting names: every call says so, at once. */
export function buildUnconfiguredUpstream(name: UpstreamName, what: string): Upstream {
  const error = (call: UpstreamCall<unknown>, scope: CallScope) => notConfigured(labelOf(name, call, scope), what);
  const send = async (call: UpstreamCall<unknown>, scope: CallScope) => {
    throw error(call, scope);
  };
  return {
    name,
    send,
    sendBatch: async (calls, scope) => calls.map((call) => ({ ok: false, error: error(call, scope) })),
    pages: (call, scope) => followPages(call, (next) => send(next, scope), labelOf(name, call, scope)),
    status: () => ({
      name,
      state: 'NOT_CONFIGURED',
      budgets: [],
      queueDepth: 0,
      lastErrorCode: null,
      lastSuccess: null,
    }),
  };
}
