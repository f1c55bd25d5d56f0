import { describe, expect, it } from '@jest/globals';
import { createIncidentFeedSource } from '../../../../src/datasources/incidents/incidentFeedSource.js';
import { toTicks } from '../../../../src/time/instant.js';
import { buildScope, FakeUpstream } from '../support/fakeUpstream.js';

const at = '2026-11-20T10:00:00.0000000Z';
const from = toTicks(at) as bigint;
const { signal } = new AbortController();
const row = { id: 12, status: 'Active', severity: 'high', createdDateTime: at, lastUpdateDateTime: at };

function sourceOf() {
  const upstream = new FakeUpstream('GRAPH_SECURITY', ({ path }) =>
    path.endsWith('/99') ? undefined : path.endsWith('/12') ? row : { value: [row], '@odata.count': 1 },
  );
  return { upstream, source: createIncidentFeedSource({ upstream, makeScope: () => buildScope() }) };
}

describe('the feed source of incidents', () => {
  it('reads 50 at most, skips 500 at most, and splits by severity and status', () => {
    const { source } = sourceOf();
    expect(source.paging).toEqual({ pageSize: 50, maxSkip: 500 });
    expect(source.splits).toEqual([
      { field: 'severity', property: 'severity', words: expect.arrayContaining(['unknown', 'high']) },
      { field: 'status', property: 'status', words: expect.arrayContaining(['active', 'redirected']) },
    ]);
  });

  it('reads rows and ids by rising last update', async () => {
    const { source, upstream } = sourceOf();
    const request = { from, skip: 50, top: 50, purpose: 'feed', signal } as const;
    expect((await source.read(request)).rows).toMatchObject([{ __typename: 'Incident', id: '12', status: 'ACTIVE' }]);
    expect((await source.ids(request)).rows).toEqual([{ id: '12', createdDateTime: at, lastUpdateDateTime: at }]);
    const query = {
      $filter: `lastUpdateDateTime ge ${at}`,
      $orderby: 'lastUpdateDateTime asc',
      $top: '50',
      $skip: '50',
      $count: 'true',
    };
    expect(upstream.calls.map((call) => call.query)).toEqual([
      query,
      { ...query, $select: 'id,createdDateTime,lastUpdateDateTime' },
    ]);
  });

  it('reads one incident, null when it is gone', async () => {
    const { source } = sourceOf();
    expect(await source.byId('12', signal)).toMatchObject({ id: '12' });
    expect(await source.byId('99', signal)).toBeNull();
  });
});
