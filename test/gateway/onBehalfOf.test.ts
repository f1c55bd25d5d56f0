import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type Caller, signIn } from '../support/callers.js';
import type { GraphQLAnswer } from '../support/graphql.js';
import { buildHastyClock, type HastyClock } from '../support/hastyClock.js';
import { type NaiveTenant, type RawRow, readNaively } from '../support/naiveTenant.js';
import { type Stack, startStack } from '../support/startStack.js';

const alertRights = ['SecurityAlert.Read.All', 'SecurityAlert.ReadWrite.All'];
const allRights = [
  ...alertRights,
  'SecurityIncident.Read.All',
  'SecurityIncident.ReadWrite.All',
  'SecurityEvents.Read.All',
  'IdentityRiskEvent.Read.All',
  'IdentityRiskyUser.Read.All',
  'User.Read.All',
  'Device.Read.All',
  'Directory.Read.All',
  'Investigation.read',
];
type Answer = GraphQLAnswer<Record<string, any>>;

let stack: Stack;
let clock: HastyClock;
let tenant: NaiveTenant;
let activityIds: ReadonlySet<string>;
/** Sees the alerts of some products and everything else. */
let anna: Caller;
/** Sees the alerts of some products, of which a few are the same, and nothing else. */
let ben: Caller;
/** May sign in to the gateway, and nothing at the upstreams. */
let cora: Caller;

beforeAll(async () => {
  clock = buildHastyClock(20);
  stack = await startStack({
    emulator: { seed: 5, alerts: 90, users: 14, switches: { limits: false } },
    env: {
      AUTH: 'entra',
      UPSTREAM_CREDENTIAL: 'on-behalf-of',
      REQUEST_TIMEOUT_MS: '60000',
      IDENTITY_SHARE: '1',
    },
    deps: { clock },
  });
  tenant = await readNaively(stack.emulator);
  const activities = await Promise.all(tenant.users.map((user) => tenant.activitiesOf(user.userPrincipalName)));
  activityIds = new Set(activities.flat().map(({ _id }) => String(_id)));
  const sources = [...new Set(tenant.alerts.map(({ serviceSource }) => String(serviceSource)))].sort();
  const third = (rest: number) => sources.filter((_source, index) => index % 3 === rest);
  const [first, second, last] = tenant.users as [RawRow, RawRow, RawRow];
  anna = await signIn(stack, named(first), { permissions: allRights, serviceSources: [...third(0), ...third(2)] });
  ben = await signIn(stack, named(second), { permissions: alertRights, serviceSources: [...third(1), ...third(2)] });
  cora = await signIn(stack, named(last), { permissions: [], serviceSources: sources });
}, 60_000);
afterAll(() => stack.stop());
beforeEach(() => stack.control('DELETE', '/_control/faults'));

const named = (row: RawRow) => ({ id: String(row.id), userPrincipalName: String(row.userPrincipalName) });
const mayRead = (caller: Caller, permission: string) => caller.permissions.includes(permission);
const shownTo = (caller: Caller) =>
  mayRead(caller, 'SecurityAlert.Read.All')
    ? tenant.alerts.filter(({ serviceSource }) => caller.serviceSources.includes(String(serviceSource)))
    : [];
const newest = (rows: readonly RawRow[]) =>
  rows
    .toSorted((a, b) =>
      a.createdDateTime === b.createdDateTime ? (a.id < b.id ? -1 : 1) : a.createdDateTime < b.createdDateTime ? 1 : -1,
    )
    .map(({ id }) => String(id));
const codesOf = (answer: Answer) => [...new Set(answer.errors?.map(({ extensions }) => extensions?.code))];
const bothSee = () => {
  const bens = new Set(shownTo(ben).map(({ id }) => id));
  return shownTo(anna).filter(({ id }) => bens.has(id));
};
const onlyAnnaSees = () => shownTo(anna).filter((alert) => !bothSee().includes(alert));

