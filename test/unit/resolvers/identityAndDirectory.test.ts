import { describe, expect, it } from '@jest/globals';
import { graphql } from 'graphql';
import { createCache } from '../../../src/cache/createCache.js';
import type { DataSources } from '../../../src/datasources/createDataSources.js';
import { DirectoryDataSource } from '../../../src/datasources/directory/DirectoryDataSource.js';
import { createRiskyUserWrites } from '../../../src/datasources/identity/actions/createRiskyUserWrites.js';
import { IdentityDataSource } from '../../../src/datasources/identity/IdentityDataSource.js';
import { toConnection } from '../../../src/datasources/paging/connection.js';
import type { PageRequest } from '../../../src/datasources/paging/pageArgs.js';
import { silentLogger } from '../../../src/observability/logger.js';
import type { GatewayContext } from '../../../src/resolvers/context.js';
import { orphanedTypes, resolvers } from '../../../src/resolvers/index.js';
import { buildGatewaySchema } from '../../../src/schema/buildSchema.js';
import type { Upstreams } from '../../../src/upstream/contract.js';
import { createManualClock } from '../cache/manualClock.js';
import { detection, identity, riskyUser, type Tenant } from '../datasources/identity/fakeIdentity.js';
import { asOf, buildScope, FakeUpstream, guid } from '../datasources/support/fakeUpstream.js';

const schema = buildGatewaySchema(resolvers, orphanedTypes);

function setUp(tenant: Tenant, alerts: readonly object[] = []) {
  const directory = new FakeUpstream('GRAPH_DIRECTORY', (call) => ({
    value: (call.body?.ids ?? []).map((id: string) => ({
      id,
      userPrincipalName: `user${Number.parseInt(id.slice(-12), 16)}@contoso.com`,
    })),
  }));
  const identityUpstream = new FakeUpstream('GRAPH_IDENTITY_PROTECTION', identity(tenant));
  const upstreams = { GRAPH_DIRECTORY: directory, GRAPH_IDENTITY_PROTECTION: identityUpstream } as unknown as Upstreams;
  const clock = createManualClock();
  const cache = createCache({ clock, logger: silentLogger, random: () => 0 });
  const riskyUserWrites = createRiskyUserWrites({ clock });
  const asked: string[] = [];
  const ask = async (source: string, variableValues: Record<string, unknown> = {}) => {
    const scope = buildScope();
    const dataSources = {
      directory: new DirectoryDataSource({ upstreams, cache }, scope),
      identity: new IdentityDataSource({ upstreams, cache, clock, riskyUserWrites }, scope),
      alerts: {
        ofUser: async (name: string, _page: PageRequest) => {
          asked.push(name);
          return toConnection({
            rows: alerts,
            cursorOf: () => '',
            hasNextPage: false,
            info: { asOf, source: 'UPSTREAM' },
          });
        },
      },
    } as unknown as DataSources;
    const contextValue = { scope, dataSources, upstreams } as unknown as GatewayContext;
    const { data, errors } = await graphql({ schema, source, contextValue, variableValues });
    const plain: any = JSON.parse(JSON.stringify(data));
    return { data: plain, errors };
  };
  return { ask, directory, identityUpstream, asked };
}

