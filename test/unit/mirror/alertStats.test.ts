import 'reflect-metadata';
import { afterEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { AlertStatsRequest } from '../../../src/datasources/alerts/alertStats.js';
import { matchesAlertFilter } from '../../../src/datasources/alerts/matchesAlertFilter.js';
import { noMirror } from '../../../src/mirror/noMirror.js';
import type { Alert } from '../../../src/schema/types/alert.type.js';
import type { AlertStatsBucket } from '../../../src/schema/types/alertStats.type.js';
import { compareInstants, fromTicks } from '../../../src/time/instant.js';
import { alertRow, type Row } from '../datasources/alerts/fakeAlertService.js';
import { openAlerts, openMirrored, windowStart } from './mirroredAlerts.js';
import { intervalMs, ticks, toAlert } from './support.js';

const hourTicks = 36_000_000_000n;

/** Every five hours and a bit from the window's begin on: over both ends of summer time in October and November. */
const instant = fc
  .integer({ min: 0, max: 120 })
  .map((n) => fromTicks(ticks(windowStart) + BigInt(n) * (5n * hourTicks + 1n)));

const row = fc.record({
  times: fc.tuple(instant, instant),
  status: fc.constantFrom('new', 'inProgress', 'resolved'),
  severity: fc.constantFrom('low', 'medium', 'high'),
  assignedTo: fc.constantFrom(null, 'ann@contoso.com', 'ANN@contoso.com', 'bob@contoso.com'),
  categories: fc.subarray(['Execution', 'Impact', 'Exfiltration']),
});
const rows = fc.array(row, { minLength: 5, maxLength: 40 }).map((all) =>
  all.map(({ times, ...members }, n): Row => {
    const [created, updated] = [...times].sort(compareInstants) as [string, string];
    const resolvedDateTime = members.status === 'resolved' ? updated : null;
    return alertRow(`a${n}`, { ...members, createdDateTime: created, lastUpdateDateTime: updated, resolvedDateTime });
  }),
);
const request = fc
  .record({
    metric: fc.constantFrom('CREATED' as const, 'RESOLVED' as const, 'OPEN' as const),
    groupBy: fc.constantFrom(null, 'SEVERITY', 'STATUS', 'SOURCE', 'ASSIGNEE', 'CATEGORY' as const),
    interval: fc.constantFrom('HOUR' as const, 'DAY' as const, 'WEEK' as const),
    ends: fc.tuple(instant, instant, instant),
    timeZone: fc.constantFrom(
      'UTC',
      'Europe/Berlin',
      'America/New_York',
      'America/Havana',
      'Asia/Kolkata',
      'Australia/Lord_Howe',
    ),
    filter: fc.constantFrom(null, { severity: { in: ['LOW', 'HIGH'] } }, { status: { notIn: ['NEW'] } }),
  })
  .map(({ ends, ...rest }): AlertStatsRequest => {
    const [from, , to] = [...ends].sort(compareInstants) as [string, string, string];
    return { ...rest, from, to: fromTicks(ticks(to) + 1n) };
  });

/** What a person with a calendar on the wall would call the interval of an instant; equal hours of one date are told apart. */
function nameOf(instantText: string, { timeZone, interval }: AlertStatsRequest): string {
  const ms = Date.parse(instantText);
  const parts = Object.fromEntries(
    new Intl.DateTimeFormat('en-GB', {
      timeZone,
      dateStyle: 'short',
      timeStyle: 'long',
      hourCycle: 'h23',
    })
      .formatToParts(ms)
      .map(({ type, value }) => [type, value]),
  );
  const date = `${parts.year}-${parts.month}-${parts.day}`;
  if (interval === 'DAY') return date;
  if (interval === 'HOUR') return `${date} ${parts.hour} ${parts.timeZoneName}`;
  const day = Date.parse(`${date}T00:00:00Z`);
  const monday = day - ((new Date(day).getUTCDay() + 6) % 7) * 86_400_000;
  return new Date(monday).toISOString().slice(0, 10);
}

function countedAt(alert: Alert, { metric }: AlertStatsRequest): string | null {
  if (metric === 'CREATED') return alert.createdDateTime;
  if (metric === 'OPEN') return alert.status === 'RESOLVED' ? null : alert.createdDateTime;
  return alert.status === 'RESOLVED' ? alert.resolvedDateTime : null;
}

function groupsOf(alert: Alert, { groupBy }: AlertStatsRequest): (string | null)[] {
  if (groupBy === 'SEVERITY') return [alert.severity];
  if (groupBy === 'STATUS') return [alert.status];
  if (groupBy === 'SOURCE') return [alert.serviceSource];
  if (groupBy === 'ASSIGNEE') return [alert.assignedTo?.toLowerCase() ?? null];
  if (groupBy === 'CATEGORY') return alert.categories.length > 0 ? [...alert.categories] : [null];
  return [null];
}

/** Interval and group → count, by looking at every alert. */
function countNaively(
  tenant: readonly Row[],
  asked: AlertStatsRequest,
): { total: number; counts: Map<string, number> } {
  const counts = new Map<string, number>();
  let total = 0;
  for (const alert of tenant.map(toAlert)) {
    const at = countedAt(alert, asked);
    if (at === null || compareInstants(at, asked.from) < 0 || compareInstants(at, asked.to) >= 0) continue;
    if (!matchesAlertFilter(asked.filter, alert)) continue;
    total += 1;
    for (const group of groupsOf(alert, asked)) {
      const key = `${nameOf(at, asked)} / ${group}`;
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
  }
  return { total, counts };
}

function groupOf(bucket: AlertStatsBucket): string | null {
  const { severity, status, serviceSource, assignedTo, category } = bucket;
  return severity ?? status ?? serviceSource ?? assignedTo?.toLowerCase() ?? category;
}

describe('alert statistics', () => {
  let stop: (() => Promise<void>) | undefined;
  const setUp = async (tenant: readonly Row[]) => {
    const set = await openMirrored(tenant);
    stop = set.stop;
    return set;
  };
  afterEach(async () => stop?.());

  const asked: AlertStatsRequest = {
    metric: 'CREATED',
    interval: 'DAY',
    from: windowStart,
    to: '2026-10-28T00:00:00Z',
    timeZone: 'UTC',
  };

  it('count what looking at every alert counts, in every zone, interval and group', async () => {
    let counted = 0;
    await fc.assert(
      fc.asyncProperty(rows, request, async (tenant, one) => {
        const set = await openMirrored(tenant);
        try {
          const stats = set.open().stats(one);
          const expected = countNaively(tenant, one);
          expect(stats.total).toBe(expected.total);
          const found = new Map<string, number>();
          for (const bucket of stats.buckets.filter(({ count }) => count > 0)) {
            const key = `${nameOf(bucket.start, one)} / ${groupOf(bucket)}`;
            found.set(key, (found.get(key) ?? 0) + bucket.count);
          }
          expect(found).toEqual(expected.counts);
          counted += stats.total;
          expect(set.upstream.requests).toBe(0);
        } finally {
          await set.stop();
        }
      }),
      { numRuns: 250 },
    );
    expect(counted).toBeGreaterThan(500);
  });

  it('have buckets that follow one another from begin to end, each group in each of them, empty ones too', async () => {
    await fc.assert(
      fc.asyncProperty(rows, request, async (tenant, one) => {
        const set = await openMirrored(tenant);
        try {
          const { buckets } = set.open().stats(one);
          const starts = [...new Set(buckets.map(({ start }) => start))];
          const ends = [...new Set(buckets.map(({ end }) => end))];
          const groups = new Set(buckets.map(groupOf));
          expect(starts[0]).toBe(one.from);
          expect(ends.at(-1)).toBe(one.to);
          expect(starts.slice(1)).toEqual(ends.slice(0, -1));
          expect(buckets).toHaveLength(starts.length * groups.size);
        } finally {
          await set.stop();
        }
      }),
      { numRuns: 60 },
    );
  });

  it('say where the window begins, how old they are and that the mirror answered', async () => {
    const set = await setUp([]);
    expect(set.open().stats(asked)).toEqual({
      total: 0,
      coveredFrom: windowStart,
      info: { asOf: set.asOf, source: 'MIRROR', stale: false, truncated: false, partial: false, warnings: [] },
      buckets: ['25', '26', '27'].map((day) =>
        expect.objectContaining({ start: `2026-10-${day}T00:00:00.0000000Z`, count: 0, severity: null }),
      ),
    });
    expect(set.hits.mirror).toBe(1);
  });

  it('count our own pending writes', async () => {
    const set = await setUp([alertRow('a', { createdDateTime: windowStart, lastUpdateDateTime: windowStart })]);
    expect(set.open().stats({ ...asked, metric: 'OPEN' }).total).toBe(1);
    set.alertWrites.pending.record('a', { fields: { status: 'RESOLVED' }, lastUpdateDateTime: windowStart });
    expect(set.open().stats({ ...asked, metric: 'OPEN' }).total).toBe(0);
  });

  it('refuse to begin before the window, and say where that begins', async () => {
    const set = await setUp([]);
    const early = { ...asked, from: '2026-10-24T23:59:59.9999999Z' };
    expect(() => set.open().stats(early)).toThrow(
      expect.objectContaining({ code: 'BAD_USER_INPUT', extensions: { coveredFrom: windowStart } }),
    );
  });

  it('tell why when nothing can be proved', async () => {
    const set = await setUp([]);
    expect(() => set.open('upstream').stats(asked)).toThrow(expect.objectContaining({ code: 'BAD_USER_INPUT' }));
    await set.clock.advance(3 * intervalMs);
    expect(() => set.open().stats(asked)).toThrow(expect.objectContaining({ code: 'UPSTREAM_UNAVAILABLE' }));
    expect(() => openAlerts([], noMirror).open().stats(asked)).toThrow(
      expect.objectContaining({ code: 'BAD_USER_INPUT', extensions: { coveredFrom: null } }),
    );
  });

  it.each([
    ['an end before the begin', { to: windowStart }],
    ['an unknown zone', { timeZone: 'Europe/Atlantis' }],
    ['too many intervals', { interval: 'HOUR' as const, to: '2027-01-01T00:00:00Z' }],
    ['a far end', { to: '9999-12-31T23:59:59Z' }],
    ['a filter that cannot be asked', { filter: { severity: { in: ['UNRECOGNIZED'] } } }],
  ])('refuse %s', async (_what, change) => {
    const set = await setUp([]);
    expect(() => set.open().stats({ ...asked, ...change })).toThrow(
      expect.objectContaining({ code: 'BAD_USER_INPUT' }),
    );
  });

  it('take a thousand intervals and not one more', async () => {
    const set = await setUp([]);
    const to = (hours: bigint) => fromTicks(ticks(windowStart) + hours * hourTicks);
    expect(set.open().stats({ ...asked, interval: 'HOUR', to: to(1_000n) }).buckets).toHaveLength(1_000);
    expect(() => set.open().stats({ ...asked, interval: 'HOUR', to: to(1_001n) })).toThrow('1000 intervals');
  });

  it('refuse an answer of too many buckets', async () => {
    const many = Array.from({ length: 30 }, (_, n) =>
      alertRow(`a${n}`, {
        assignedTo: `u${n}@contoso.com`,
        createdDateTime: windowStart,
        lastUpdateDateTime: windowStart,
      }),
    );
    const set = await setUp(many);
    const hourly = { ...asked, interval: 'HOUR' as const, groupBy: 'ASSIGNEE' as const, to: '2026-11-20T00:00:00Z' };
    expect(() => set.open().stats(hourly)).toThrow('buckets');
  });
});
