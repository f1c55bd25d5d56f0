import { describe, expect, it } from '@jest/globals';
import { createAlertFeedSource } from '../../../../src/datasources/alerts/alertFeedSource.js';
import { buildScope, FakeUpstream } from '../support/fakeUpstream.js';
import { AlertService, alertRow } from './fakeAlertService.js';

const signal = new AbortController().signal;

function at(n: number): string {
  return `2026-11-20T10:00:0${n}.0000000Z`;
}

describe('the feed source of alerts', () => {
  it('reads rows by rising last update, from and to inclusive, with the count of all that match', async () => {
    const rows = [3, 1, 2, 0].map((n) => alertRow(`a${n}`, { lastUpdateDateTime: at(n) }));
    const service = new AlertService(new Map(rows.map((row) => [row.id, row])));
    const upstream = new FakeUpstream('GRAPH_SECURITY', service.serve);
    const source = createAlertFeedSource(upstream, 'v2', () => buildScope());
    const page = await source.read({ from: at(1), to: at(3), skip: 1, top: 1, signal });
    expect(page).toMatchObject({ rows: [{ id: 'a2' }], count: 3, upstreamDate: '2026-11-21T08:00:00.0000000Z' });
    expect(upstream.calls[0]?.query).toEqual({
      $filter: `lastUpdateDateTime ge ${at(1)} and lastUpdateDateTime le ${at(3)}`,
      $orderby: 'lastUpdateDateTime asc',
      $top: '1',
      $skip: '1',
      $count: 'true',
    });
  });

  it('sorts what the legacy providers join, and drops what they should not have sent', async () => {
    const rows = [2, 9, 1].map((n) => ({ id: `l${n}`, status: 'newAlert', lastModifiedDateTime: at(n) }));
    const upstream = new FakeUpstream('GRAPH_SECURITY', () => ({ value: rows }));
    const source = createAlertFeedSource(upstream, 'legacy', () => buildScope());
    const page = await source.read({ from: at(1), to: at(5), skip: 0, top: 100, signal });
    expect(page.rows.map((alert) => alert.id)).toEqual(['l1', 'l2']);
    expect(page).not.toHaveProperty('count');
  });

  it('puts our own writes over rows that lag', async () => {
    const upstream = new FakeUpstream('GRAPH_SECURITY', () => ({ value: [alertRow('a1')] }));
    const overlay = { apply: (alert: { readonly id: string }) => ({ ...alert, status: 'RESOLVED' }) as never };
    const source = createAlertFeedSource(upstream, 'v2', () => buildScope(), overlay);
    const page = await source.read({ from: at(0), skip: 0, top: 10, signal });
    expect(page.rows[0]?.status).toBe('RESOLVED');
  });
});
