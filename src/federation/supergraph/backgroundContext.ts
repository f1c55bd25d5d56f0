import { randomUUID } from 'node:crypto';
import type { OperationContext } from '../../execution/contract.js';
import { nobodysMeter } from '../../upstream/nobodysMeter.js';

/** The context of what the gateway asks for itself: nobody's rights, nobody's headers, nobody's answer. */
export function buildBackgroundContext(deadlineAt: number, signal: AbortSignal): OperationContext {
  return {
    principal: { id: 'gateway', tenantId: null, name: null, permissions: new Set() },
    scope: {
      purpose: 'background',
      requestId: randomUUID(),
      signal,
      deadlineAt,
      meter: nobodysMeter,
      accessScope: 'supergraph',
    },
    forwardedHeaders: {},
  };
}
