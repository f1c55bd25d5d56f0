import type { Area, EmulatorContext } from '../context.js';

/**
 * Spends the tenant-wide budget of an area as another application would. Budgets that each application has for itself are
 * out of its reach.
 * @param units everything that the budget has, when absent.
 */
export function eatBudget({ limits, identity }: EmulatorContext, area: Area, units: number | undefined): void {
  if (area === 'identity') limits.identity.consume(identity.tenantId, units ?? 1);
  if (area === 'mcas') limits.mcas.consume(identity.tenantId, units ?? 30);
}
