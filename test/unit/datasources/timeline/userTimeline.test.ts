import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { DataSources } from '../../../../src/datasources/createDataSources.js';
import type { TimelineItem } from '../../../../src/datasources/timeline/timelineEntry.js';
import { comparePositions, positionOf } from '../../../../src/datasources/timeline/timelineEntry.js';
import { timelineOfUser } from '../../../../src/datasources/timeline/userTimeline.js';
import { UpstreamError } from '../../../../src/errors/GatewayError.js';
import { compareInstants } from '../../../../src/time/instant.js';
import { RecordingMeter } from '../../upstream/support/harness.js';

type Kind = 'ALERT' | 'RISK_EVENT' | 'MCAS_ACTIVITY';

/** Rows of one system, and how many of them one answer holds at most before it says that it was cut. */
interface System {
  readonly rows: readonly TimelineItem[];
  readonly reach?: number;
  readonly error?: Error;
}

const asOf = '2026-11-21T00:00:00.000Z';
const at = (second: number) => `2026-11-20T10:00:${String(second).padStart(2, '0')}.0000000Z`;

function item(kind: Kind, id: number, second: number): TimelineItem {
  const time = at(second);
  const byKind = {
    ALERT: { __typename: 'Alert', createdDateTime: time },
    RISK_EVENT: { __typename: 'OtherRiskEvent', activityDateTime: null, detectedDateTime: time },
    MCAS_ACTIVITY: { __typename: 'MCASActivity', timestamp: time },
  };
  return { id: String(id).padStart(3, '0'), ...byKind[kind] } as unknown as TimelineItem;
}

/** Lists in memory that page as the datasources do, by places for cursors. */
function sourcesOf(alerts: System, riskEvents: System, activities: System) {
  const asked: string[] = [];
  const read = (system: System, first: number, after: string | undefined, span: { from?: any; to?: any }) => {
    if (system.error !== undefined) throw system.error;
    const inSpan = inOrder(system.rows).filter((row) => {
      const time = positionOf(row).order;
      return (!span.from || compareInstants(time, span.from) >= 0) && (!span.to || compareInstants(time, span.to) < 0);
    });
    const rest = inSpan.slice(Number(after ?? 0));
    const nodes = rest.slice(0, Math.min(first, system.reach ?? first));
    const hasNextPage = nodes.length < rest.length;
    const end = nodes.length === 0 ? null : String(Number(after ?? 0) + nodes.length);
    const info = { asOf, source: 'UPSTREAM', truncated: hasNextPage && nodes.length < first, warnings: [] };
    return { nodes, pageInfo: { hasNextPage, endCursor: end }, info };
  };
  const sources = {
    alerts: {
      clock: { now: () => Date.parse(asOf) },
      list: async ({ filter, page }: any) => {
        asked.push('ALERT');
        const { ge, lt } = filter.createdDateTime;
        return read(alerts, page.first, page.after, { from: ge, to: lt });
      },
    },
    mcasActivities: {
      ofUser: async (_name: string, { page, from, to }: any) => {
        asked.push('MCAS_ACTIVITY');
        return read(activities, page.first, page.after, { from, to });
      },
    },
    identity: {
      riskEventsOfUser: async () => {
        asked.push('RISK_EVENT');
        if (riskEvents.error !== undefined) throw riskEvents.error;
        return { rows: riskEvents.rows, info: { asOf, source: 'CACHE' } };
      },
    },
  };
  return { sources: sources as unknown as DataSources, asked };
}

const inOrder = (rows: readonly TimelineItem[]) =>
  rows.toSorted((a, b) => comparePositions(positionOf(a), positionOf(b)));
const keyOf = (row: TimelineItem) => positionOf(row).id;
const user = { id: 'u1', userPrincipalName: 'ann@contoso.com' };
const everything = { span: { from: null, to: null }, kinds: null };

async function walk(sources: DataSources, first: number) {
  const pages: string[][] = [];
  for (let after: string | undefined; pages.length < 400; ) {
    const page = await timelineOfUser(sources, user, { ...everything, page: { first, after } }, new RecordingMeter());
    pages.push(page.nodes.map(keyOf));
    if (!page.pageInfo.hasNextPage) return pages;
    after = page.pageInfo.endCursor ?? after;
  }
  throw new Error('The timeline does not end.');
}

/** Few instants, so that most rows share theirs with rows of every system. */
const systemOf = (kind: Kind) =>
  fc.array(fc.nat({ max: 6 }), { maxLength: 30 }).map((seconds) => seconds.map((second, id) => item(kind, id, second)));
const three = fc.tuple(systemOf('ALERT'), systemOf('RISK_EVENT'), systemOf('MCAS_ACTIVITY'));
const down = new UpstreamError('UPSTREAM_UNAVAILABLE', 'Away.', { upstream: 'MCAS' });

