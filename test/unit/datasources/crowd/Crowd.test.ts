import { describe, expect, it } from '@jest/globals';
import { Crowd, type CrowdKind, type Want } from '../../../../src/datasources/crowd/Crowd.js';
import { UpstreamError } from '../../../../src/errors/GatewayError.js';
import type { CallScope } from '../../../../src/upstream/contract.js';
import { createManualClock } from '../../cache/manualClock.js';
import { buildScope, FakeUpstream } from '../support/fakeUpstream.js';

/** A call that waits for its start, as it would in the line of a budget. */
interface Call {
  readonly scope: CallScope;
  /** Starts it: whom it carries. */
  start(): string[];
  answer(): void;
  fail(error: Error): void;
}

const capacity = 3;

function setUp() {
  const clock = createManualClock();
  const calls: Call[] = [];
  const kind: CrowdKind<Want, string> = {
    select: (waiting) => waiting.slice(0, capacity).map(({ want }) => want),
    ask: (_leader, board, land, scope) =>
      new Promise((resolve, reject) => {
        let boarded: readonly Want[] = [];
        scope.signal.addEventListener('abort', () => reject(scope.signal.reason));
        calls.push({
          scope,
          start: () => {
            boarded = board().map(({ want }) => want);
            return boarded.map(({ key }) => key);
          },
          answer: () => {
            for (const want of boarded) land(want, `of ${want.key}`);
            resolve();
          },
          fail: reject,
        });
      }),
  };
  const upstream = new FakeUpstream('MCAS', () => ({}));
  const status = () => ({ budgets: [{ windowSeconds: 60 }] }) as never;
  const crowd = new Crowd({ upstream: Object.assign(upstream, { status }), clock }, kind);
  const read = (keys: string[], changes: Partial<CallScope> = {}) => {
    const scope = { ...buildScope(), requestId: crypto.randomUUID(), deadlineAt: clock.now() + 15_000, ...changes };
    return {
      scope,
      found: crowd.read(
        keys.map((key) => ({ key })),
        scope,
      ),
    };
  };
  const settle = () => clock.advance(0);
  const waitingCalls = () => calls.filter(({ scope }) => !scope.signal.aborted);
  return { clock, calls, read, settle, waitingCalls };
}

const throttled = new UpstreamError('UPSTREAM_THROTTLED', 'MCAS is throttling.', { upstream: 'MCAS', requestId: 'x' });

