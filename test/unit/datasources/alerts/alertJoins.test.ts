import { describe, expect, it } from '@jest/globals';
import { alertDialects } from '../../../../src/datasources/alerts/alertDialects.js';
import {
  activitiesOfAlert,
  devicesOfAlert,
  riskEventsOfAlert,
  usersOfAlert,
} from '../../../../src/datasources/alerts/alertJoins.js';
import type { DataSources } from '../../../../src/datasources/createDataSources.js';
import { toConnection } from '../../../../src/datasources/paging/connection.js';
import { compareInstants } from '../../../../src/time/instant.js';
import { alertRow } from './fakeAlertService.js';

const asOf = '2026-11-21T08:00:00Z';
const info = { asOf, source: 'UPSTREAM' } as const;
const users = [
  { id: 'u1', userPrincipalName: 'Ann@contoso.com' },
  { id: 'u2', userPrincipalName: 'bob@contoso.com' },
];
const security = '#microsoft.graph.security.';
const user = (userAccount: object) => ({ '@odata.type': `${security}userEvidence`, userAccount });

const alert = alertDialects.v2.parse(
  alertRow('a1', {
    firstActivityDateTime: '2026-11-20T10:00:00Z',
    lastActivityDateTime: '2026-11-20T12:00:00Z',
    evidence: [
      user({ azureAdUserId: 'u1', userPrincipalName: 'ann@contoso.com' }),
      user({ userPrincipalName: 'BOB@contoso.com' }),
      user({ azureAdUserId: 'gone' }),
      { '@odata.type': `${security}deviceEvidence`, azureAdDeviceId: 'd1' },
      { '@odata.type': `${security}deviceEvidence`, azureAdDeviceId: 'gone' },
    ],
  }),
);

/** Two users with an activity every ten minutes of the day, and a risk event every hour. */
function buildSources(): DataSources {
  const minute = (n: number) => new Date(Date.parse('2026-11-20T00:00:00Z') + n * 60_000).toISOString();
  const activities = (name: string) =>
    Array.from({ length: 144 }, (_, n) => ({ id: `${name}-${n}`, timestamp: minute(n * 10) })).reverse();
  const sources = {
    alerts: { clock: { now: () => Date.parse(asOf) } },
    directory: {
      user: async ({ id, userPrincipalName }: { id?: string; userPrincipalName?: string }) =>
        users.find(
          (one) => one.id === id || one.userPrincipalName.toLowerCase() === userPrincipalName?.toLowerCase(),
        ) ?? null,
      device: async ({ deviceId }: { deviceId: string }) => (deviceId === 'd1' ? { id: 'device-1', deviceId } : null),
    },
    identity: {
      riskEventsOfUser: async ({ id }: { id: string }) => ({
        rows: Array.from({ length: 24 }, (_, n) => ({ id: `${id}-${n}`, activityDateTime: minute(n * 60) })),
        info,
      }),
    },
    mcasActivities: {
      ofUser: async (name: string, { page, from, to }: { page: { first: number }; from: string; to: string }) => {
        const rows = activities(name).filter(
          ({ timestamp }) => compareInstants(timestamp, from) >= 0 && compareInstants(timestamp, to) < 0,
        );
        return toConnection({
          rows: rows.slice(0, page.first),
          cursorOf: (row) => row.id,
          hasNextPage: rows.length > page.first,
          info,
        });
      },
    },
  };
  return sources as unknown as DataSources;
}

const windowMinutes = 60;

describe('joins of an alert', () => {
  it('find each user and device of the evidence once, and leave out who is not in the directory', async () => {
    expect((await usersOfAlert(buildSources(), alert)).map((one) => one.id)).toEqual(['u1', 'u2']);
    expect((await devicesOfAlert(buildSources(), alert)).map((one) => one.id)).toEqual(['device-1']);
  });

  it('find risk events of the users from an hour before the first activity to an hour after the last', async () => {
    const found = await riskEventsOfAlert(buildSources(), alert, {
      page: { first: 100, after: undefined },
      windowMinutes,
    });
    expect(new Set(found?.nodes.map((event) => event.id.replace('gone', 'u9')))).toEqual(
      new Set(['u1', 'u2', 'u9'].flatMap((id) => [9, 10, 11, 12].map((hour) => `${id}-${hour}`))),
    );
    expect(found?.totalCount).toBe(12);
  });

  it('page through the activities of all users, latest first, each once', async () => {
    const seen: string[] = [];
    let after: string | undefined;
    do {
      const found = await activitiesOfAlert(buildSources(), alert, { page: { first: 7, after }, windowMinutes });
      seen.push(...(found?.nodes ?? []).map((activity) => activity.id));
      after = found?.pageInfo.hasNextPage ? (found.pageInfo.endCursor ?? undefined) : undefined;
    } while (after !== undefined);
    expect(seen).toHaveLength(2 * 24);
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen[0]).toMatch(/-77$/);
    expect(seen.at(-1)).toMatch(/-54$/);
  });

  it('are null for an alert without any time, and refuse a window that is none', async () => {
    const timeless = { ...alert, createdDateTime: null, firstActivityDateTime: null, lastActivityDateTime: null };
    const page = { first: 5, after: undefined };
    expect(await riskEventsOfAlert(buildSources(), timeless, { page, windowMinutes })).toBeNull();
    expect(await activitiesOfAlert(buildSources(), timeless, { page, windowMinutes })).toBeNull();
    await expect(activitiesOfAlert(buildSources(), alert, { page, windowMinutes: 0 })).rejects.toMatchObject({
      code: 'BAD_USER_INPUT',
    });
  });
});
