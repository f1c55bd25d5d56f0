import { describe, expect, it } from '@jest/globals';
import type { MCASAlert } from '../../../../src/schema/types/mcasAlert.type.js';
import { alertId, alertService, lostAnswer, pageOf, refusal, setUpCloudApps } from './cloudApps.js';
import { now } from './support.js';

const rows = Array.from({ length: 250 }, (_, n) => ({ _id: alertId(n), timestamp: now - n * 1_000 }));

describe('reading Cloud Apps alerts by id', () => {
  it('takes one call for up to 100 together, and two for 101', async () => {
    for (const [count, calls] of [
      [1, 1],
      [100, 1],
      [101, 2],
    ] as const) {
      const { upstream, operation } = setUpCloudApps(alertService(rows));
      const { alerts } = operation();
      const found = await Promise.all(rows.slice(0, count).map(({ _id }) => alerts.byId(`ca${_id}`)));
      expect(found.map((alert) => alert?.id)).toEqual(rows.slice(0, count).map(({ _id }) => _id));
      expect(upstream.requests).toBe(calls);
    }
  });

  it('reads on when the upstream cuts the batch', async () => {
    const { upstream, operation } = setUpCloudApps(alertService(rows, 30));
    const { alerts } = operation();
    const found = await Promise.all(rows.slice(0, 70).map(({ _id }) => alerts.byId(_id)));
    expect(found).not.toContain(null);
    expect(upstream.requests).toBe(3);
  });

  it('remembers who is not there', async () => {
    const { upstream, operation } = setUpCloudApps(alertService(rows));
    expect(await operation().alerts.byId(alertId(999))).toBeNull();
    expect(await operation().alerts.byId(alertId(999))).toBeNull();
    expect(upstream.requests).toBe(1);
  });

  it('shows numbers that it does not know as such, and drops malformed members', async () => {
    const odd = { _id: alertId(1), timestamp: 'x', severityValue: 9, stories: [0, 6, 'x'], resolveTime: 'never' };
    const { operation } = setUpCloudApps(alertService([{ ...odd, entities: [{ type: 'service', id: 7 }, null] }]));
    expect(await operation().alerts.byId(odd._id)).toMatchObject({
      timestamp: null,
      severity: 'UNRECOGNIZED',
      rawSeverity: '9',
      stories: ['THREAT_DETECTION', 'UNRECOGNIZED'],
      rawStories: ['0', '6'],
      resolveTime: null,
      entities: [{ type: 'service', id: '7', accountId: null }],
    });
  });
});

describe('lists of Cloud Apps alerts', () => {
  it('stops after 12 calls and says truncated', async () => {
    const { upstream, operation } = setUpCloudApps(alertService(rows, 10));
    const page = await operation().alerts.list({ page: { first: 200, after: undefined }, withTotal: false });
    expect(upstream.requests).toBe(12);
    expect(page.info).toMatchObject({ truncated: true, warnings: [{ code: 'TRUNCATED', upstream: 'MCAS' }] });
    expect(page.nodes.map(({ id }) => id)).toEqual(rows.slice(0, page.nodes.length).map(({ _id }) => _id));
  });

  it('says approximate when the total is only a floor', async () => {
    const service = alertService(rows);
    const { operation } = setUpCloudApps((call) => ({ ...(service(call) as object), moreThanTotal: true }));
    const page = await operation().alerts.list({ page: { first: 5, after: undefined }, withTotal: true });
    expect([page.totalCount, page.totalCountIsApproximate]).toEqual([250, true]);
  });

  it('spends one allowance on everything of one operation', async () => {
    const { upstream, operation } = setUpCloudApps(alertService(rows, 10));
    const { alerts } = operation();
    await alerts.list({ page: { first: 200, after: undefined }, withTotal: false });
    await alerts.list({ page: { first: 150, after: undefined }, withTotal: false });
    expect(upstream.requests).toBe(13);
  });
});

describe('activities of alerts', () => {
  const activity = (n: number) => ({ _id: `x${n}`, timestamp: now - n });

  it('shares one call among alerts, tells what is missing, and asks nobody one by one', async () => {
    const { upstream, operation } = setUpCloudApps((call) =>
      pageOf(
        [0, 1, 2, 3].map(activity).filter(({ _id }) => call.body.filters['activity.id'].eq.includes(_id)),
        call,
      ),
    );
    const { alerts } = operation();
    const of = (id: number, audits: string[]) =>
      alerts.activitiesOf({ id: alertId(id), audits } as unknown as MCASAlert, { first: 2, after: undefined });
    const [one, two] = await Promise.all([of(1, ['x2', 'x0', 'x1']), of(2, ['x3', 'gone'])]);
    expect(one.nodes.map(({ id }) => id)).toEqual(['x0', 'x1']);
    expect([one.pageInfo.hasNextPage, one.totalCount]).toEqual([true, 3]);
    expect(two.nodes.map(({ id }) => id)).toEqual(['x3']);
    expect(two.info).toMatchObject({ partial: true, warnings: [{ code: 'UPSTREAM_PARTIAL' }] });
    expect(upstream.requests).toBe(1);
  });
});

