import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type AssetRecord, type Records, readRecords } from '../../examples/federation/records.js';
import type { GraphQLAnswer } from '../support/graphql.js';
import { type CmdbStack, startCmdbStack } from '../support/startCmdbStack.js';
import { type LedgerEntry, type Stack, startStack } from '../support/startStack.js';

interface Owner {
  readonly userPrincipalName: string;
  readonly displayName: string;
  readonly department: string;
  readonly costCentre: string | null;
}

interface AffectedDevice {
  readonly deviceId: string;
  readonly displayName: string;
  readonly criticality: string | null;
  readonly costCentre: string | null;
  readonly tickets: readonly { readonly number: string; readonly url: string }[] | null;
  readonly owner: Owner | null;
}

interface Affected {
  readonly alerts: { readonly nodes: readonly { readonly id: string; readonly devices: readonly AffectedDevice[] }[] };
}

const joinedQuery = /* GraphQL */ `
  query FromAlertToOwner {
    alerts(first: 100) {
      nodes {
        id
        devices {
          deviceId
          displayName
          criticality
          costCentre
          tickets { number url }
          owner { userPrincipalName displayName department costCentre }
        }
      }
    }
  }
`;

const ownQuery = '{ alerts(first: 100) { nodes { id devices { deviceId displayName } } } }';

/** Nothing is mirrored, so that every read of ours is a call that can be counted. */
const env = { MIRROR_DAYS: '0' };

function devicesOf(answer: GraphQLAnswer<Affected>): AffectedDevice[] {
  const all = answer.data?.alerts.nodes.flatMap(({ devices }) => devices) ?? [];
  return [...new Map(all.map((device) => [device.deviceId, device])).values()];
}

function ownersOf(answer: GraphQLAnswer<Affected>): Owner[] {
  const all = devicesOf(answer).flatMap(({ owner }) => owner ?? []);
  return [...new Map(all.map((owner) => [owner.userPrincipalName, owner])).values()];
}

function countByArea(calls: readonly LedgerEntry[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { area } of calls) counts[area] = (counts[area] ?? 0) + 1;
  return counts;
}

/** Everything that a request to the CMDB named as an entity. */
function representationsIn({ variables }: CmdbStack['cmdbRequests'][number]): Record<string, unknown>[] {
  return Object.values(variables).flatMap((value) => (Array.isArray(value) ? value : []));
}

function asTold(asset: AssetRecord | undefined, records: Records) {
  if (asset === undefined) return { criticality: null, costCentre: null, tickets: null, owner: null };
  const url = (number: string) => `https://tickets.contoso.example/${number}`;
  return {
    criticality: asset.criticality,
    costCentre: asset.costCentre,
    tickets: records.tickets(asset.tickets).map(({ number }) => ({ number, url: url(number) })),
    owner: asset.owner === undefined ? null : expect.objectContaining({ userPrincipalName: asset.owner }),
  };
}

describe('the query from an alert to the owner of the affected asset', () => {
  const records = readRecords('examples/federation/records.json');
  let stack: CmdbStack;
  let plain: Stack;
  let answer: GraphQLAnswer<Affected>;

  beforeAll(async () => {
    stack = await startCmdbStack({ env });
    plain = await startStack({ env });
    answer = await stack.ask<Affected>(joinedQuery);
  }, 60_000);
  afterAll(async () => {
    await stack.stop();
    await plain.stop();
  });

  it('answers whole', () => {
    expect({ status: answer.status, errors: answer.errors }).toEqual({ status: 200, errors: undefined });
    expect(answer.data?.alerts.nodes).toHaveLength(100);
    expect(devicesOf(answer).length).toBeGreaterThan(5);
    expect(ownersOf(answer).length).toBeGreaterThan(5);
  });

  it('tells of each device what the records hold, and null of one that was never entered', () => {
    const unknown = devicesOf(answer).filter(({ deviceId }) => records.assetByDevice(deviceId) === undefined);
    expect(unknown.length).toBeGreaterThan(0);
    expect(unknown.length).toBeLessThan(devicesOf(answer).length);
    for (const device of devicesOf(answer)) {
      expect(device).toMatchObject(asTold(records.assetByDevice(device.deviceId), records));
    }
  });

  it('tells of each owner what the directory holds', async () => {
    const fields = '{ userPrincipalName displayName department }';
    const lookups = ownersOf(answer).map((owner, index) => {
      return `u${index}: user(userPrincipalName: "${owner.userPrincipalName}") ${fields}`;
    });
    const known = await plain.ask<Record<string, object>>(`{ ${lookups.join(' ')} }`);
    expect(Object.values(known.data ?? {})).toEqual(
      ownersOf(answer).map(({ userPrincipalName, displayName, department }) => ({
        userPrincipalName,
        displayName,
        department,
      })),
    );
  });

  it('lets the cost centre of an owner follow the department', () => {
    expect(ownersOf(answer).some(({ costCentre }) => costCentre !== null)).toBe(true);
    for (const { department, costCentre } of ownersOf(answer)) {
      expect(costCentre).toBe(records.costCentreOf(department) ?? null);
    }
  });

  it('asks the CMDB twice: for all devices, then for all owners, each named once', () => {
    expect(stack.cmdbRequests).toHaveLength(2);
    const [devices = [], owners = []] = stack.cmdbRequests.map(representationsIn);
    expect(devices.map(({ deviceId }) => deviceId).sort()).toEqual(
      devicesOf(answer)
        .map(({ deviceId }) => deviceId)
        .sort(),
    );
    expect(owners.map(({ userPrincipalName, department }) => ({ userPrincipalName, department }))).toEqual(
      expect.arrayContaining(
        ownersOf(answer).map(({ userPrincipalName, department }) => ({ userPrincipalName, department })),
      ),
    );
    expect(owners).toHaveLength(ownersOf(answer).length);
    expect(answer.extensions?.gateway).toMatchObject({ subgraphRequests: { cmdb: 2 } });
  });

  it('calls Microsoft for alerts and devices as often as the plain endpoint, and once more for all owners', async () => {
    const alone = await plain.ask(ownQuery);
    const { directory = 0, ...others } = countByArea(await plain.callsOf(alone));
    expect(countByArea(await stack.callsOf(answer))).toEqual({ ...others, directory: directory + 1 });
  });

  it('leaves an operation that needs nobody else to our own schema', async () => {
    const asked = stack.cmdbRequests.length;
    const alone = await stack.ask<Affected>(ownQuery);
    expect(alone.errors).toBeUndefined();
    expect(devicesOf(alone)).toHaveLength(devicesOf(answer).length);
    expect(stack.cmdbRequests).toHaveLength(asked);
    expect(alone.extensions?.gateway).not.toHaveProperty('subgraphRequests');
  });

  it('goes the other way too: from an asset to what the tenant knows of it', async () => {
    const asset = records.assets.find(({ deviceId, owner }) => deviceId !== undefined && owner !== undefined);
    const whole = await stack.ask(
      'query ($number: ID!) { asset(number: $number) { device { displayName operatingSystem } owner { displayName } } }',
      { variables: { number: asset?.number } },
    );
    expect(whole.errors).toBeUndefined();
    expect(whole.data?.asset).toEqual({
      device: { displayName: expect.any(String), operatingSystem: expect.any(String) },
      owner: { displayName: expect.any(String) },
    });
  });

  it('knows the cost centre of a person who was never entered, and nothing else', async () => {
    const everybody = await plain.ask('{ users(first: 100) { nodes { userPrincipalName department } } }');
    const stranger = everybody.data?.users.nodes.find(
      (user: Owner) => records.person(user.userPrincipalName) === undefined && records.costCentreOf(user.department),
    );
    const found = await stack.ask(
      'query ($name: String) { user(userPrincipalName: $name) { costCentre criticality tickets { number } assets { number } } }',
      { variables: { name: stranger.userPrincipalName } },
    );
    expect(found.errors).toBeUndefined();
    const costCentre = records.costCentreOf(stranger.department);
    expect(found.data?.user).toEqual({ costCentre, criticality: null, tickets: null, assets: null });
  });
});

