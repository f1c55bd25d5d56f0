import 'reflect-metadata';
import { afterEach, describe, expect, it } from '@jest/globals';
import { alertsOfDevice } from '../../../src/datasources/alerts/deviceAlerts.js';
import { toIncident } from '../../../src/datasources/incidents/map.js';
import { parseIncident } from '../../../src/datasources/incidents/wire.js';
import { noMirror } from '../../../src/mirror/noMirror.js';
import { settle } from '../cache/manualClock.js';
import { alertRow, type Row } from '../datasources/alerts/fakeAlertService.js';
import { openAlerts, openMirrored, windowStart } from './mirroredAlerts.js';
import { intervalMs } from './support.js';

const security = '#microsoft.graph.security';
const page = { first: 2, after: undefined };

/** One alert a day, from ten days before the window on; the oldest first. */
function daily(count: number, members: Record<string, unknown> = {}): Row[] {
  return Array.from({ length: count }, (_, n) => {
    const time = new Date(Date.parse(windowStart) + (n - 10) * 86_400_000).toISOString();
    return alertRow(`a${String(n).padStart(2, '0')}`, { createdDateTime: time, lastUpdateDateTime: time, ...members });
  });
}

describe('reads of alerts with a mirror', () => {
  let stop: (() => Promise<void>) | undefined;
  const setUp = async (rows: readonly Row[]) => {
    const set = await openMirrored(rows);
    stop = set.stop;
    return set;
  };
  afterEach(async () => stop?.());

  it('answer a page that ends inside the window without a call, with its age and source', async () => {
    const set = await setUp(daily(20));
    const answer = await set.open().list({ page });
    expect(answer.nodes.map(({ id }) => id)).toEqual(['a19', 'a18']);
    expect(answer).toMatchObject({ totalCount: null, info: { source: 'MIRROR', asOf: set.asOf, stale: false } });
    expect(set.upstream.requests).toBe(0);
    expect(set.hits.mirror).toBe(1);
  });

  it('ask the upstream when the page, with the row that proves the next, reaches beyond the window', async () => {
    const set = await setUp(daily(20));
    const answer = await set.open().list({ page: { first: 10, after: undefined } });
    expect(answer.info.source).toBe('UPSTREAM');
    expect(set.upstream.requests).toBe(1);
    expect((await set.open().list({ page: { first: 9, after: undefined } })).info.source).toBe('MIRROR');
  });

  it('never count a list without bounds locally: its total is one call, which others share', async () => {
    const set = await setUp(daily(20));
    const answer = await set.open().list({ page, withTotal: true });
    expect(answer).toMatchObject({ totalCount: 20, info: { source: 'MIRROR' } });
    expect(set.upstream.calls.map(({ query }) => query.$top)).toEqual(['1']);
    await set.open().list({ page: { ...page, after: answer.pageInfo.endCursor ?? '' }, withTotal: true });
    expect(set.upstream.requests).toBe(1);
  });

  it('answer the rows without their number, and say so, when that one call fails', async () => {
    const set = await setUp(daily(20));
    set.service.before = () => {
      throw new TypeError('not reached');
    };
    await expect(set.open().list({ page, withTotal: true })).rejects.toThrow('not reached');
    const { UpstreamError } = await import('../../../src/errors/GatewayError.js');
    set.service.before = () => {
      throw new UpstreamError('UPSTREAM_UNAVAILABLE', 'away', { upstream: 'GRAPH_SECURITY' });
    };
    const answer = await set.open().list({ page, withTotal: true });
    expect(answer).toMatchObject({ totalCount: null, info: { partial: true } });
    expect(answer.nodes).toHaveLength(2);
  });

  it('go to the upstream when the mirror is behind, and when the caller insists', async () => {
    const set = await setUp(daily(20));
    await set.open('upstream').list({ page });
    await set.open('upstream').byId('a19');
    expect(set.upstream.requests).toBe(2);
    await set.clock.advance(3 * intervalMs);
    await set.open().list({ page: { first: 3, after: undefined } });
    expect(set.upstream.requests).toBe(3);
    expect(set.hits.mirror).toBe(0);
  });

  it('know single alerts by id; what the mirror does not hold is asked for', async () => {
    const set = await setUp(daily(20));
    expect(await set.open().alertsByIds(['a19', 'a00', 'nobody'])).toMatchObject([{ id: 'a19' }, { id: 'a00' }]);
    expect(set.upstream.calls.map(({ path }) => path.split('/').at(-1))).toEqual(['a00', 'nobody']);
  });

  it('show our own pending writes over mirrored rows, and drop rows that left the list', async () => {
    const set = await setUp(daily(20));
    set.alertWrites.pending.record('a19', {
      fields: { status: 'RESOLVED', rawStatus: 'resolved' },
      lastUpdateDateTime: '2026-11-21T08:00:00Z',
    });
    expect((await set.open().byId('a19'))?.status).toBe('RESOLVED');
    const open = await set.open().list({ filter: { status: { in: ['NEW'] } }, page });
    expect(open.nodes.map(({ id }) => id)).toEqual(['a18', 'a17']);
    expect(open.info.source).toBe('MIRROR');
    expect(set.upstream.requests).toBe(0);
  });

  it('find alerts of a device by its id, without asking under which name', async () => {
    const evidence = [
      { '@odata.type': `${security}.deviceEvidence`, azureAdDeviceId: 'D1', deviceDnsName: 'other.corp' },
    ];
    const set = await setUp(daily(20, { evidence }));
    const device = { deviceId: 'd1', displayName: 'pc1' };
    const answer = await alertsOfDevice(set.open(), device, page);
    expect(answer?.nodes.map(({ id }) => id)).toEqual(['a19', 'a18']);
    expect(set.upstream.requests).toBe(0);
  });

  it('find alerts of an incident, unless their number is wanted or they reach beyond the window', async () => {
    const set = await setUp(daily(20, { incidentId: '7' }));
    const answer = await set.open().ofIncident('7', page, false);
    expect(answer.nodes.map(({ id }) => id)).toEqual(['a19', 'a18']);
    expect(answer).toMatchObject({ totalCount: null, pageInfo: { hasNextPage: true }, info: { source: 'MIRROR' } });
    const next = await set.open().ofIncident('7', { ...page, after: answer.pageInfo.endCursor ?? '' }, false);
    expect(next.nodes.map(({ id }) => id)).toEqual(['a17', 'a16']);
    expect(set.upstream.requests).toBe(0);
    expect((await set.open().ofIncident('7', page, true)).totalCount).toBe(20);
    expect((await set.open().ofIncident('7', { first: 15, after: undefined }, false)).nodes).toHaveLength(15);
  });

  it('are made anew after we wrote to their incident, until the feed has surely read them again', async () => {
    const set = await setUp(daily(20, { incidentId: '7' }));
    const times = { createdDateTime: windowStart, lastUpdateDateTime: windowStart };
    const incident = toIncident(parseIncident({ id: '7', status: 'resolved', ...times }));
    await set.feed.observe('incident', [incident], 'MUTATION');
    await settle();
    const sources = async () => {
      const before = set.upstream.requests;
      const listed = await set.open().list({ page });
      await set.open().ofIncident('7', page, false);
      await set.open().byId('a19');
      const filter = { search: 'alert' };
      const searched = await set.open().list({ filter, page });
      return [listed.info.source, searched.info.source, set.upstream.requests - before];
    };
    expect(await sources()).toEqual(['UPSTREAM', 'MIRROR', 3]);
    expect(set.mirror.recall('alert', 'a19', { reading: 'memory' })).toMatchObject({ stale: true });
    await set.sweep();
    expect((await sources())[0]).not.toBe('MIRROR');
    await set.sweep();
    expect(await sources()).toEqual(['MIRROR', 'MIRROR', 0]);
  });

  const evidence = [
    {
      '@odata.type': `${security}.userEvidence`,
      userAccount: { azureAdUserId: 'U1', userPrincipalName: 'Ann@contoso.com' },
    },
    { '@odata.type': `${security}.deviceEvidence`, azureAdDeviceId: 'D1', ipInterfaces: ['10.0.0.7'] },
    { '@odata.type': `${security}.ipEvidence`, ipAddress: '203.0.113.9' },
    {
      '@odata.type': `${security}.processEvidence`,
      imageFile: { sha256: 'ABCD' },
      parentProcessImageFile: { sha256: 'ef01' },
    },
  ];
  const named = {
    evidence,
    category: 'Execution',
    categories: ['Execution', 'Impact'],
    mitreTechniques: ['T1059.001'],
  };

  it.each([
    { search: 'ALERT a19' },
    { search: 'execution' },
    { userId: 'u1' },
    { deviceId: 'd1' },
    { category: 'impact' },
    { mitreTechnique: 't1059' },
    { mitreTechnique: 'T1059.001' },
    { ipAddress: '10.0.0.7' },
    { ipAddress: '203.0.113.9' },
    { sha256: 'abcd' },
    { sha256: 'EF01' },
  ])('find inside the window what no upstream filters by: %j', async (condition) => {
    const set = await setUp([...daily(19), ...daily(20, named).slice(19)]);
    const filter = { ...condition, createdDateTime: { ge: windowStart } };
    const answer = await set.open().list({ filter, page, withTotal: true });
    expect(answer.nodes.map(({ id }) => id)).toEqual(['a19']);
    expect(answer.totalCount).toBe(1);
    expect(set.upstream.requests).toBe(0);
  });

  it.each([
    { userId: 'u2' },
    { mitreTechnique: 'T105' },
    { sha256: 'abc' },
    { search: 'alert nowhere' },
    { category: 'Exec' },
  ])('find nothing for %j', async (condition) => {
    const set = await setUp(daily(20, named));
    const filter = { ...condition, createdDateTime: { ge: windowStart } };
    expect((await set.open().list({ filter, page })).nodes).toEqual([]);
  });

  it('answer half a list for no such filter: beyond the window it is refused with where that begins', async () => {
    const set = await setUp(daily(20, named));
    const filter = { category: 'Impact' };
    const first = await set.open().list({ filter, page: { first: 9, after: undefined } });
    expect(first.nodes).toHaveLength(9);
    const beyond = set.open().list({ filter, page: { first: 9, after: first.pageInfo.endCursor ?? '' } });
    await expect(beyond).rejects.toMatchObject({ code: 'BAD_USER_INPUT', extensions: { coveredFrom: windowStart } });
    expect(set.upstream.requests).toBe(0);
  });

  it('refuse such a filter with the reason while nothing can be proved', async () => {
    const set = await setUp(daily(20));
    const filter = { search: 'alert', createdDateTime: { ge: windowStart } };
    await expect(set.open('upstream').list({ filter, page })).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
    await set.clock.advance(3 * intervalMs);
    await expect(set.open().list({ filter, page })).rejects.toMatchObject({ code: 'UPSTREAM_UNAVAILABLE' });
    const without = openAlerts(daily(20), noMirror).open();
    await expect(without.list({ filter, page })).rejects.toMatchObject({
      code: 'BAD_USER_INPUT',
      extensions: { coveredFrom: null },
    });
  });

  it.each(['', '   ', 'x'.repeat(257)])('refuse the search %j', async (search) => {
    const set = await setUp([]);
    await expect(set.open().list({ filter: { search }, page })).rejects.toMatchObject({
      code: 'BAD_USER_INPUT',
      extensions: { argument: 'filter.search' },
    });
  });
});
