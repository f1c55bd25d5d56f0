import { describe, expect, it } from '@jest/globals';
import { bothReady, joinedReadiness } from '../../../src/assembly/joinedReadiness.js';
import type { SupergraphStatus } from '../../../src/federation/supergraph/contract.js';

const since = '2026-11-21T08:00:00.000Z';

function statusOf(state: SupergraphStatus['state'], ...unwell: string[]): SupergraphStatus {
  return {
    state,
    reasons: [],
    composedAt: since,
    subgraphs: [
      { name: 'security', state: 'ok', since },
      ...unwell.map((name) => ({ name, state: 'invalid' as const, since })),
    ],
  };
}

const asked = (name: string, state: string) => ({ name, status: { state } });

describe('a gateway that joins subgraphs', () => {
  it('is well when the supergraph is current and everybody answers', () => {
    const supergraph = statusOf('current');
    expect(joinedReadiness(supergraph, [asked('cmdb', 'OK')])).toEqual({ ready: true, degraded: [], supergraph });
  });

  it('is ready with an older supergraph, and not without any', () => {
    expect(joinedReadiness(statusOf('outdated'), [])).toMatchObject({ ready: true, degraded: ['SUPERGRAPH'] });
    expect(joinedReadiness(statusOf('missing'), [])).toMatchObject({ ready: false, degraded: ['SUPERGRAPH'] });
  });

  it('names each subgraph in trouble once, for its schema or for its answers', () => {
    const asks = [asked('cmdb', 'FAILING'), asked('Human-Resources.v2', 'FAILING'), asked('wiki', 'OK')];
    expect(joinedReadiness(statusOf('outdated', 'cmdb', 'crm'), asks).degraded).toEqual([
      'SUPERGRAPH',
      'SUBGRAPH_CMDB',
      'SUBGRAPH_CRM',
      'SUBGRAPH_HUMAN_RESOURCES_V2',
    ]);
  });

  it('is ready when it is for its own data too, and names the troubles of both', () => {
    const joined = joinedReadiness(statusOf('outdated'), []);
    const own = { ready: true, degraded: ['MCAS'] };
    expect(bothReady(own, joined)).toMatchObject({ ready: true, degraded: ['MCAS', 'SUPERGRAPH'] });
    expect(bothReady({ ...own, ready: false }, joined).ready).toBe(false);
  });
});
