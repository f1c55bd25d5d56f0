import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { buildHastyClock, type HastyClock } from '../support/hastyClock.js';
import { type Stack, type StackOptions, startStack } from '../support/startStack.js';
import { type ChangeSeen, readChanges } from '../support/watchChanges.js';

const seconds = 1_000;
const minutes = 60 * seconds;

interface Polled extends Stack {
  readonly clock: HastyClock;
}

/** A gateway whose feeds of identity and scores have read everything once. */
async function startPolled(options: StackOptions = {}, awaited = ['riskDetections', 'riskyUsers', 'secureScores']) {
  const clock = buildHastyClock(1);
  const stack = await startStack({
    ...options,
    emulator: { switches: { limits: false }, ...options.emulator },
    env: { IDENTITY_SHARE: '1', ...options.env },
    deps: { clock },
  });
  for (;;) {
    const paths = (await stack.ledger()).filter(({ status }) => status === 200).map(({ path }) => path);
    if (awaited.every((word) => paths.some((path) => path.includes(word)))) return { ...stack, clock };
    await stack.ask('{ changeCursor }');
  }
}

const cursorOf = async (stack: Stack): Promise<string> => (await stack.ask('{ changeCursor }')).data?.changeCursor;

const follow = (
  stack: Stack,
  subscription: keyof typeof fields,
  after: string,
  passes: (event: ChangeSeen) => boolean,
) => readChanges(stack.url, subscription, fields[subscription], after, passes);

const fields = {
  riskEventDetected: 'riskEventId riskEvent { id riskState } previous { riskState }',
  riskyUserUpdated: 'riskyUserId riskyUser { id riskState riskLevel } previous { riskState }',
  secureScoreChanged: 'secureScoreId secureScore { id currentScore } previous { currentScore }',
} as const;

describe('what Identity Protection finds', () => {
  let stack: Polled;
  beforeAll(async () => {
    stack = await startPolled();
  });
  afterAll(() => stack.stop());
  afterEach(() => stack.control('DELETE', '/_control/faults'));

  const anyUser = async () =>
    (await stack.ask('{ users(first: 30) { nodes { id userPrincipalName } } }')).data?.users.nodes;

  it('is told, and what becomes of it, within half a minute', async () => {
    const after = await cursorOf(stack);
    const { id } = await stack.control<{ id: string }>('POST', '/_control/riskDetections', { riskState: 'atRisk' });
    stack.clock.advance(30 * seconds);
    const [created] = await follow(stack, 'riskEventDetected', after, (event) => event.riskEventId === id);
    expect(created).toMatchObject({ change: 'CREATED', detectedBy: 'POLL', riskEvent: { riskState: 'AT_RISK' } });
    await stack.control('PATCH', `/_control/riskDetections/${id}`, { riskState: 'dismissed' });
    stack.clock.advance(30 * seconds);
    const [updated] = await follow(stack, 'riskEventDetected', created?.cursor as string, () => true);
    expect(updated).toMatchObject({
      change: 'UPDATED',
      changedFields: expect.arrayContaining(['riskState']),
      previous: { riskState: 'AT_RISK' },
      riskEvent: { id, riskState: 'DISMISSED' },
    });
  });

  it('has the user whom it names read again, long before the next snapshot', async () => {
    const after = await cursorOf(stack);
    const [user] = await anyUser();
    await stack.control('POST', `/_control/riskyUsers/${user.id}`, { riskState: 'remediated', riskLevel: 'none' });
    await stack.control('POST', '/_control/riskDetections', {
      userId: user.id,
      userPrincipalName: user.userPrincipalName,
    });
    stack.clock.advance(30 * seconds);
    const seen = follow(stack, 'riskyUserUpdated', after, (event) => event.riskyUserId === user.id);
    expect((await seen).at(-1)).toMatchObject({ detectedBy: 'POLL', riskyUser: { riskState: 'REMEDIATED' } });
    const snapshots = (await stack.ledger()).filter(({ path }) =>
      decodeURIComponent(path).endsWith('riskyUsers?$top=500'),
    );
    expect(snapshots).toHaveLength(1);
  });

  it('and forgets is told as removed with the next snapshot', async () => {
    const after = await cursorOf(stack);
    const users = (await stack.ask('{ riskyUsers(first: 5) { nodes { id } } }')).data?.riskyUsers.nodes;
    const { id } = users.at(-1);
    await stack.control('DELETE', `/_control/riskyUsers/${id}`);
    stack.clock.advance(5 * minutes);
    const seen = await follow(stack, 'riskyUserUpdated', after, (event) => event.riskyUserId === id);
    expect(seen.at(-1)).toMatchObject({ change: 'REMOVED', riskyUser: null });
    expect((await stack.ask(`{ riskyUser(id: "${id}") { id } }`)).data?.riskyUser).toBeNull();
  });

  it.each([
    ['at once', undefined],
    ['while the upstream lags', { upstream: 'identity', kind: 'writeLag', seconds: 600 }],
  ])('our own action is told as a mutation %s', async (_when, fault) => {
    const after = await cursorOf(stack);
    const users = (
      await stack.ask('{ riskyUsers(first: 20, filter: { riskState: { in: [AT_RISK] } }) { nodes { id } } }')
    ).data?.riskyUsers.nodes;
    const id = users[0].id as string;
    if (fault !== undefined) await stack.control('POST', '/_control/faults', fault);
    const answer = await stack.ask(
      `mutation { dismissUsersRisk(input: { userIds: ["${id}"] }) { results { errors { code } } } }`,
    );
    expect(answer.data?.dismissUsersRisk.results).toEqual([{ errors: [] }]);
    const seen = await follow(stack, 'riskyUserUpdated', after, (event) => event.riskyUserId === id);
    expect(seen.at(-1)).toMatchObject({
      change: 'UPDATED',
      detectedBy: 'MUTATION',
      riskyUser: { riskState: 'DISMISSED' },
    });
  });
});

