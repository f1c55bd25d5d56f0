import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { GraphQLAnswer } from '../support/graphql.js';
import { type LedgerEntry, type Stack, startStack } from '../support/startStack.js';

const query = /* GraphQL */ `
  query FiftyAlertsJoined {
    alerts(first: 50) {
      nodes {
        id
        severity
        status
        evidence {
          __typename
          verdict
          ... on UserEvidence { userAccount { userPrincipalName } }
          ... on DeviceEvidence { deviceDnsName }
          ... on IpEvidence { ipAddress }
          ... on FileEvidence { fileDetails { sha256 } }
        }
        users {
          id
          userPrincipalName
          riskyUser { riskLevel riskState }
          riskEvents(first: 10) { nodes { riskEventType activityDateTime } info { truncated } }
          mcasActivities(first: 5) { nodes { id timestamp } info { truncated } }
        }
      }
      info { truncated }
    }
    secureScore {
      currentScore
      maxScore
      controlScores { controlName score profile { id title } }
    }
  }
`;

interface Joined {
  alerts: { nodes: { users: UserNode[]; evidence: { __typename: string }[] }[]; info: { truncated: boolean } };
  secureScore: { controlScores: { profile: { id: string } | null }[] };
}

interface UserNode {
  id: string;
  riskyUser: object | null;
  riskEvents: { nodes: object[]; info: { truncated: boolean } };
  mcasActivities: { nodes: object[]; info: { truncated: boolean } };
}

function usersOf(answer: GraphQLAnswer<Joined>): UserNode[] {
  const all = answer.data?.alerts.nodes.flatMap((alert) => alert.users) ?? [];
  return [...new Map(all.map((user) => [user.id, user])).values()];
}

/** Calls by area, so that a difference says where it is. */
function countByArea(calls: readonly LedgerEntry[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { area } of calls) counts[area] = (counts[area] ?? 0) + 1;
  return counts;
}

/** What a resolver per field would send: the list, the score, and for each user four reads, for each control one. */
function naiveCalls(answer: GraphQLAnswer<Joined>): number {
  return 2 + 4 * usersOf(answer).length + (answer.data?.secureScore.controlScores.length ?? 0);
}

function expectWhole(answer: GraphQLAnswer<Joined>): void {
  expect(answer.errors).toBeUndefined();
  expect(answer.data?.alerts.nodes).toHaveLength(50);
  expect(answer.data?.alerts.info.truncated).toBe(false);
  for (const user of usersOf(answer)) {
    expect([user.riskEvents.info.truncated, user.mcasActivities.info.truncated]).toEqual([false, false]);
  }
  expect(answer.data?.secureScore.controlScores.every(({ profile }) => profile !== null)).toBe(true);
}

describe('fifty alerts joined to their people and the secure score, where nothing is mirrored', () => {
  describe('in the default tenant, where they name at most 20 users', () => {
    let stack: Stack;
    let cold: GraphQLAnswer<Joined>;

    beforeAll(async () => {
      stack = await startStack({ env: { MIRROR_DAYS: '0' } });
      cold = await stack.ask<Joined>(query);
    }, 60_000);
    afterAll(() => stack.stop());

    it('answers whole', () => {
      expectWhole(cold);
      expect(usersOf(cold).length).toBeGreaterThan(10);
      expect(usersOf(cold).length).toBeLessThanOrEqual(20);
      expect(usersOf(cold).some(({ riskEvents }) => riskEvents.nodes.length > 0)).toBe(true);
      expect(usersOf(cold).some(({ mcasActivities }) => mcasActivities.nodes.length === 5)).toBe(true);
    });

    it('costs 9 upstream calls cold, where one call per field would cost more than 80', async () => {
      const calls = await stack.callsOf(cold);
      expect(countByArea(calls)).toEqual({ alerts: 1, directory: 2, identity: 2, mcas: 2, scores: 2 });
      expect(calls.length).toBeLessThanOrEqual(12);
      expect(naiveCalls(cold)).toBeGreaterThan(80);
    });

    it('tells the same number in extensions.gateway', async () => {
      const told = Object.values(cold.extensions?.gateway?.upstreamCalls ?? {}).reduce((sum, count) => sum + count, 0);
      expect(told).toBe((await stack.callsOf(cold)).length);
    });

    it('costs no upstream call when asked again', async () => {
      const warm = await stack.ask<Joined>(query);
      expectWhole(warm);
      expect(await stack.callsOf(warm)).toEqual([]);
      expect(warm.data).toEqual(cold.data);
    });

    it('draws no 429 from any upstream', async () => {
      expect((await stack.ledger()).filter(({ status }) => status === 429)).toEqual([]);
    });
  });

  describe('in a tenant where they name 50 users', () => {
    let stack: Stack;
    let cold: GraphQLAnswer<Joined>;

    beforeAll(async () => {
      stack = await startStack({ emulator: { tenant: { usersInNewestAlerts: 50 } }, env: { MIRROR_DAYS: '0' } });
      cold = await stack.ask<Joined>(query);
    }, 60_000);
    afterAll(() => stack.stop());

    it('answers whole', () => {
      expectWhole(cold);
      expect(usersOf(cold).length).toBeGreaterThanOrEqual(45);
    });

    it('costs at most 18 upstream calls cold, and no 429', async () => {
      const calls = await stack.callsOf(cold);
      expect(countByArea(calls)).toEqual({ alerts: 1, directory: 2, identity: 8, mcas: 4, scores: 2 });
      expect(calls.length).toBeLessThanOrEqual(18);
      expect((await stack.ledger()).filter(({ status }) => status === 429)).toEqual([]);
    });
  });
});
