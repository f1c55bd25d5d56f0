import { describe, expect, it } from '@jest/globals';
import type { Grant, LimitRow, Refusal, Want } from '../../../../src/upstream/budgets/contract.js';
import { createSlidingWindowBudget } from '../../../../src/upstream/budgets/createSlidingWindowBudget.js';
import { ManualClock, settle } from '../support/manualClock.js';

const mcas: LimitRow = { name: 'requests', units: 30, windowMs: 60_000, share: 0.8, shared: true };
const own: LimitRow = { name: 'requests', units: 4, windowMs: 60_000, share: 1, shared: false };

function setUp(row: LimitRow) {
  const clock = new ManualClock();
  const budget = createSlidingWindowBudget(row, clock);
  const draw = (changes: Partial<Want> = {}) =>
    budget.draw({
      purpose: 'interactive',
      parts: [1],
      deadlineAt: clock.now() + 3_600_000,
      signal: new AbortController().signal,
      ...changes,
    });
  return { clock, budget, draw };
}

const isGrant = (drawn: Grant | Refusal): drawn is Grant => drawn.granted;

describe('a limit that other applications use too', () => {
  it('is drawn ever more slowly, so that a burst leaves something for the rest of the minute', async () => {
    const { clock, draw } = setUp(mcas);
    const starts: number[] = [];
    const begin = clock.now();
    for (let call = 0; call < 60; call += 1) {
      void draw().then((drawn) => {
        if (!isGrant(drawn)) return;
        starts.push(clock.now() - begin);
        drawn.settle();
      });
    }
    await clock.advance(120_000);
    expect(starts.filter((at) => at < 10_000).length).toBeLessThanOrEqual(13);
    expect(starts.filter((at) => at < 60_000).length).toBeLessThanOrEqual(24);
    const gaps = starts.slice(1).map((at, index) => at - (starts[index] ?? 0));
    expect(Math.max(...gaps)).toBeLessThanOrEqual(15_000);
  });

  it('has one call under way at a time, from the first on', async () => {
    const { clock, draw } = setUp(mcas);
    const grants: Grant[] = [];
    for (let call = 0; call < 3; call += 1) void draw().then((drawn) => isGrant(drawn) && grants.push(drawn));
    await clock.advance(60_000);
    expect(grants).toHaveLength(1);
    grants[0]?.settle();
    await settle();
    expect(grants).toHaveLength(2);
    grants[1]?.cancel();
    await settle();
    expect(grants).toHaveLength(3);
  });

  it('sends nothing between the answer that refuses and the word for how long, though somebody comes just then', async () => {
    const { clock, budget, draw } = setUp(mcas);
    const first = await draw();
    if (isGrant(first)) first.refuse();
    let started = false;
    void draw().then(() => {
      started = true;
    });
    await settle();
    expect(started).toBe(false);
    budget.throttled(5_000);
    await clock.advance(4_999);
    expect(started).toBe(false);
    await clock.advance(1);
    expect(started).toBe(true);
  });

  it('does not count a refused call against what the feed is sure of', async () => {
    const { clock, budget, draw } = setUp({ name: 'requests', units: 1, windowMs: 1_000, share: 0.8, shared: true });
    const feed = await draw({ purpose: 'feed' });
    const order: string[] = [];
    const serve = (purpose: Want['purpose']) =>
      void draw({ purpose }).then((drawn) => {
        order.push(purpose);
        if (isGrant(drawn)) drawn.settle();
      });
    serve('interactive');
    if (!isGrant(feed)) throw new Error('The first call was refused.');
    feed.refuse();
    budget.throttled(1_000);
    serve('feed');
    await clock.advance(20_000);
    expect(order).toEqual(['feed', 'interactive']);
  });

  it('has one call under way at a time after a refusal as well', async () => {
    const { clock, budget, draw } = setUp(mcas);
    const grants: Grant[] = [];
    const take = () => void draw().then((drawn) => isGrant(drawn) && grants.push(drawn));
    take();
    await settle();
    grants[0]?.refuse();
    budget.throttled(5_000);
    take();
    take();
    await clock.advance(4_999);
    expect(grants).toHaveLength(1);
    await clock.advance(1);
    expect(grants).toHaveLength(2);
    await clock.advance(60_000);
    expect(grants).toHaveLength(2);
    grants[1]?.settle();
    await clock.advance(60_000);
    expect(grants).toHaveLength(3);
  });

  it('sends nothing between a refusal and the end of the pause that follows it', async () => {
    const { clock, budget, draw } = setUp(mcas);
    budget.throttled(1);
    await clock.advance(1);
    const drawn = await draw();
    let started = false;
    void draw().then(() => {
      started = true;
    });
    if (isGrant(drawn)) drawn.refuse();
    await settle();
    expect(started).toBe(false);
    budget.throttled(5_000);
    await clock.advance(4_999);
    expect(started).toBe(false);
    await clock.advance(1);
    expect(started).toBe(true);
  });
});

describe('callers who wait for the same limit', () => {
  it('take turns, whoever came first with how much', async () => {
    const { clock, draw } = setUp(own);
    const first = await Promise.all(Array.from({ length: 4 }, () => draw({ callerKey: 'early' })));
    const order: string[] = [];
    for (const caller of ['greedy', 'greedy', 'greedy', 'greedy', 'modest', 'other']) {
      void draw({ callerKey: caller }).then(() => order.push(caller));
    }
    for (const drawn of first) if (isGrant(drawn)) drawn.settle();
    await clock.advance(60_000);
    expect(order).toEqual(['greedy', 'modest', 'other', 'greedy']);
  });
});
