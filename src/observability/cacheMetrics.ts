import { Counter, type Registry } from 'prom-client';

/** Counts how keys of the shared cache were answered. @returns to be told once per key and answer. */
export function registerCacheMetrics(
  registry: Registry,
): (outcome: string, policy: { readonly resource: string }) => void {
  const answers = new Counter({
    name: 'cache_answers_total',
    help: 'Keys answered by the shared cache, by how: hit, revalidated, shared, miss, stale.',
    labelNames: ['resource', 'outcome'],
    registers: [registry],
  });
  return (outcome, { resource }) => answers.inc({ resource, outcome });
}
