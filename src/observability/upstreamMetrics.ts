import { Gauge, type Registry } from 'prom-client';
import { type UpstreamStatus, type Upstreams, upstreamNames } from '../upstream/contract.js';

interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

const states: readonly UpstreamStatus['state'][] = ['OK', 'THROTTLED', 'FAILING', 'NOT_CONFIGURED'];

/** Shows state, queue and budgets of every upstream, read when the metrics are asked for. */
export function registerUpstreamMetrics(registry: Registry, upstreams: Upstreams): void {
  const register = (
    name: string,
    help: string,
    labelNames: string[],
    read: (status: UpstreamStatus) => readonly Sample[],
  ) => {
    const gauge = new Gauge({
      name,
      help,
      labelNames,
      registers: [],
      collect() {
        for (const { labels, value } of upstreamNames.flatMap((upstream) => read(upstreams[upstream].status())))
          gauge.set(labels, value);
      },
    });
    registry.registerMetric(gauge);
  };
  register(
    'upstream_state',
    '1 for the state that the upstream is in, 0 for the others.',
    ['upstream', 'state'],
    ({ name, state }) =>
      states.map((each) => ({ labels: { upstream: name, state: each }, value: each === state ? 1 : 0 })),
  );
  register('upstream_queue_depth', 'Calls that wait for budget.', ['upstream'], ({ name, queueDepth }) => [
    { labels: { upstream: name }, value: queueDepth },
  ]);
  register(
    'upstream_budget_left',
    'Units of a documented limit that are free now.',
    ['upstream', 'budget'],
    ({ name, budgets }) =>
      budgets.map((budget) => ({ labels: { upstream: name, budget: budget.name }, value: budget.left })),
  );
  register(
    'upstream_budget_limit',
    'Units of a documented limit that are ours in each window.',
    ['upstream', 'budget'],
    ({ name, budgets }) =>
      budgets.map((budget) => ({ labels: { upstream: name, budget: budget.name }, value: budget.limit })),
  );
}
