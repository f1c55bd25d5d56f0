import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { upstreamDefaults } from '../../../src/upstream/config.js';
import type { Purpose } from '../../../src/upstream/contract.js';
import { createUpstreams } from '../../../src/upstream/createUpstreams.js';
import { seeded } from '../../support/storm.js';
import { CrowdedUpstream, type CrowdedUpstreamOptions, type RefusalForm } from './support/crowdedUpstream.js';
import { callOf, RecordingTokens, scopeOf } from './support/harness.js';
import { ManualClock } from './support/manualClock.js';

const limits = {
  MCAS: { units: 30, windowMs: 60_000 },
  GRAPH_IDENTITY_PROTECTION: { units: 1, windowMs: 1_000 },
} as const;
type Shared = keyof typeof limits;

interface Ask {
  readonly afterMs: number;
  readonly purpose: Purpose;
  readonly leftMs: number;
}

interface Outcome {
  readonly deadlineAt: number;
  endedAt?: number;
}

function setUp(name: Shared, options: Pick<CrowdedUpstreamOptions, 'form' | 'latencyMs'>, seed = 1) {
  const clock = new ManualClock();
  const upstream = new CrowdedUpstream(clock, { ...limits[name], ...options });
  const tokens = new RecordingTokens();
  const { dispatcher, logger } = upstream;
  const { upstreams, stop } = createUpstreams(
    { ...upstreamDefaults, graphUrl: 'http://graph.test', mcasUrl: 'http://mcas.test' },
    { clock, logger, random: seeded(seed), credentials: { graph: tokens, mcas: tokens }, dispatcher },
  );
  const outcomes = new Map<string, Outcome>();
  const ask = ({ purpose, leftMs }: Omit<Ask, 'afterMs'>) => {
    const requestId = `call ${outcomes.size}`;
    const scope = scopeOf(clock, { purpose, leftMs, requestId });
    const outcome: Outcome = { deadlineAt: scope.deadlineAt };
    outcomes.set(requestId, outcome);
    const end = () => {
      outcome.endedAt = clock.now();
    };
    upstreams[name].send(callOf(), scope).then(end, end);
  };
  return { clock, upstream, outcomes, ask, stop };
}

/** Every refusal that we heard of, from the upstream's decision until the pause ends that it imposed. */
function backOffsOf({ calls, pauses }: CrowdedUpstream): { from: number; until: number }[] {
  return pauses.map(({ from, pauseMs }) => {
    const refused = calls.find(({ endedAt, status }) => endedAt === from && status === 429);
    return { from: refused?.decidedAt ?? Number.NaN, until: from + pauseMs };
  });
}

function expectOneRefusalInEachBackOff(upstream: CrowdedUpstream): void {
  for (const { from, until } of backOffsOf(upstream)) {
    const within = (at = Number.NaN) => at >= from && at < until;
    expect(upstream.calls.filter(({ status, decidedAt }) => status === 429 && within(decidedAt))).toHaveLength(1);
    expect(upstream.calls.filter(({ startedAt }) => within(startedAt) && startedAt > from)).toEqual([]);
  }
}

describe('a limit that another application uses up', () => {
  it.each(['MCAS', 'GRAPH_IDENTITY_PROTECTION'] as const)(
    'refuses one call of a burst that was on its way already: %s',
    async (name) => {
      const { clock, upstream, ask, stop } = setUp(name, { form: 'header', latencyMs: () => 2_000 });
      for (let call = 0; call < 5; call += 1) ask({ purpose: 'interactive', leftMs: 30_000 });
      await clock.advance(1_500);
      for (let call = 0; call < 40; call += 1) upstream.take();
      await clock.advance(4_000);
      expect(upstream.calls.map(({ status }) => status)).toEqual([429]);
      await stop();
    },
  );

  const ask = fc.record<Ask>({
    afterMs: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 4_000 })),
    purpose: fc.constantFrom<Purpose>('feed', 'interactive', 'background'),
    leftMs: fc.integer({ min: 1, max: 60_000 }),
  });
  const burst = fc.record({ afterMs: fc.integer({ min: 0, max: 20_000 }), calls: fc.integer({ min: 1, max: 30 }) });

  it('draws one refusal in a back-off period, sends nothing within one, and keeps nobody beyond the deadline', async () => {
    let refusals = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom<Shared>('MCAS', 'GRAPH_IDENTITY_PROTECTION'),
        fc.constantFrom<RefusalForm>('header', 'body', 'nothing'),
        fc.nat(),
        fc.array(fc.integer({ min: 0, max: 6_000 }), { minLength: 1, maxLength: 20 }),
        fc.array(ask, { maxLength: 60 }),
        fc.array(burst, { maxLength: 20 }),
        async (name, form, seed, latencies, asks, bursts) => {
          let halves = 0;
          const latencyMs = () => latencies[halves++ % latencies.length] ?? 0;
          const { clock, upstream, outcomes, ask, stop } = setUp(name, { form, latencyMs }, seed);
          const others = async () => {
            for (const { afterMs, calls } of bursts) {
              await clock.sleep(afterMs);
              for (let call = 0; call < calls; call += 1) upstream.take();
            }
          };
          const ours = async () => {
            for (const { afterMs, ...rest } of asks) {
              await clock.sleep(afterMs);
              ask(rest);
            }
          };
          void others();
          void ours();
          await clock.advance(400_000);
          await stop();
          refusals += upstream.pauses.length;
          expectOneRefusalInEachBackOff(upstream);
          for (const { requestId, startedAt } of upstream.calls) {
            expect(startedAt).toBeLessThan(outcomes.get(requestId)?.deadlineAt ?? 0);
          }
          for (const { deadlineAt, endedAt } of outcomes.values()) expect(endedAt).toBeLessThanOrEqual(deadlineAt);
        },
      ),
      { numRuns: 60 },
    );
    expect(refusals).toBeGreaterThan(0);
  });
});