describe('secure scores', () => {
  let stack: Polled;
  beforeAll(async () => {
    stack = await startPolled();
  });
  afterAll(() => stack.stop());

  it('are told when a day has a score, and when it changes, within the hour', async () => {
    const after = await cursorOf(stack);
    const day = new Date(Date.now() + 86_400_000).toISOString().slice(0, 10);
    const { id } = await stack.control<{ id: string }>('POST', '/_control/secureScores', { day, currentScore: 70 });
    stack.clock.advance(60 * minutes);
    const [created] = await follow(stack, 'secureScoreChanged', after, (event) => event.secureScoreId === id);
    expect(created).toMatchObject({ change: 'CREATED', secureScore: { currentScore: 70 } });
    await stack.control('POST', '/_control/secureScores', { day, currentScore: 71 });
    stack.clock.advance(60 * minutes);
    const [updated] = await follow(stack, 'secureScoreChanged', created?.cursor as string, () => true);
    expect(updated).toMatchObject({
      change: 'UPDATED',
      changedFields: ['currentScore'],
      secureScore: { id, currentScore: 71 },
      previous: { currentScore: 70 },
    });
  });
});

describe('a feed that lacks its permission', () => {
  let stack: Polled;
  beforeAll(async () => {
    const graphRoles = [
      'SecurityAlert.Read.All',
      'SecurityIncident.Read.All',
      'IdentityRiskEvent.Read.All',
      'SecurityEvents.Read.All',
    ];
    stack = await startPolled({ emulator: { graphRoles } }, ['riskDetections', 'secureScores']);
  });
  afterAll(() => stack.stop());

  it('backs off and is named as degraded, while the others go on', async () => {
    const after = await cursorOf(stack);
    const { id } = await stack.control<{ id: string }>('POST', '/_control/riskDetections', {});
    stack.clock.advance(30 * seconds);
    await follow(stack, 'riskEventDetected', after, (event) => event.riskEventId === id);
    const ready = (await (await fetch(`${stack.gateway.url}/health/ready`)).json()) as { degraded: string[] };
    expect(ready.degraded).toContain('RISKY_USER_FEED');
    expect(ready.degraded).not.toContain('RISK_EVENT_FEED');
    const refused = (await stack.ledger()).filter(({ status, path }) => status === 403 && path.includes('riskyUsers'));
    expect(refused.length).toBeLessThanOrEqual(2);
  });
});