describe('closing Cloud Apps alerts', () => {
  const ids = [alertId(1), alertId(2)];
  const input = { ids, as: 'BENIGN' as const, comment: 'Drill.' };
  const closed = { timestamp: now, resolutionStatusValue: 4, comment: 'Drill.' };
  const open = { timestamp: now, resolutionStatusValue: 0 };

  function close(answer: () => unknown, after: readonly object[] | (() => never) = []) {
    const { upstream, operation } = setUpCloudApps((call) => {
      if (call.operation === 'mcas.alerts.close') return answer();
      return typeof after === 'function' ? after() : pageOf(after, call);
    });
    const result = operation().alertMutations.close(input);
    const codes = async () => (await result).results.map(({ done, errors }) => (done ? 'done' : errors[0]?.code));
    return { upstream, codes };
  }

  it('names the ids and no other filter, and the reason by its number', async () => {
    const { upstream, operation } = setUpCloudApps(() => ({ closed_benign: 2 }));
    await operation().alertMutations.close({ ...input, reason: 'TRIGGERED_BY_TEST' });
    expect(upstream.calls.map(({ path, body }) => [path, body])).toEqual([
      [
        '/api/v1/alerts/close_benign/',
        {
          filters: { id: { eq: ids } },
          comment: 'Drill.',
          reasonId: 6,
          sendFeedback: false,
          allowContact: false,
        },
      ],
    ]);
  });

  it('believes a count of all, and a list of those that are not there', async () => {
    const all = close(() => ({ closed_benign: 2 }));
    expect([await all.codes(), all.upstream.requests]).toEqual([['done', 'done'], 1]);
    const one = close(() => ({ closed_benign: 1, alertsNotFound: [ids[0]] }));
    expect([await one.codes(), one.upstream.requests]).toEqual([['NOT_FOUND', 'done'], 1]);
  });

  it.each([
    ['a count that is too small', () => ({ closed_benign: 1 }), ['done', 'OUTCOME_UNKNOWN']],
    ['no count', () => ({}), ['done', 'OUTCOME_UNKNOWN']],
    [
      'a lost answer',
      () => {
        throw lostAnswer();
      },
      ['done', 'OUTCOME_UNKNOWN'],
    ],
  ])('reads back after %s', async (_case, answer, codes) => {
    const read = close(answer, [
      { _id: ids[0], ...closed },
      { _id: ids[1], ...open },
    ]);
    expect([await read.codes(), read.upstream.requests]).toEqual([codes, 2]);
  });

  it('does not know what became of alerts that cannot be read back, and does not send again', async () => {
    const lost = () => {
      throw lostAnswer();
    };
    const blind = close(lost, lost);
    expect([await blind.codes(), blind.upstream.requests]).toEqual([['OUTCOME_UNKNOWN', 'OUTCOME_UNKNOWN'], 2]);
  });

  it('takes a 404 for a close that found nothing', async () => {
    const none = close(() => undefined, []);
    expect(await none.codes()).toEqual(['NOT_FOUND', 'NOT_FOUND']);
    await expect(close(() => undefined, [{ _id: ids[0], ...open }]).codes()).rejects.toThrow();
  });

  it('tells missing alerts from refused values when the upstream refuses', async () => {
    const refused = close(() => {
      throw refusal();
    }, [{ _id: ids[0], ...open }]);
    expect(await refused.codes()).toEqual(['INVALID_INPUT', 'NOT_FOUND']);
  });

  it('does not take an alert that somebody else closed with another comment for its own work', async () => {
    const other = close(
      () => {
        throw lostAnswer();
      },
      ids.map((_id) => ({ _id, ...closed, comment: 'Mine.' })),
    );
    await expect(other.codes()).rejects.toThrow('broke');
  });
});

describe('marking Cloud Apps alerts', () => {
  const ids = [alertId(1), alertId(2), alertId(3)];
  const row = (n: number, statusValue: number) => ({ _id: ids[n], timestamp: now, statusValue });

  it('leaves alone what is so already, and cannot mark a closed one as unread', async () => {
    const { upstream, operation } = setUpCloudApps((call) =>
      call.operation === 'mcas.alerts.list' ? pageOf([row(0, 0), row(1, 1), row(2, 2)], call) : {},
    );
    const payload = await operation().alertMutations.markRead({ ids, read: false });
    expect(payload.results).toMatchObject([
      { done: true },
      { done: true },
      { done: false, errors: [{ code: 'INVALID_INPUT' }] },
    ]);
    expect(upstream.calls.map(({ path }) => path)).toEqual(['/api/v1/alerts/', `/api/v1/alerts/${ids[1]}/unread/`]);
  });

  it('reads back when an answer is lost, and reports an outage in its place', async () => {
    let reads = 0;
    const { operation } = setUpCloudApps((call) => {
      if (call.operation === 'mcas.alerts.list') return pageOf([row(0, 0), row(1, reads++ === 0 ? 0 : 1)], call);
      throw lostAnswer();
    });
    const payload = await operation().alertMutations.markRead({ ids: ids.slice(0, 2), read: true });
    expect(payload.results[0]).toBeInstanceOf(Error);
    expect(payload.results[1]).toMatchObject({ done: true });
  });
});