describe('the timeline of a user', () => {
  it('is the merged lists, each entry once, for any page size and any number of equal times', () =>
    fc.assert(
      fc.asyncProperty(three, fc.integer({ min: 1, max: 40 }), async ([alerts, events, activities], first) => {
        const { sources } = sourcesOf({ rows: alerts }, { rows: events }, { rows: activities });
        const pages = await walk(sources, first);
        expect(pages.flat()).toEqual(inOrder([...alerts, ...events, ...activities]).map(keyOf));
        expect(pages.slice(0, -1).every((page) => page.length === first)).toBe(true);
      }),
      { seed: 3, numRuns: 150 },
    ));

  it('passes over nothing where a system shows fewer rows than it was asked for: the page ends there', () =>
    fc.assert(
      fc.asyncProperty(three, fc.integer({ min: 8, max: 40 }), async ([alerts, events, activities], first) => {
        const { sources } = sourcesOf(
          { rows: alerts },
          { rows: events },
          { rows: distinctTimes(activities), reach: 2 },
        );
        const all = inOrder([...alerts, ...events, ...distinctTimes(activities)]).map(keyOf);
        const head = await timelineOfUser(
          sources,
          user,
          { ...everything, page: { first, after: undefined } },
          new RecordingMeter(),
        );
        expect(head.nodes.map(keyOf)).toEqual(all.slice(0, head.nodes.length));
        expect(head.info.truncated).toBe(distinctTimes(activities).length > 2);
        expect((await walk(sources, first)).flat()).toEqual(all);
      }),
      { seed: 4, numRuns: 150 },
    ));

  it('goes on without a system of which nothing could be read, and says so', async () => {
    const { sources } = sourcesOf(
      { rows: [item('ALERT', 1, 3)] },
      { rows: [item('RISK_EVENT', 1, 4)] },
      { rows: [item('MCAS_ACTIVITY', 1, 5)], reach: 0 },
    );
    const page = await timelineOfUser(
      sources,
      user,
      { ...everything, page: { first: 9, after: undefined } },
      new RecordingMeter(),
    );
    expect(page.nodes.map(keyOf)).toEqual(['risk 001', 'alert 001']);
    expect([page.pageInfo.hasNextPage, page.totalCount]).toEqual([false, null]);
    expect(page.info).toMatchObject({ truncated: true, warnings: [{ code: 'TRUNCATED', upstream: 'MCAS' }] });
  });

  it('asks only for what is wanted, and for one page of each where that is enough', async () => {
    const { sources, asked } = sourcesOf({ rows: [] }, { rows: [] }, { rows: [] });
    const page = { first: 3, after: undefined };
    await timelineOfUser(sources, user, { ...everything, page }, new RecordingMeter());
    expect(asked.splice(0).sort()).toEqual(['ALERT', 'MCAS_ACTIVITY', 'RISK_EVENT']);
    await timelineOfUser(sources, user, { ...everything, kinds: ['RISK_EVENT'], page }, new RecordingMeter());
    expect(asked.splice(0)).toEqual(['RISK_EVENT']);
    await timelineOfUser(sources, { ...user, userPrincipalName: null }, { ...everything, page }, new RecordingMeter());
    expect(asked).toEqual(['RISK_EVENT']);
  });

  it('names the systems that failed, and fails with the first of them only when all did', async () => {
    const page = { first: 3, after: undefined };
    const meter = new RecordingMeter();
    const some = sourcesOf({ rows: [], error: down }, { rows: [item('RISK_EVENT', 1, 1)] }, { rows: [], error: down });
    const answer = await timelineOfUser(some.sources, user, { ...everything, page }, meter);
    expect(answer.nodes).toHaveLength(1);
    expect(answer.info).toMatchObject({ partial: true, truncated: false });
    expect(meter.warnings.map(({ code, upstream }) => [code, upstream])).toEqual([
      ['UPSTREAM_PARTIAL', 'GRAPH_SECURITY'],
      ['UPSTREAM_PARTIAL', 'MCAS'],
    ]);
    const none = sourcesOf({ rows: [], error: down }, { rows: [], error: down }, { rows: [], error: down });
    await expect(timelineOfUser(none.sources, user, { ...everything, page }, meter)).rejects.toBe(down);
  });

  it('hides no fault of the gateway itself behind a warning', async () => {
    const fault = new TypeError('A bug.');
    const { sources } = sourcesOf({ rows: [], error: fault }, { rows: [] }, { rows: [] });
    const request = { ...everything, page: { first: 3, after: undefined } };
    await expect(timelineOfUser(sources, user, request, new RecordingMeter())).rejects.toBe(fault);
  });
});

/** The system whose answers are cut moves on by time, so that more rows of one instant than it shows would hold it up. */
function distinctTimes(rows: readonly TimelineItem[]): TimelineItem[] {
  return [...new Map(rows.map((row) => [positionOf(row).order, row])).values()];
}
