import { permissions } from '../../../src/auth/principal.js';
import type { OperationContext } from '../../../src/execution/contract.js';
import { nobodysMeter } from '../../../src/upstream/nobodysMeter.js';

/** A context of somebody who may do everything and has an hour; for executions without a server around them. */
export function anyonesContext(overrides: Partial<OperationContext> = {}): OperationContext {
  return {
    principal: { id: 'tester', tenantId: null, name: 'Tester', permissions: new Set(permissions) },
    scope: {
      purpose: 'interactive',
      requestId: '00000000-0000-4000-8000-000000000001',
      signal: new AbortController().signal,
      deadlineAt: Date.now() + 3_600_000,
      meter: nobodysMeter,
      accessScope: 'test',
    },
    forwardedHeaders: {},
    ...overrides,
  };
}
