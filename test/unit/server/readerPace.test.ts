import { EventEmitter } from 'node:events';
import { describe, expect, it } from '@jest/globals';
import { ReaderPace } from '../../../src/server/transports/readerPace.js';
import { createManualClock, settle } from '../cache/manualClock.js';

function setUp() {
  const clock = createManualClock();
  const stream = new EventEmitter();
  const state = { isBehind: true, givenUp: 0, ready: 0 };
  const reader = { isBehind: () => state.isBehind, stream, giveUp: () => void (state.givenUp += 1) };
  const pace = new ReaderPace(reader, { clock, stalledAfterMs: 60_000 });
  const wait = async () => {
    void pace.ready().then(() => (state.ready += 1));
    await settle();
  };
  const emit = async (event: string) => {
    stream.emit(event);
    await settle();
  };
  const listeners = () => stream.listenerCount('drain') + stream.listenerCount('close');
  return { clock, state, pace, wait, emit, listeners };
}

describe('a client', () => {
  it('that reads is fed at once', async () => {
    const { state, wait, listeners } = setUp();
    state.isBehind = false;
    await wait();
    expect([state.ready, listeners()]).toEqual([1, 0]);
  });

  it('that is behind is fed again when all is on its way, and everybody who waits goes on', async () => {
    const { clock, state, wait, emit, listeners } = setUp();
    for (let n = 0; n < 3; n += 1) await wait();
    expect([state.ready, listeners()]).toEqual([0, 2]);
    state.isBehind = false;
    await emit('drain');
    expect([state.ready, listeners(), clock.sleepers()]).toEqual([3, 0, []]);
  });

  it('that is behind again right away goes on waiting, with its time anew', async () => {
    const { clock, state, wait, emit } = setUp();
    await wait();
    await clock.advance(50_000);
    await emit('drain');
    await clock.advance(50_000);
    expect(state).toMatchObject({ ready: 0, givenUp: 0 });
  });

  it('that reads nothing for a minute is given up, and nothing is made for it while its connection ends', async () => {
    const { clock, state, wait, emit, listeners } = setUp();
    await wait();
    await clock.advance(60_000);
    expect(state).toMatchObject({ ready: 0, givenUp: 1 });
    state.isBehind = false;
    await emit('close');
    expect([state.ready, listeners()]).toEqual([1, 0]);
  });

  it('whose connection does not take an answer for a minute is given up, and one that does is not', async () => {
    const { clock, state, pace } = setUp();
    const onItsWay = pace.handed();
    await clock.advance(59_000);
    onItsWay();
    await clock.advance(60_000);
    expect([state.givenUp, clock.sleepers()]).toEqual([0, []]);
    pace.handed();
    await clock.advance(60_000);
    expect(state.givenUp).toBe(1);
  });

  it('that goes away while it is behind keeps nobody waiting', async () => {
    const { clock, state, wait, emit } = setUp();
    await wait();
    state.isBehind = false;
    await emit('close');
    expect([state.ready, state.givenUp, clock.sleepers()]).toEqual([1, 0, []]);
  });
});