describe('risk events in GraphQL', () => {
  it('come as the type of their kind, with fields of the interface and of their own', async () => {
    const relatedLocation = { city: 'Dublin', countryCode: 'IE', clientIP: '198.51.100.7' };
    const detections = [
      detection(1, 1, 1, {
        riskEventType: 'unlikelyTravel',
        additionalInfo: JSON.stringify([{ Key: 'relatedLocation', Value: relatedLocation }]),
      }),
      detection(2, 2, 2, { riskEventType: 'somethingNew', riskLevel: 'veryHigh' }),
    ];
    const { ask, identityUpstream, directory } = setUp({ detections });
    const { data, errors } = await ask(`{
      riskEvents(first: 5) {
        totalCount
        info { source truncated }
        nodes {
          __typename id riskEventType riskLevel rawRiskLevel user { userPrincipalName }
          ... on ImpossibleTravelRiskEvent { previousIpAddress previousLocation { city countryOrRegion } }
        }
      }
    }`);
    expect(errors).toBeUndefined();
    expect(data.riskEvents).toEqual({
      totalCount: 2,
      info: { source: 'UPSTREAM', truncated: false },
      nodes: [
        {
          __typename: 'ImpossibleTravelRiskEvent',
          id: 'd1',
          riskEventType: 'unlikelyTravel',
          riskLevel: null,
          rawRiskLevel: null,
          user: { userPrincipalName: 'user1@contoso.com' },
          previousIpAddress: '198.51.100.7',
          previousLocation: { city: 'Dublin', countryOrRegion: 'IE' },
        },
        {
          __typename: 'OtherRiskEvent',
          id: 'd2',
          riskEventType: 'somethingNew',
          riskLevel: 'UNRECOGNIZED',
          rawRiskLevel: 'veryHigh',
          user: { userPrincipalName: 'user2@contoso.com' },
        },
      ],
    });
    expect([identityUpstream.requests, directory.requests]).toEqual([1, 1]);
  });

  it('name the alerts whose activity is near them', async () => {
    const alert = (id: string, minutes: number) => ({
      __typename: 'Alert',
      id,
      createdDateTime: asOf,
      firstActivityDateTime: new Date(Date.parse(asOf) - minutes * 60_000).toISOString(),
      lastActivityDateTime: new Date(Date.parse(asOf) - minutes * 60_000).toISOString(),
    });
    const { ask, asked } = setUp({ detections: [detection(1, 1, 30)] }, [alert('near', 60), alert('far', 200)]);
    const query =
      'query ($minutes: Int!) { riskEvent(id: "d1") { alerts(windowMinutes: $minutes) { totalCount nodes { id } } } }';
    expect((await ask(query, { minutes: 60 })).data.riskEvent.alerts).toEqual({
      totalCount: 1,
      nodes: [{ id: 'near' }],
    });
    expect((await ask(query, { minutes: 300 })).data.riskEvent.alerts.totalCount).toBe(2);
    expect(asked).toEqual(['user1@contoso.com', 'user1@contoso.com']);
  });
});

describe('users in GraphQL', () => {
  it('carry their risk with the fewest calls, through every level', async () => {
    const detections = Array.from({ length: 40 }, (_, n) => detection(n, n % 20, n));
    const { ask, identityUpstream, directory } = setUp({ detections, risky: [riskyUser(3), riskyUser(4)] });
    const fields = Array.from(
      { length: 20 },
      (_, n) =>
        `u${n}: user(id: "${guid(n)}") { riskEvents(first: 1) { totalCount nodes { id } } riskyUser { riskLevel } }`,
    );
    const { data, errors } = await ask(`{ ${fields.join('\n')} }`);
    expect(errors).toBeUndefined();
    expect(data.u3).toEqual({ riskEvents: { totalCount: 2, nodes: [{ id: 'd3' }] }, riskyUser: { riskLevel: 'HIGH' } });
    expect(data.u5.riskyUser).toBeNull();
    expect([directory.requests, identityUpstream.requests]).toEqual([1, 4]);
  });

  it('come back from their risk', async () => {
    const { ask } = setUp({
      detections: [detection(1, 3, 1)],
      risky: [riskyUser(3)],
      history: [{ id: 'h', riskLevel: 'low' }],
    });
    const { data, errors } = await ask(`{
      riskyUsers(filter: { riskLevel: { in: [HIGH] } }) {
        nodes { id user { userPrincipalName } history { id riskLevel } riskEvents { nodes { id } } }
      }
      riskyUser(id: "nobody") { id }
    }`);
    expect(errors).toBeUndefined();
    expect(data.riskyUser).toBeNull();
    expect(data.riskyUsers.nodes).toEqual([
      {
        id: guid(3),
        user: { userPrincipalName: 'user3@contoso.com' },
        history: [{ id: 'h', riskLevel: 'LOW' }],
        riskEvents: { nodes: [{ id: 'd1' }] },
      },
    ]);
  });

  it.each([
    '{ user { id } }',
    `{ user(id: "${guid(1)}", userPrincipalName: "a@b.c") { id } }`,
    '{ user(id: "") { id } }',
    '{ device { id } }',
    `{ device(id: "${guid(1)}", deviceId: "${guid(1)}") { id } }`,
    '{ users(first: 0) { nodes { id } } }',
    '{ riskEvents(first: -1) { nodes { id } } }',
    '{ riskyUsers(first: 10000) { nodes { id } } }',
    '{ riskEvents(after: "nonsense") { nodes { id } } }',
    '{ riskEvents(filter: { riskState: { notIn: [UNRECOGNIZED] } }) { nodes { id } } }',
  ])('refuse %s as bad input', async (query) => {
    const { ask, identityUpstream, directory } = setUp({});
    const { errors } = await ask(query);
    expect(errors?.map((error) => (error.originalError as { code?: string } | undefined)?.code)).toEqual([
      'BAD_USER_INPUT',
    ]);
    expect(identityUpstream.requests + directory.requests).toBe(0);
  });
});
