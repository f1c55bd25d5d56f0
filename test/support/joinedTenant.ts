import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const hourMs = 3_600_000;

export interface JoinedTenantOptions {
  readonly users: number;
  readonly alerts: number;
  /** In [0, 1). */
  readonly random: () => number;
  /** The present, epoch milliseconds. */
  readonly now: number;
  /** Risk detections and activities of the user with this number. */
  readonly detectionsOf: (user: number) => number;
  readonly activitiesOf: (user: number) => number;
  /** Whether several activities may share a millisecond. */
  readonly coarseTimes?: boolean;
}

/** A tenant as captured answers, and what one call for each user would say of it. */
export interface JoinedTenant {
  /** To be removed by who made it. */
  readonly dataDir: string;
  readonly userIds: readonly string[];
  /** Ids of all risk detections of a user, latest act first. */
  detectionsOf(userId: string): readonly string[];
  /** Ids of all activities of a user, newest first. */
  activitiesOf(userId: string): readonly string[];
}

interface Event {
  readonly id: string;
  readonly user: number;
  readonly at: number;
}

export function writeJoinedTenant(options: JoinedTenantOptions): JoinedTenant {
  const { users, alerts, random, now } = options;
  const numbers = Array.from({ length: users }, (_, n) => n);
  const step = options.coarseTimes === true ? hourMs : 1;
  const eventsOf = (word: string, count: (user: number) => number): Event[] =>
    numbers.flatMap((user) =>
      Array.from({ length: count(user) }, (_, n) => {
        const at = now - hourMs - Math.floor((random() * 20 * 24 * hourMs) / step) * step;
        return { id: `${word}-${user}-${n}`, user, at };
      }),
    );
  const detections = eventsOf('det', options.detectionsOf);
  const activities = eventsOf('act', options.activitiesOf);
  const alertEvents = Array.from({ length: alerts }, (_, n) => ({
    id: `al${n}`,
    user: n % users,
    at: now - n * 60_000,
  }));

  const dataDir = mkdtempSync(join(tmpdir(), 'joined-tenant-'));
  const write = (path: string, body: object) => {
    mkdirSync(dirname(join(dataDir, path)), { recursive: true });
    writeFileSync(join(dataDir, path), JSON.stringify(body));
  };
  write('graph/users/list.json', { value: numbers.map(toUser) });
  write('graph/security/alerts_v2/list.json', { value: alertEvents.map(toAlert) });
  write('graph/identityProtection/riskDetections/list.json', { value: detections.map(toDetection) });
  write('mcas/activities/list.json', { data: activities.map(toActivity) });

  const idsOf = (events: readonly Event[]) => (userId: string) =>
    events
      .filter(({ user }) => userIdOf(user) === userId)
      .sort((a, b) => b.at - a.at || (a.id < b.id ? -1 : 1))
      .map(({ id }) => id);
  return {
    dataDir,
    userIds: numbers.map(userIdOf),
    detectionsOf: idsOf(detections),
    activitiesOf: idsOf(activities),
  };
}

function userIdOf(user: number): string {
  return `00000000-0000-4000-8000-${user.toString(16).padStart(12, '0')}`;
}

function nameOf(user: number): string {
  return `user${user}@contoso.com`;
}

function toUser(user: number): object {
  return { id: userIdOf(user), userPrincipalName: nameOf(user), displayName: `User ${user}` };
}

function toAlert({ id, user, at }: Event): object {
  const time = new Date(at).toISOString();
  const account = { userPrincipalName: nameOf(user), azureAdUserId: userIdOf(user) };
  const evidence = {
    '@odata.type': '#microsoft.graph.security.userEvidence',
    createdDateTime: time,
    userAccount: account,
  };
  return { id, title: id, createdDateTime: time, lastUpdateDateTime: time, evidence: [evidence] };
}

function toDetection({ id, user, at }: Event): object {
  const time = new Date(at).toISOString();
  const owner = { userId: userIdOf(user), userPrincipalName: nameOf(user) };
  return { id, riskEventType: 'generic', activityDateTime: time, detectedDateTime: time, ...owner };
}

function toActivity({ id, user, at }: Event): object {
  return { _id: id, timestamp: at, user: { userName: nameOf(user) } };
}