/** Nothing that the caller may not see is anywhere in the answer, in whatever field, error or extension. */
function expectNothingForeign(caller: Caller, answer: Answer): void {
  const text = JSON.stringify([answer.data, answer.errors, answer.extensions]);
  const own = new Set(shownTo(caller).map(({ id }) => String(id)));
  const foreign = tenant.alerts.map(({ id }) => String(id)).filter((id) => !own.has(id));
  if (!mayRead(caller, 'IdentityRiskEvent.Read.All'))
    foreign.push(...tenant.riskDetections.map(({ id }) => String(id)));
  if (!mayRead(caller, 'Investigation.read')) foreign.push(...activityIds);
  expect(foreign.filter((id) => text.includes(`"${id}"`))).toEqual([]);
}

/** One question with what its caller has to get. */
interface Question {
  readonly query: string;
  readonly variables: Record<string, unknown>;
  /** Checks the answer where nothing is broken. */
  readonly check: (caller: Caller, answer: Answer) => void;
}

const page = 'nodes { id }';
const fields = 'id title assignedTo comments { comment }';

function expectForbidden(answer: Answer, field: string): void {
  expect([answer.data?.[field], codesOf(answer)]).toEqual([null, ['UPSTREAM_FORBIDDEN']]);
  expect(answer.errors?.[0]?.extensions?.permission).toEqual(expect.any(String));
}

const lists = (first: number): Question => ({
  query: `query ($first: Int!) { alerts(first: $first) { nodes { ${fields} } totalCount } }`,
  variables: { first },
  check: (caller, answer) => {
    if (!mayRead(caller, 'SecurityAlert.Read.All')) return expectForbidden(answer, 'alerts');
    const expected = newest(shownTo(caller));
    expect(answer.data?.alerts.nodes.map(({ id }: RawRow) => id)).toEqual(expected.slice(0, first));
    return expect(answer.data?.alerts.totalCount).toBe(expected.length);
  },
});

const single = (index: number): Question => {
  const id = String(tenant.alerts[index % tenant.alerts.length]?.id);
  return {
    query: `query ($id: ID!) { alert(id: $id) { ${fields} } }`,
    variables: { id },
    check: (caller, answer) => {
      if (!mayRead(caller, 'SecurityAlert.Read.All')) return expectForbidden(answer, 'alert');
      const isShown = shownTo(caller).some((alert) => alert.id === id);
      expect(answer.errors).toBeUndefined();
      return expect(answer.data?.alert?.id).toBe(isShown ? id : undefined);
    },
  };
};

const several = (from: number): Question => {
  const ids = tenant.alerts
    .slice(from % tenant.alerts.length)
    .slice(0, 12)
    .map(({ id }) => String(id));
  return {
    query: `query ($ids: [ID!]!) { alertsByIds(ids: $ids) { ${fields} } }`,
    variables: { ids },
    check: (caller, answer) => {
      if (!mayRead(caller, 'SecurityAlert.Read.All')) return expectForbidden(answer, 'alertsByIds');
      const shown = new Set(shownTo(caller).map(({ id }) => id));
      return expect(answer.data?.alertsByIds.map(({ id }: RawRow) => id)).toEqual(ids.filter((id) => shown.has(id)));
    },
  };
};

