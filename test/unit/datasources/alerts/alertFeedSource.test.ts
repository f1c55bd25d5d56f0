import { describe, expect, it } from '@jest/globals';
import { createAlertFeedSource } from '../../../../src/datasources/alerts/alertFeedSource.js';
import { UpstreamError } from '../../../../src/errors/GatewayError.js';
import { toTicks } from '../../../../src/time/instant.js';
import type { Purpose } from '../../../../src/upstream/contract.js';
import { buildScope, FakeUpstream, type Service } from '../support/fakeUpstream.js';
import { AlertService, alertRow } from './fakeAlertService.js';

const { signal } = new AbortController();
const request = { skip: 0, top: 100, purpose: 'feed', signal } as const;

function at(n: number): string {
  return `2026-11-20T10:00:0${n}.0000000Z`;
}

function ticks(n: number): bigint {
  return toTicks(at(n)) as bigint;
}

function sourceOf(serve: Service, dialect: 'v2' | 'legacy' = 'v2') {
  const purposes: Purpose[] = [];
  const upstream = new FakeUpstream('GRAPH_SECURITY', serve);
  const makeScope = (_signal: AbortSignal, purpose: Purpose) => {
    purposes.push(purpose);
    return { ...buildScope(), purpose };
  };
  return { upstream, purposes, makeScope, source: createAlertFeedSource({ upstream, dialect, makeScope }) };
}

function serviceOf(...seconds: number[]) {
  const rows = seconds.map((n) => alertRow(`a${n}`, { lastUpdateDateTime: at(n) }));
  return new AlertService(new Map(rows.map((row) => [row.id, row])));
}

describe('the feed source of alerts', () => {
  it('reads rows by rising last update, from and to inclusive, with the count of all that match', async () => {
    const { source, upstream, purposes } = sourceOf(serviceOf(3, 1, 2, 0).serve);
    const page = await source.read({ ...request, from: ticks(1), to: ticks(3), skip: 1, top: 1 });
    expect(page).toMatchObject({
      rows: [{ id: 'a2' }],
      count: 3,
      hasMore: true,
      upstreamDate: '2026-11-21T08:00:00.0000000Z',
    });
    expect(upstream.calls[0]?.query).toEqual({
      $filter: `lastUpdateDateTime ge ${at(1)} and lastUpdateDateTime le ${at(3)}`,
      $orderby: 'lastUpdateDateTime asc',
      $top: '1',
      $skip: '1',
      $count: 'true',
    });
    expect(purposes).toEqual(['feed']);
  });

  it('knows where a list ends', async () => {
    const { source } = sourceOf(serviceOf(1, 2).serve);
    expect(await source.read({ ...request, from: ticks(0) })).toMatchObject({ count: 2, hasMore: false });
  });

  it('asks for ids and times alone, for whom the caller says', async () => {
    const { source, upstream, purposes } = sourceOf(serviceOf(1).serve);
    const page = await source.ids({ ...request, from: ticks(0), purpose: 'background' });
    expect(page.rows).toEqual([{ id: 'a1', createdDateTime: expect.any(String), lastUpdateDateTime: at(1) }]);
    expect(upstream.calls[0]?.query.$select).toBe('id,createdDateTime,lastUpdateDateTime');
    expect(purposes).toEqual(['background']);
  });

  it('asks for a part of an instant by severity, source and status, and by creation', async () => {
    const { source, upstream } = sourceOf(() => ({ value: [] }));
    expect(source.splits.map(({ field }) => field)).toEqual(['severity', 'source', 'status']);
    const slice = {
      values: [
        { field: 'source', is: 'microsoft365Defender' },
        { field: 'severity', isNoneOf: ['low', 'high'] },
      ],
      createdFrom: ticks(2),
      createdBefore: ticks(3),
    } as const;
    await source.read({ ...request, from: ticks(1), to: ticks(1), slice });
    expect(upstream.calls[0]?.query.$filter).toBe(
      [
        `lastUpdateDateTime ge ${at(1)} and lastUpdateDateTime le ${at(1)}`,
        `serviceSource eq 'microsoft365Defender' and severity ne 'low' and severity ne 'high'`,
        `createdDateTime ge ${at(2)} and createdDateTime lt ${at(3)}`,
      ].join(' and '),
    );
  });

  it('follows the upstream to the first page that has rows, and hands its link on', async () => {
    const pages: Record<string, object> = {
      first: { value: [], '@odata.nextLink': '/v1.0/security/alerts_v2?$skiptoken=second' },
      second: {
        value: [alertRow('a1')],
        '@odata.count': 9,
        '@odata.nextLink': '/v1.0/security/alerts_v2?$skiptoken=third',
      },
      third: { value: [alertRow('a2')] },
    };
    const { source } = sourceOf(({ query }) => pages[query.$skiptoken ?? 'first']);
    const page = await source.read({ ...request, from: ticks(0) });
    expect(page).toMatchObject({
      rows: [{ id: 'a1' }],
      count: 9,
      hasMore: true,
      next: expect.stringContaining('third'),
    });
    const last = await source.read({ ...request, from: ticks(0), top: 1, next: page.next as string });
    expect(last).toMatchObject({ rows: [{ id: 'a2' }], hasMore: false });
  });

  it('reads one alert as background work, null when it is gone', async () => {
    const { source, purposes } = sourceOf(serviceOf(1).serve);
    expect(await source.byId('a1', signal)).toMatchObject({ id: 'a1' });
    expect(await source.byId('a9', signal)).toBeNull();
    expect(purposes).toEqual(['background', 'background']);
  });

  it('puts our own writes over rows that lag', async () => {
    const { upstream, makeScope } = sourceOf(serviceOf(1).serve);
    const overlay = { apply: (alert: { readonly id: string }) => ({ ...alert, status: 'RESOLVED' }) as never };
    const source = createAlertFeedSource({ upstream, dialect: 'v2', makeScope, overlay });
    expect((await source.read({ ...request, from: ticks(0) })).rows[0]?.status).toBe('RESOLVED');
    expect((await source.byId('a1', signal))?.status).toBe('RESOLVED');
  });
});

describe('the feed source of legacy alerts', () => {
  const rows = [2, 9, 1].map((n) => ({ id: `l${n}`, status: 'newAlert', lastModifiedDateTime: at(n) }));

  it('sorts what the providers join, drops what they should not have sent, and believes no count', async () => {
    const { source } = sourceOf(
      () => ({ value: rows, '@odata.count': 700, '@odata.nextLink': '/v1.0/x?$skiptoken=1' }),
      'legacy',
    );
    const page = await source.read({ ...request, from: ticks(1), to: ticks(5) });
    expect(page.rows.map(({ id }) => id)).toEqual(['l1', 'l2']);
    expect(page).toMatchObject({ hasMore: false });
    expect(page).not.toHaveProperty('count');
    expect(page).not.toHaveProperty('next');
  });

  it('reads no ids while a provider is missing, because its alerts would look removed', async () => {
    const { source, upstream } = sourceOf(() => ({ value: rows }), 'legacy');
    const send = upstream.send.bind(upstream);
    upstream.send = async (call) => ({
      ...(await send(call)),
      warnings: [{ code: 'UPSTREAM_PARTIAL', upstream: 'GRAPH_SECURITY', message: 'one provider' }],
    });
    await expect(source.ids({ ...request, from: ticks(1) })).rejects.toBeInstanceOf(UpstreamError);
    expect((await source.read({ ...request, from: ticks(1) })).rows).toHaveLength(3);
  });
});
