import { describe, expect, it } from '@jest/globals';
import { buildMetrics } from '../../../src/observability/metrics.js';
import { registerUpstreamMetrics } from '../../../src/observability/upstreamMetrics.js';
import { type Upstream, type UpstreamName, type Upstreams, upstreamNames } from '../../../src/upstream/contract.js';

describe('the metrics of upstreams', () => {
  it('tell state, queue and budgets as they are when asked', async () => {
    let left = 100;
    const upstream = (name: UpstreamName) =>
      ({
        name,
        status: () => ({
          name,
          state: name === 'MCAS' ? 'THROTTLED' : 'OK',
          queueDepth: 2,
          budgets: [{ name: 'per minute', limit: 150, windowSeconds: 60, left, resetsAt: null }],
          lastErrorCode: null,
          lastSuccess: null,
        }),
      }) as unknown as Upstream;
    const { registry } = buildMetrics({ process: false });
    registerUpstreamMetrics(
      registry,
      Object.fromEntries(upstreamNames.map((name) => [name, upstream(name)])) as unknown as Upstreams,
    );
    left = 42;
    const text = await registry.metrics();
    expect(text).toContain('upstream_state{upstream="MCAS",state="THROTTLED"} 1');
    expect(text).toContain('upstream_state{upstream="MCAS",state="OK"} 0');
    expect(text).toContain('upstream_queue_depth{upstream="GRAPH_DIRECTORY"} 2');
    expect(text).toContain('upstream_budget_left{upstream="GRAPH_SECURITY",budget="per minute"} 42');
    expect(text).toContain('upstream_budget_limit{upstream="GRAPH_SECURITY",budget="per minute"} 150');
  });
});
