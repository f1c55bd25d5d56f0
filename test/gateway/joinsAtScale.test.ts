import { rmSync } from 'node:fs';
import { afterEach, describe, expect, it } from '@jest/globals';
import { type JoinedTenant, type JoinedTenantOptions, writeJoinedTenant } from '../support/joinedTenant.js';
import type { LedgerEntry } from '../support/startStack.js';
import { seeded } from '../support/storm.js';
import { startVirtualTenant, type VirtualTenant, virtualStart } from '../support/virtualTenant.js';

const query = /* GraphQL */ `
  query AlertsJoined($alerts: Int!, $events: Int!) {
    alerts(first: $alerts) {
      nodes {
        id
        users {
          id
          riskEvents(first: $events) { nodes { id } info { truncated } }
          mcasActivities(first: 5) { nodes { id } info { truncated } }
        }
      }
    }
  }
`;

interface Joined {
  readonly errors: unknown;
  readonly alerts: number;
  /** By user id. */
  readonly users: ReadonlyMap<string, any>;
  /** Calls by area that the answer cost, parts of a `$batch` left out. */
  readonly calls: Readonly<Record<string, number>>;
  readonly refused: number;
}

let running: VirtualTenant | undefined;
let data: JoinedTenant | undefined;
afterEach(async () => {
  await running?.stop();
  if (data !== undefined) rmSync(data.dataDir, { recursive: true, force: true });
});

async function join(options: Omit<JoinedTenantOptions, 'now' | 'random'>, limits: boolean, seed = 1): Promise<Joined> {
  const random = seeded(seed);
  data = writeJoinedTenant({ ...options, random, now: virtualStart });
  const tenant = await startVirtualTenant({
    emulator: { dataDir: data.dataDir, switches: { limits } },
    random,
    latencyMs: () => 100,
  });
  running = tenant;
  const asking = tenant.ask(query, { alerts: options.alerts, events: 1000 }, 'analyst');
  await tenant.clock.runUntil(virtualStart + 31_000);
  const answer = await asking;
  const ledger = await tenant.control<LedgerEntry[]>('GET', '/_control/requests');
  const calls = ledger.filter(({ upstream, batchPart }) => upstream !== 'authority' && batchPart !== true);
  const nodes: any[] = answer.data?.alerts?.nodes ?? [];
  return {
    errors: answer.errors,
    alerts: nodes.length,
    users: new Map(nodes.flatMap((alert) => alert.users).map((user) => [user.id, user])),
    calls: Object.fromEntries(
      [...new Set(calls.map(({ area }) => area))].map((area) => [
        area,
        calls.filter((call) => call.area === area).length,
      ]),
    ),
    refused: ledger.filter(({ status }) => status === 429).length,
  };
}

/** The rows are all that one call for this user would bring, or say that they are cut and are the newest of them. */
function expectAsAsked(
  rows: { nodes: { id: string }[]; info: { truncated: boolean } },
  oracle: readonly string[],
  first: number,
) {
  const ids = rows.nodes.map(({ id }) => id);
  const whole = oracle.slice(0, first);
  expect(ids).toEqual(rows.info.truncated ? whole.slice(0, ids.length) : whole);
}

function expectOracle({ users, errors }: Joined): void {
  expect(errors).toBeUndefined();
  for (const id of data?.userIds ?? []) {
    const user = users.get(id);
    expectAsAsked(user.riskEvents, data?.detectionsOf(id) ?? [], 1000);
    expectAsAsked(user.mcasActivities, data?.activitiesOf(id) ?? [], 5);
  }
}

describe('two hundred alerts joined to 120 users, under the limits', () => {
  const tenant = { users: 120, alerts: 200, activitiesOf: () => 20 };

  it('cost 8 identity calls, 1 for the users and at most 12 to Cloud Apps, and miss nothing', async () => {
    const joined = await join({ ...tenant, detectionsOf: (user) => user % 4 }, true);
    expect([joined.alerts, joined.users.size, joined.refused]).toEqual([200, 120, 0]);
    expect(joined.calls).toEqual({ alerts: 1, directory: 1, identity: 8, mcas: 9 });
    expectOracle(joined);
    expect([...joined.users.values()].some((user) => user.mcasActivities.info.truncated)).toBe(false);
  });

  it('cost one identity call more for each further 500 rows of a chunk', async () => {
    const busy = new Map([
      [0, 700],
      [40, 1_100],
    ]);
    const joined = await join({ ...tenant, detectionsOf: (user) => busy.get(user) ?? 0 }, true);
    expect(joined.calls.identity).toBe(8 + 1 + 2);
    expectOracle(joined);
  });
});

describe('joined lists, whatever the tenant looks like', () => {
  const shapes: readonly [string, (user: number) => number][] = [
    ['everybody alike', () => 12],
    ['one account that writes nearly everything', (user) => (user === 3 ? 4_000 : 7)],
    ['few who are busy and many who are not', (user) => Math.floor(900 / (user + 1))],
    ['most of them silent', (user) => (user % 9 === 0 ? 60 : user % 2)],
  ];
  const cases = shapes.flatMap(([name, activitiesOf], index) =>
    [1, 2].map((seed) => ({ name, seed: index * 10 + seed, activitiesOf, coarseTimes: seed === 2 })),
  );

  it.each(cases)('are what a call for each user would bring: $name, seed $seed', async (shape) => {
    const detectionsOf = (user: number) => Math.floor(shape.activitiesOf(user) / 3);
    const joined = await join({ users: 70, alerts: 90, detectionsOf, ...shape }, false, shape.seed);
    expect(joined.users.size).toBe(70);
    expectOracle(joined);
  });
});
