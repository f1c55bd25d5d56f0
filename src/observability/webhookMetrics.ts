import { Counter, Gauge, type Registry } from 'prom-client';

/**
 * What became of one item of a change notification: worked on, delivered before, given to the leader, more than could be
 * held, or not believed for one of the reasons.
 */
export type WebhookOutcome =
  | 'accepted'
  | 'repeated'
  | 'lifecycle'
  | 'overflow'
  | 'malformed'
  | 'unknownRegistration'
  | 'wrongClientState'
  | 'wrongTenant';

export interface WebhookGauges {
  /** Hints that are held. */
  readonly waiting: () => number;
  /** Registrations whose notifications are believed. */
  readonly registrations: () => number;
}

/** Counts the items of change notifications, and shows what stands and what waits. @returns to be told once per item. */
export function registerWebhookMetrics(registry: Registry, gauges: WebhookGauges): (outcome: WebhookOutcome) => void {
  const items = new Counter({
    name: 'webhook_items_total',
    help: 'Items of change notifications received, by what became of them.',
    labelNames: ['outcome'],
    registers: [registry],
  });
  registerGauge(
    registry,
    'webhook_hints_waiting',
    'Changed entities named by notifications that are yet to be read.',
    gauges.waiting,
  );
  registerGauge(
    registry,
    'webhook_registrations',
    'Registrations for change notifications that this instance knows.',
    gauges.registrations,
  );
  return (outcome) => items.inc({ outcome });
}

function registerGauge(registry: Registry, name: string, help: string, read: () => number): void {
  const gauge = new Gauge({
    name,
    help,
    registers: [],
    collect() {
      gauge.set(read());
    },
  });
  registry.registerMetric(gauge);
}
