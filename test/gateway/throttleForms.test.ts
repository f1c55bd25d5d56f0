import { afterEach, describe, expect, it } from '@jest/globals';
import type { EmulatorSwitchesInput } from '../../emulator/switches.js';
import { buildHastyClock, type HastyClock } from '../support/hastyClock.js';
import { neverLeader } from '../support/neverLeader.js';
import { type Stack, startStack } from '../support/startStack.js';

const whole = 'incidents(first: 1) { nodes { id } }';
interface Asked {
  readonly field: string;
  readonly query: string;
  readonly upstream: string;
}
const asked: Readonly<Record<'identity' | 'mcas', Asked>> = {
  identity: {
    field: 'riskyUsers',
    query: 'riskyUsers(first: 1) { nodes { id } }',
    upstream: 'GRAPH_IDENTITY_PROTECTION',
  },
  mcas: { field: 'mcasActivities', query: 'mcasActivities(first: 1) { nodes { id } }', upstream: 'MCAS' },
};

let stack: Stack;
let clock: HastyClock;
afterEach(() => stack.stop());

async function start(switches: EmulatorSwitchesInput): Promise<void> {
  clock = buildHastyClock(20);
  stack = await startStack({
    emulator: { switches },
    env: { REQUEST_TIMEOUT_MS: '60000', POLL_SECONDS: '3600', MIRROR_DAYS: '0' },
    deps: { clock, leadership: neverLeader },
  });
}

async function askUntilWhole(query: string, triesLeft = 10): Promise<Awaited<ReturnType<Stack['ask']>>> {
  clock.advance(120_000);
  await stack.control('POST', '/_control/clock', { advanceSeconds: 120 });
  const answer = await stack.ask(query);
  return answer.errors === undefined || triesLeft === 0 ? answer : askUntilWhole(query, triesLeft - 1);
}

describe('while another application uses up the limit of the tenant', () => {
  it.each<[keyof typeof asked, EmulatorSwitchesInput]>([
    ['identity', {}],
    ['mcas', {}],
    ['mcas', { mcasRetryAfterHeader: false }],
    ['mcas', { mcasRetryAfterHeader: false, mcasThrottleBody: 'html' }],
    ['mcas', { mcasThrottleBody: 'html', mcasCountRefused: true }],
    ['mcas', { mcasWindow: 'fixed' }],
  ])('%s with %j says when to come back, the rest is whole, and it comes back by itself', async (area, switches) => {
    await start(switches);
    const { field, query, upstream } = asked[area];
    await stack.control('POST', '/_control/faults', { upstream: area, kind: 'otherApplication', seconds: 3600 });
    const answer = await stack.ask(`{ viewer { id } ${whole} ${query} }`);
    expect(answer.data).toMatchObject({ viewer: {}, incidents: { nodes: [{}] }, [field]: null });
    expect(answer.errors).toMatchObject([
      { path: [field], extensions: { code: 'UPSTREAM_THROTTLED', upstream, retryAfterMs: expect.any(Number) } },
    ]);
    expect(answer.errors?.[0]?.extensions?.retryAfterMs).toBeGreaterThan(0);
    const refused = (await stack.ledger()).filter((call) => call.area === area);
    expect([refused.length > 0, new Set(refused.map(({ status }) => status))]).toEqual([true, new Set([429])]);
    await stack.control('DELETE', '/_control/faults');
    const recovered = await askUntilWhole(`{ ${query} }`);
    expect(recovered.errors).toBeUndefined();
    expect(recovered.data).toEqual({ [field]: { nodes: [{ id: expect.any(String) }] } });
  });
});

describe('a page in HTML where Cloud Apps has nothing', () => {
  it('is null for one row, and an error for a list', async () => {
    await start({ limits: false });
    const fault = { upstream: 'mcas', kind: 'html', status: 404, seconds: 3600 };
    await stack.control('POST', '/_control/faults', fault);
    const answer = await stack.ask(`{ mcasFile(id: "nowhere") { id } mcasFiles(first: 1) { nodes { id } } ${whole} }`);
    expect(answer.data).toMatchObject({ mcasFile: null, mcasFiles: null, incidents: { nodes: [{}] } });
    expect(answer.errors).toMatchObject([{ path: ['mcasFiles'], extensions: { code: 'UPSTREAM_BAD_RESPONSE' } }]);
    await stack.control('DELETE', '/_control/faults');
    expect((await askUntilWhole('{ mcasFiles(first: 1) { nodes { id } } }')).errors).toBeUndefined();
  });
});

describe('secure scores, of which four calls may run at a time', () => {
  it('are never asked for by a fifth, however many decisions wait', async () => {
    await start({});
    const { data } = await stack.ask('{ secureScoreControlProfiles { id } }');
    const ids: string[] = data?.secureScoreControlProfiles.slice(0, 12).map(({ id }: { id: string }) => id);
    await stack.control('POST', '/_control/faults', { upstream: 'scores', kind: 'slow', delayMs: 40, seconds: 3600 });
    const answers = await Promise.all(
      ids.map((id) =>
        stack.ask(
          `mutation { updateSecureScoreControl(input: { id: "${id}", state: REVIEWED }) { profile { id } errors { code } } }`,
        ),
      ),
    );
    expect(answers.map((answer) => answer.data?.updateSecureScoreControl)).toEqual(
      ids.map((id) => ({ profile: { id }, errors: [] })),
    );
    const calls = (await stack.ledger()).filter(({ area }) => area === 'scores');
    expect(calls.length).toBeGreaterThanOrEqual(24);
    expect(calls.filter(({ status }) => status === 429)).toEqual([]);
  });
});