describe('the same query while the CMDB is gone', () => {
  let stack: CmdbStack;

  beforeAll(async () => {
    stack = await startCmdbStack({ env: { ...env, SUBGRAPH_POLL_SECONDS: '1' } });
    await stack.stopCmdb();
  }, 60_000);
  afterAll(() => stack.stop());

  it('answers alerts and devices, with one coded error for each field that the CMDB would fill', async () => {
    const answer = await stack.ask<Affected>(joinedQuery);
    expect(answer.status).toBe(200);
    expect(answer.data?.alerts.nodes).toHaveLength(100);
    for (const device of devicesOf(answer)) {
      expect(device).toMatchObject({ displayName: expect.any(String), criticality: null, tickets: null, owner: null });
    }
    expect(answer.errors?.length).toBeGreaterThan(0);
    for (const { extensions, path } of answer.errors ?? []) {
      expect(extensions).toMatchObject({ code: 'UPSTREAM_UNAVAILABLE', subgraph: 'cmdb' });
      expect(path?.slice(0, 2)).toEqual(['alerts', 'nodes']);
    }
  });

  it('stays ready, and says who is in trouble after the next look', async () => {
    let health: { readonly status: number; readonly body: { readonly degraded: readonly string[] } };
    do {
      await sleep(100);
      const response = await fetch(`${stack.gateway.url}/health/ready`);
      health = { status: response.status, body: (await response.json()) as typeof health.body };
      expect(health.status).toBe(200);
    } while (!health.body.degraded.includes('SUBGRAPH_CMDB'));
    expect(health.body).toMatchObject({
      supergraph: { state: 'outdated', subgraphs: [{ name: 'cmdb', state: 'unreachable' }] },
    });
  });
});

describe('the records of the CMDB', () => {
  it('fit the tenant that the emulator makes by default', async () => {
    const stack = await startStack({ env });
    try {
      const { data } = await stack.ask(
        '{ devices(first: 200) { nodes { deviceId } } users(first: 200) { nodes { userPrincipalName } } }',
      );
      const { assets, people } = JSON.parse(readFileSync('examples/federation/records.json', 'utf8'));
      const deviceIds = new Set(data?.devices.nodes.map(({ deviceId }: AffectedDevice) => deviceId));
      const names = new Set(data?.users.nodes.map(({ userPrincipalName }: Owner) => userPrincipalName));
      const lost = [
        ...assets.filter(({ deviceId }: AssetRecord) => deviceId !== undefined && !deviceIds.has(deviceId)),
        ...assets.filter(({ owner }: AssetRecord) => owner !== undefined && !names.has(owner)),
        ...people.filter(({ userPrincipalName }: Owner) => !names.has(userPrincipalName)),
      ];
      expect(lost).toEqual([]);
      expect(deviceIds.size).toBeGreaterThan(assets.filter(({ deviceId }: AssetRecord) => deviceId).length);
    } finally {
      await stack.stop();
    }
  });
});