describe('wants of several operations', () => {
  it('never wait beside those of an event, which may only have what is held', async () => {
    const { calls, read, settle } = setUp();
    const first = read(['a']);
    const event = read(['b'], { reading: 'memory' });
    expect((await event.found).get('b')).toMatchObject({ code: 'UPSTREAM_THROTTLED', details: { upstream: 'MCAS' } });
    await settle();
    expect(calls[0]?.start()).toEqual(['a']);
    calls[0]?.answer();
    expect(await first.found).toEqual(new Map([['a', 'of a']]));
    expect(calls).toHaveLength(1);
  });

  it('share one call that goes on the account of the first, put together when it may start', async () => {
    const { calls, read, settle } = setUp();
    const first = read(['a']);
    await settle();
    const second = read(['b']);
    await settle();
    expect(calls).toHaveLength(1);
    expect(calls[0]?.scope.requestId).toBe(first.scope.requestId);
    expect(calls[0]?.start()).toEqual(['a', 'b']);
    calls[0]?.answer();
    expect(await first.found).toEqual(new Map([['a', 'of a']]));
    expect(await second.found).toEqual(new Map([['b', 'of b']]));
  });

  it('queue as many calls as they need and no more, however many operations they come from', async () => {
    const { calls, read, settle, waitingCalls } = setUp();
    for (const key of ['a', 'b', 'c', 'd', 'e', 'f', 'g']) void read([key]);
    await settle();
    expect(waitingCalls()).toHaveLength(3);
    const carried = waitingCalls().map((call) => call.start());
    expect(carried.flat().sort()).toEqual(['a', 'b', 'c', 'd', 'e', 'f', 'g']);
    expect(calls).toHaveLength(3);
  });

  it('take turns by caller, so that one who wants much does not fill the next call alone', async () => {
    const { calls, read, settle } = setUp();
    void read(['a1', 'a2', 'a3', 'a4', 'a5', 'a6'], { callerKey: 'a' });
    void read(['b1'], { callerKey: 'b' });
    await settle();
    expect(calls[0]?.start()).toContain('b1');
  });

  it('of people go before refreshes, which fill the seats that are left', async () => {
    const { read, settle, waitingCalls } = setUp();
    void read(['r1', 'r2', 'r3'], { purpose: 'background' });
    await settle();
    void read(['a']);
    await settle();
    const [call] = waitingCalls().filter(({ scope }) => scope.purpose === 'interactive');
    expect(call?.start()).toEqual(['a', 'r1', 'r2']);
    await settle();
    expect(waitingCalls().filter((other) => other !== call)).toHaveLength(1);
  });

  it('have a call for each group that has none, though refreshes go along with a group that has', async () => {
    const { calls, read, settle, waitingCalls } = setUp();
    void read(['x1', 'x2'], { callerKey: 'x' });
    void read(['b'], { callerKey: 'b' });
    void read(['c'], { callerKey: 'c' });
    await settle();
    expect(calls[0]?.start()).toEqual(['x1', 'b', 'c']);
    void read(['r1', 'r2'], { purpose: 'background' });
    for (const key of ['d', 'e', 'f']) void read([key], { callerKey: key });
    await settle();
    const next = waitingCalls().slice(1);
    expect(next.map(({ scope }) => scope.purpose)).toEqual(['interactive', 'interactive']);
    expect(next[0]?.start()).toEqual(['x2', 'd', 'e']);
  });

  it('ride on when whoever led the call goes away', async () => {
    const { calls, read, settle, waitingCalls } = setUp();
    const away = new AbortController();
    const leader = read(['a'], { signal: away.signal });
    const rider = read(['b']);
    await settle();
    calls[0]?.start();
    away.abort(new Error('gone'));
    await expect(leader.found).rejects.toThrow('gone');
    await settle();
    const [again] = waitingCalls();
    expect(again?.start()).toEqual(['b']);
    again?.answer();
    expect(await rider.found).toEqual(new Map([['b', 'of b']]));
  });

  it('share the error of the upstream, but not that the leader had too little time', async () => {
    const { calls, read, settle, waitingCalls, clock } = setUp();
    const leader = read(['a'], { deadlineAt: clock.now() + 1_000 });
    const rider = read(['b']);
    await settle();
    calls[0]?.start();
    calls[0]?.fail(throttled);
    expect(await leader.found).toEqual(new Map([['a', throttled]]));
    await settle();
    const [again] = waitingCalls().slice(-1);
    again?.start();
    const broken = new Error('broken');
    again?.fail(broken);
    expect(await rider.found).toEqual(new Map([['b', broken]]));
  });

  it('are told in time that nothing will come before their deadline', async () => {
    const { read, settle, clock } = setUp();
    const { found } = read(['a'], { deadlineAt: clock.now() + 2_000 });
    await settle();
    await clock.advance(1_900);
    const error = (await found).get('a');
    expect(error).toMatchObject({ code: 'UPSTREAM_THROTTLED', details: { upstream: 'MCAS', retryAfterMs: 60_000 } });
  });

  it('do not start a call when nobody waits for it any more', async () => {
    const { calls, read, settle, waitingCalls } = setUp();
    const away = new AbortController();
    const { found } = read(['a'], { signal: away.signal });
    await settle();
    away.abort(new Error('gone'));
    await expect(found).rejects.toThrow('gone');
    expect(waitingCalls()).toEqual([]);
    expect(() => calls[0]?.start()).toThrow('Nobody waits');
  });
});
