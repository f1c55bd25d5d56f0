import 'reflect-metadata';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { type GraphQLSchema, graphql } from 'graphql';
import { createCache } from '../../../src/cache/createCache.js';
import { createGatewayWrites } from '../../../src/datasources/createGatewayWrites.js';
import { IncidentsDataSource } from '../../../src/datasources/incidents/IncidentsDataSource.js';
import { SecureScoresDataSource } from '../../../src/datasources/scores/SecureScoresDataSource.js';
import { silentLogger } from '../../../src/observability/logger.js';
import { orphanedTypes, resolvers } from '../../../src/resolvers/index.js';
import { buildGatewaySchema } from '../../../src/schema/buildSchema.js';
import { upstreamNames } from '../../../src/upstream/contract.js';
import { createManualClock } from '../cache/manualClock.js';
import { activityService, now, row, setUp } from '../datasources/mcas/support.js';
import { buildScope, FakeUpstream, type Service } from '../datasources/support/fakeUpstream.js';

const upn = 'avi@contoso.com';
const objectId = '3fa9f28b-eb0e-463a-ba7b-8089fe9991e2';

const graphService: Service = (call) => {
  if (call.path === '/v1.0/security/incidents/1') return { id: '1', status: 'redirected', redirectIncidentId: '2' };
  if (call.path === '/v1.0/security/incidents/2') return { id: '2', status: 'Active' };
  if (call.path === '/v1.0/security/secureScores') {
    return {
      value: [
        {
          id: 't_2026-11-21',
          createdDateTime: '2026-11-21T02:00:00Z',
          controlScores: [{ controlName: 'AdminMFA' }, { controlName: 'X' }],
        },
      ],
    };
  }
  return { value: [{ id: 'adminmfa', title: 'Require MFA' }] };
};

describe('incidents, activities, scores, upstreams and the viewer in the schema', () => {
  let schema: GraphQLSchema;
  beforeAll(() => {
    schema = buildGatewaySchema(resolvers, orphanedTypes);
  });

  function ask(source: string, user: object | null = { __typename: 'User', id: objectId, userPrincipalName: upn }) {
    const mcas = setUp(activityService([...Array(9).keys()].map((n) => row(`a${n}`, upn, now - n * 60_000))));
    const upstream = new FakeUpstream('GRAPH_SECURITY', graphService);
    const clock = createManualClock(now);
    const cache = createCache({ clock, logger: silentLogger });
    const deps = { upstream, clock, cache, logger: silentLogger, ...createGatewayWrites({ clock }) };
    const status = { state: 'OK', budgets: [], queueDepth: 0, lastErrorCode: null, lastSuccess: null };
    const contextValue = {
      principal: { id: 'demo', tenantId: null, name: null, permissions: new Set(['Security.Triage', 'Security.Read']) },
      upstreams: Object.fromEntries(upstreamNames.map((name) => [name, { status: () => ({ name, ...status }) }])),
      dataSources: {
        directory: { user: async () => user },
        identity: {
          riskEvent: async () => ({
            __typename: 'OtherRiskEvent',
            id: 'r',
            riskEventType: 'x',
            userPrincipalName: upn,
            activityDateTime: new Date(now).toISOString(),
          }),
        },
        incidents: new IncidentsDataSource(deps, buildScope()),
        mcasActivities: mcas.operation().source,
        scores: new SecureScoresDataSource(deps, buildScope()),
      },
    };
    return {
      answer: graphql({ schema, source, contextValue }),
      requests: () => upstream.requests + mcas.upstream.requests,
    };
  }

  it('follows a redirected incident', async () => {
    const { answer } = ask(
      '{ incident(id: "1") { status redirectIncidentId redirectIncident { id status redirectIncident { id } } } }',
    );
    expect((await answer).data?.incident).toMatchObject({
      status: 'REDIRECTED',
      redirectIncident: { id: '2', status: 'ACTIVE', redirectIncident: null },
    });
  });

  it('joins a score with the profiles of its controls for one call more', async () => {
    const { answer, requests } = ask(
      '{ secureScore { controlScores { profile { title } } } secureScoreControlProfiles { id } }',
    );
    expect((await answer).data).toMatchObject({
      secureScore: { controlScores: [{ profile: { title: 'Require MFA' } }, { profile: null }] },
      secureScoreControlProfiles: [{ id: 'adminmfa' }],
    });
    expect(requests()).toBe(2);
  });

  it('refuses a day that is none before any call', async () => {
    const { answer, requests } = ask('{ secureScore(date: "2026-02-30") { id } }');
    expect((await answer).errors).toHaveLength(1);
    expect(requests()).toBe(0);
  });

  it('joins users with their activities and activities with their user', async () => {
    const { answer, requests } = ask(`{
      user(id: "${objectId}") { mcasActivities(first: 5) { nodes { id user { userPrincipalName } } } }
      riskEvent(id: "r") { mcasActivities(first: 9, windowMinutes: 3) { nodes { id } } }
      mcasActivity(id: "a3") { timestamp }
    }`);
    expect((await answer).data).toMatchObject({
      user: {
        mcasActivities: {
          nodes: ['a0', 'a1', 'a2', 'a3', 'a4'].map((id) => ({ id, user: { userPrincipalName: upn } })),
        },
      },
      riskEvent: { mcasActivities: { nodes: ['a0', 'a1', 'a2', 'a3'].map((id) => ({ id })) } },
      mcasActivity: { timestamp: '2026-11-21T07:57:00.000Z' },
    });
    expect(requests()).toBe(3);
  });

  it('refuses a window that is none with the code for bad input', async () => {
    const { answer } = ask('{ riskEvent(id: "r") { mcasActivities(windowMinutes: 0) { nodes { id } } } }');
    expect((await answer).errors?.[0]?.originalError).toMatchObject({ code: 'BAD_USER_INPUT' });
  });

  it('reads one row more only when the operation selects hasNextPage, through fragments too', async () => {
    const plain = ask(`{ user(id: "x") { mcasActivities(first: 9) { nodes { id } } } }`);
    const more = ask(`
      { user(id: "x") { mcasActivities(first: 8) { ...Rows } } }
      fragment Rows on MCASActivityConnection { ... { pageInfo { hasNextPage } } totalCount }`);
    expect((await plain.answer).errors).toBeUndefined();
    expect((await more.answer).data?.user).toMatchObject({ mcasActivities: { pageInfo: { hasNextPage: true } } });
  });

  it('has no activities for a user without a user principal name', async () => {
    const { answer } = ask('{ user(id: "x") { mcasActivities { nodes { id } } } }', {
      __typename: 'User',
      id: objectId,
      userPrincipalName: null,
    });
    expect((await answer).data).toEqual({ user: { mcasActivities: null } });
  });

  it('tells how the upstreams are and who asks', async () => {
    const { answer } = ask('{ upstreams { name state budgets { name } } viewer { id name permissions } }');
    expect((await answer).data).toMatchObject({
      upstreams: upstreamNames.map((name) => ({ name, state: 'OK', budgets: [] })),
      viewer: { id: 'demo', name: null, permissions: ['Security.Read', 'Security.Triage'] },
    });
  });
});