/** Fields beside the alerts, each with the permission that it needs. */
const others: readonly (readonly [string, string, string])[] = [
  ['riskEvents', `riskEvents(first: 9) { nodes { id alerts(first: 3) { ${page} } } }`, 'IdentityRiskEvent.Read.All'],
  [
    'riskyUsers',
    `riskyUsers(first: 4) { nodes { id riskEvents(first: 2) { ${page} } } }`,
    'IdentityRiskyUser.Read.All',
  ],
  ['mcasActivities', `mcasActivities(first: 8) { ${page} }`, 'Investigation.read'],
  [
    'users',
    `users(first: 4) { nodes { id alerts(first: 5) { ${page} } timeline(first: 6) { ${page} } } }`,
    'User.Read.All',
  ],
  ['devices', `devices(first: 3) { nodes { id alerts(first: 4) { ${page} } } }`, 'Device.Read.All'],
  ['incidents', `incidents(first: 3) { nodes { id alerts(first: 30) { ${page} } } }`, 'SecurityIncident.Read.All'],
  ['secureScore', 'secureScore { id currentScore }', 'SecurityEvents.Read.All'],
  ['mcasAlerts', `mcasAlerts(first: 5) { nodes { id alert { id } account { id } } }`, 'Investigation.read'],
  ['mcasAccounts', `mcasAccounts(first: 3) { ${page} }`, 'Investigation.read'],
  ['mcasIPRanges', 'mcasIPRanges { id }', 'Investigation.read'],
];

const beside = (index: number): Question => {
  const [field, query, permission] = others[index % others.length] as (typeof others)[number];
  return {
    query: `{ ${query} }`,
    variables: {},
    check: (caller, answer) => {
      if (!mayRead(caller, permission)) return expectForbidden(answer, field);
      expect(answer.errors).toBeUndefined();
      return expect(answer.data?.[field]).not.toBeNull();
    },
  };
};

const joined = (first: number): Question => ({
  query: `query ($first: Int!) { alerts(first: $first) { nodes { id users { id } devices { id } mcasAlert { id }
    riskEvents(first: 4) { ${page} } mcasActivities(first: 4) { ${page} } } } }`,
  variables: { first },
  check: (caller, answer) => {
    if (!mayRead(caller, 'SecurityAlert.Read.All')) return expectForbidden(answer, 'alerts');
    const ids = answer.data?.alerts.nodes.map(({ id }: RawRow) => id);
    expect(ids).toEqual(newest(shownTo(caller)).slice(0, first));
    return expect(codesOf(answer)).toEqual(caller === anna ? [] : ['UPSTREAM_FORBIDDEN']);
  },
});

const writes = (index: number, key: number): Question => {
  const { id } = tenant.alerts[index % tenant.alerts.length] as RawRow;
  return {
    query: `mutation ($input: UpdateAlertInput!) { updateAlert(input: $input) { alert { ${fields} } errors { code } } }`,
    variables: { input: { id, assignedTo: 'queue@contoso.example', idempotencyKey: `key ${index} ${key}` } },
    check: (caller, answer) => {
      if (!mayRead(caller, 'SecurityAlert.ReadWrite.All')) return expectForbidden(answer, 'updateAlert');
      const isShown = shownTo(caller).some((alert) => alert.id === id);
      return expect(answer.data?.updateAlert).toMatchObject(
        isShown ? { alert: { id }, errors: [] } : { alert: null, errors: [{ code: 'NOT_FOUND' }] },
      );
    },
  };
};

const numbers = fc.nat({ max: 200 });
const sizes = fc.integer({ min: 1, max: 30 });
const questions = fc.oneof(
  sizes.map((first) => () => lists(first)),
  numbers.map((index) => () => single(index)),
  numbers.map((index) => () => several(index)),
  numbers.map((index) => () => beside(index)),
  fc.integer({ min: 1, max: 6 }).map((first) => () => joined(first)),
  fc.tuple(numbers, fc.nat({ max: 2 })).map(
    ([index, key]) =>
      () =>
        writes(index, key),
  ),
);
const callers = fc.constantFrom('anna', 'ben', 'cora').map((name) => () => ({ anna, ben, cora })[name]);

/** What happens together: questions, the same one by everybody at once, an outage before and time after. */
interface Round {
  readonly asked: readonly (readonly [() => Caller, () => Question])[];
  readonly raced: (() => Question) | null;
  readonly outage: string | null;
  readonly laterMs: number;
}

const rounds: fc.Arbitrary<Round> = fc.record({
  asked: fc.array(fc.tuple(callers, questions), { minLength: 1, maxLength: 6 }),
  raced: fc.option(questions),
  outage: fc.constantFrom(null, null, 'alerts', 'identity'),
  laterMs: fc.constantFrom(0, 0, 1_000, 25_000, 130_000),
});

