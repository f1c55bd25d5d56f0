import 'reflect-metadata';
import { afterEach, describe, expect, it } from '@jest/globals';
import { UpstreamError } from '../../../src/errors/GatewayError.js';
import { settle } from '../cache/manualClock.js';
import { alertRow } from '../datasources/alerts/fakeAlertService.js';
import { openMirrored, windowStart } from './mirroredAlerts.js';
import { alertOf, intervalMs } from './support.js';

const minuteMs = 60_000;
/** As the policies of alerts have it, behind the two intervals within which the mirror counts as caught up. */
const longestMs = 30 * minuteMs + 2 * intervalMs;
const page = { first: 2, after: undefined };
const outages = ['UPSTREAM_THROTTLED', 'UPSTREAM_TIMEOUT', 'UPSTREAM_UNAVAILABLE'] as const;

/** One alert a day since the window began, of one incident; the oldest first. */
const rows = Array.from({ length: 9 }, (_, n) => {
  const time = new Date(Date.parse(windowStart) + n * 86_400_000).toISOString();
  return alertRow(`a${n}`, { createdDateTime: time, lastUpdateDateTime: time, incidentId: '7' });
});

describe('while the mirror is behind and the upstream does not answer', () => {
  let stop: () => Promise<void> = async () => undefined;
  afterEach(() => stop());

  const setUp = async (code: UpstreamError['code'] = 'UPSTREAM_THROTTLED') => {
    const set = await openMirrored(rows);
    stop = set.stop;
    set.service.before = () => {
      throw new UpstreamError(code, 'Not now.', { upstream: 'GRAPH_SECURITY' });
    };
    await set.clock.advance(3 * intervalMs);
    return set;
  };

  it.each(outages)('a list is what the mirror last knew, marked stale, with its age: %s', async (code) => {
    const set = await setUp(code);
    const answer = await set.open().list({ page });
    expect(answer.nodes.map(({ id }) => id)).toEqual(['a8', 'a7']);
    expect(answer.info).toMatchObject({ source: 'MIRROR', stale: true, asOf: set.asOf });
    expect(set.upstream.requests).toBe(1);
  });

  it.each(outages)('single alerts are, too, and those that it does not hold are an error: %s', async (code) => {
    const set = await setUp(code);
    expect(await set.open().byId('a3')).toMatchObject({ id: 'a3' });
    await expect(set.open().byId('nobody')).rejects.toMatchObject({ code });
  });

  it('a list of an incident is, while the window covers the page', async () => {
    const set = await setUp();
    const answer = await set.open().ofIncident('7', page);
    expect(answer.nodes.map(({ id }) => id)).toEqual(['a8', 'a7']);
    expect(answer).toMatchObject({ totalCount: null, info: { source: 'MIRROR', stale: true } });
    const whole = set.open().ofIncident('7', { first: 20, after: undefined });
    await expect(whole).rejects.toMatchObject({ code: 'UPSTREAM_THROTTLED' });
  });

  it('a total that reaches beyond the window is missing, and said to be', async () => {
    const set = await setUp();
    const bounded = { filter: { createdDateTime: { ge: windowStart } }, page, withTotal: true };
    expect(await set.open().list(bounded)).toMatchObject({ totalCount: 9, info: { stale: true, partial: false } });
    expect(await set.open().list({ page, withTotal: true })).toMatchObject({
      totalCount: null,
      info: { stale: true, partial: true },
    });
  });

  it('a page that the window does not cover is an error', async () => {
    const set = await setUp();
    const beyond = set.open().list({ page: { first: 20, after: undefined } });
    await expect(beyond).rejects.toMatchObject({ code: 'UPSTREAM_THROTTLED' });
  });

  it('what is old for longer than old answers of the cache may be is told to nobody', async () => {
    const set = await setUp();
    await set.clock.advance(longestMs - 3 * intervalMs);
    expect((await set.open().list({ page })).info.stale).toBe(true);
    await set.clock.advance(1);
    await expect(set.open().list({ page })).rejects.toMatchObject({ code: 'UPSTREAM_THROTTLED' });
    await expect(set.open().byId('a3')).rejects.toMatchObject({ code: 'UPSTREAM_THROTTLED' });
  });

  it('who insists on the upstream gets its error', async () => {
    const set = await setUp();
    await expect(set.open('upstream').list({ page })).rejects.toMatchObject({ code: 'UPSTREAM_THROTTLED' });
    await expect(set.open('upstream').byId('a3')).rejects.toMatchObject({ code: 'UPSTREAM_THROTTLED' });
  });

  it('nothing is shown to callers on whose behalf we ask', async () => {
    const { mirror } = await setUp();
    const reader = { staleMs: longestMs };
    expect(mirror.prove('alert', reader)).toMatchObject({ stale: true });
    expect(mirror.recall('alert', 'a3', reader)).toMatchObject({ stale: true });
    expect(mirror.prove('alert', { ...reader, callerAssertion: 'token' })).toBeUndefined();
    expect(mirror.recall('alert', 'a3', { ...reader, callerAssertion: 'token' })).toBeUndefined();
  });

  it('an answer of the upstream that is no outage is left as it is', async () => {
    const set = await setUp('UPSTREAM_FORBIDDEN');
    await expect(set.open().list({ page })).rejects.toMatchObject({ code: 'UPSTREAM_FORBIDDEN' });
    await expect(set.open().byId('a3')).rejects.toMatchObject({ code: 'UPSTREAM_FORBIDDEN' });
  });

  it('our own writes are over what stands in', async () => {
    const set = await setUp();
    set.alertWrites.pending.record('a8', {
      fields: { status: 'RESOLVED', rawStatus: 'resolved' },
      lastUpdateDateTime: '2026-11-21T08:00:00Z',
    });
    expect((await set.open().byId('a8'))?.status).toBe('RESOLVED');
    expect((await set.open().list({ page })).nodes[0]).toMatchObject({ id: 'a8', status: 'RESOLVED' });
  });

  it('rows that are being loaded anew stand in for nothing', async () => {
    const set = await setUp();
    await set.feed.resync('alert');
    await settle();
    await expect(set.open().list({ page })).rejects.toMatchObject({ code: 'UPSTREAM_THROTTLED' });
  });

  it('the mirror answers by itself again as soon as it has caught up', async () => {
    const set = await setUp();
    await set.open().list({ page });
    await set.sweep();
    await set.feed.observe('alert', [alertOf('a9', { createdDateTime: '2026-11-21T07:00:00Z' })]);
    const asOf = await set.sweep();
    const answer = await set.open().list({ page });
    expect(answer.nodes[0]?.id).toBe('a9');
    expect(answer.info).toMatchObject({ stale: false, asOf });
    expect(set.upstream.requests).toBe(1);
  });
});