async function play({ asked, raced, outage, laterMs }: Round): Promise<void> {
  if (outage !== null) {
    await stack.control('POST', '/_control/faults', { upstream: outage, kind: 'status', status: 503, times: 4 });
  }
  const all: (readonly [Caller, Question])[] = [
    ...asked.map(([caller, question]) => [caller(), question()] as const),
    ...(raced === null ? [] : [anna, ben, cora].map((caller) => [caller, raced()] as const)),
  ];
  const answers = await Promise.all(all.map(([caller, { query, variables }]) => caller.ask(query, variables)));
  all.forEach(([caller, question], index) => {
    const answer = answers[index] as Answer;
    expectNothingForeign(caller, answer);
    if (outage === null) question.check(caller, answer);
  });
  if (outage !== null) {
    await recover();
  }
  clock.advance(laterMs);
}

/** Ends the outage, and asks what nobody holds until the circuits are closed again. */
async function recover(): Promise<void> {
  await stack.control('DELETE', '/_control/faults');
  for (let isOpen = true, tries = 0; isOpen; tries += 1) {
    expect(tries).toBeLessThan(20);
    clock.advance(60_000);
    const { errors } = await anna.ask(`{ alert(id: "none${tries}") { id } riskEvent(id: "none${tries}") { id } }`);
    isOpen = errors !== undefined;
  }
}

describe('callers on whose behalf the gateway asks', () => {
  it(
    'never see what another may see, in whatever order they ask, write, race and fail',
    () =>
      fc.assert(
        fc.asyncProperty(fc.array(rounds, { minLength: 2, maxLength: 6 }), async (played) => {
          for (const round of played) await play(round);
        }),
        { seed: 20, numRuns: 12, endOnFailure: true },
      ),
    120_000,
  );

  it('get their own rows although both asked the same things a moment before', async () => {
    const ids = await Promise.all(
      [anna, ben].map(async (caller) => {
        const { data } = await caller.ask('{ alerts(first: 200) { nodes { id } } }');
        return data?.alerts.nodes.map(({ id }: RawRow) => id);
      }),
    );
    expect(ids).toEqual([newest(shownTo(anna)), newest(shownTo(ben))]);
    expect([onlyAnnaSees().length > 5, bothSee().length > 5]).toEqual([true, true]);
  });

  it('are refused where they have no rights, although others have warmed every cache', async () => {
    const everything = `{ alerts(first: 5) { ${page} } ${others.map(([, query]) => query).join(' ')} }`;
    expect((await anna.ask(everything)).errors).toBeUndefined();
    const answer = await cora.ask(everything);
    expectNothingForeign(cora, answer);
    expect(Object.values(answer.data ?? {}).every((value) => value === null)).toBe(true);
    expect(answer.errors).toHaveLength(others.length + 1);
    for (const { extensions } of answer.errors ?? []) {
      expect(extensions).toMatchObject({ code: 'UPSTREAM_FORBIDDEN', permission: expect.any(String) });
    }
  });

  it('do not learn that an alert exists from what another was told to be missing', async () => {
    const hidden = String(onlyAnnaSees()[0]?.id);
    const ask = async (caller: Caller) => (await caller.ask(`{ alert(id: "${hidden}") { id } }`)).data?.alert;
    expect([await ask(ben), await ask(anna), await ask(ben)]).toEqual([null, { id: hidden }, null]);
  });

  it('see their own write at once while the upstream lags, and others what the upstream shows', async () => {
    const id = String(bothSee()[0]?.id);
    const read = async (caller: Caller) => {
      const { data } = await caller.ask(
        `query ($id: ID!) { alert(id: $id) { assignedTo } alerts(first: 200) { nodes { id assignedTo } } }`,
        { id },
      );
      const listed = data?.alerts.nodes.find((alert: RawRow) => alert.id === id);
      return [data?.alert.assignedTo, listed.assignedTo];
    };
    const before = await read(ben);
    await stack.control('POST', '/_control/faults', { upstream: 'alerts', kind: 'writeLag', seconds: 600, times: 1 });
    await anna.ask('mutation ($input: UpdateAlertInput!) { updateAlert(input: $input) { errors { code } } }', {
      input: { id, assignedTo: 'anna-only@contoso.example' },
    });
    const mine = 'anna-only@contoso.example';
    expect([await read(anna), await read(ben)]).toEqual([[mine, mine], before]);
  });

  it('see their own change of an incident at once, and others what the upstream shows', async () => {
    const dora = await signIn(stack, named(tenant.users[3] as RawRow), anna);
    const read = async (caller: Caller) =>
      (await caller.ask('{ incidents(first: 1) { nodes { id assignedTo } } }')).data?.incidents.nodes[0];
    const before = await read(dora);
    await stack.control('POST', '/_control/faults', {
      upstream: 'incidents',
      kind: 'writeLag',
      seconds: 600,
      times: 1,
    });
    const assignedTo = 'anna-only@contoso.example';
    const answer = await anna.ask(
      'mutation ($input: UpdateIncidentInput!) { updateIncident(input: $input) { errors { code } } }',
      { input: { id: before.id, assignedTo } },
    );
    expect([answer.errors, answer.data?.updateIncident.errors]).toEqual([undefined, []]);
    expect([await read(anna), await read(dora)]).toEqual([{ ...before, assignedTo }, before]);
  });

  it('may use the same idempotency key for different things', async () => {
    const [first, second] = bothSee().slice(1, 3) as [RawRow, RawRow];
    const write = async (caller: Caller, id: unknown) =>
      (
        await caller.ask(
          'mutation ($input: UpdateAlertInput!) { updateAlert(input: $input) { alert { id } errors { code } } }',
          { input: { id, assignedTo: 'both@contoso.example', idempotencyKey: 'one key' } },
        )
      ).data?.updateAlert;
    expect([await write(anna, first.id), await write(ben, second.id)]).toEqual([
      { alert: { id: first.id }, errors: [] },
      { alert: { id: second.id }, errors: [] },
    ]);
  });

  it('are told apart by who they are, not by the token that they happen to hold', async () => {
    const again = await signIn(stack, { id: anna.id, userPrincipalName: anna.name }, anna);
    const warm = await anna.ask('{ alerts(first: 33) { nodes { id } } }');
    const answer = await again.ask('{ alerts(first: 33) { nodes { id } } }');
    expect([answer.data, await stack.callsOf(answer)]).toEqual([warm.data, []]);
  });
});

describe('a gateway that asks on behalf of its callers', () => {
  it('is ready without a token of its own, asks for none, and runs no feed', async () => {
    const idle = await startStack({ env: { AUTH: 'entra', UPSTREAM_CREDENTIAL: 'on-behalf-of', POLL_SECONDS: '1' } });
    expect((await fetch(`${idle.gateway.url}/health/ready`)).status).toBe(200);
    expect(await idle.ledger()).toEqual([]);
    await idle.stop();
  });

  it('does not read files with the legacy token, whose rights are those of whoever issued it', async () => {
    const answer = await anna.ask('{ mcasFiles(first: 1) { nodes { id } } }');
    expect([answer.data?.mcasFiles, codesOf(answer)]).toEqual([null, ['UPSTREAM_NOT_CONFIGURED']]);
  });

  it('refuses subscriptions and says why', async () => {
    const response = await fetch(`${stack.url}/stream`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'text/event-stream', authorization: anna.authorization },
      body: JSON.stringify({ query: 'subscription { alertUpdated { cursor } }' }),
    });
    const text = await response.text();
    expect(text).toContain('"code":"FORBIDDEN"');
    expect(text).toContain('on behalf of its callers');
  });
});
