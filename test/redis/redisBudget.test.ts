import { afterEach, expect, it } from '@jest/globals';
import type { Grant, Refusal } from '../../src/upstream/budgets/contract.js';
import { describeWithRedis } from '../support/redisServer.js';
import { fill, granted, identity, mcas, security, shareBudget } from './budgets.js';
import { TestConnections } from './support.js';

const connections = new TestConnections();
afterEach(() => connections.close());

describeWithRedis('a sliding window that instances share', (url) => {
  const share = async (row = security, count = 2) => shareBudget(await connections.connect(url()), row, count);

  it('grants what is left at once and the next unit one window after the response, wherever it was drawn', async () => {
    const { instances, advance } = await share({ ...security, units: 2, windowMs: 1_000 });
    const [one, two] = instances;
    const [first, second] = [await granted(one.draw()), await granted(two.draw())];
    await advance(400);
    first.settle();
    second.settle();
    const third = one.draw();
    let isDone = false;
    void third.then(() => {
      isDone = true;
    });
    await advance(999);
    expect(isDone).toBe(false);
    await advance(1);
    expect((await granted(third)).waitedMs).toBe(1_000);
  });

  it('gives units back at once when nothing reached the upstream', async () => {
    const { instances, advance } = await share({ ...security, units: 1 });
    const [one, two] = instances;
    const first = await granted(one.draw());
    const here = one.draw({ leftMs: 120_000 });
    await advance(1);
    const there = two.draw({ leftMs: 120_000 });
    await advance(0);
    first.cancel();
    first.settle();
    (await granted(here)).cancel();
    await advance(1_000);
    await granted(there);
    expect(two.budget.status().left).toBe(0);
  });

  it('books what a call really cost', async () => {
    const { instances, advance } = await share();
    const [one, two] = instances;
    (await granted(one.draw())).settle(5);
    two.budget.status();
    await advance(0);
    expect(two.budget.status()).toMatchObject({ limit: 150, left: 145 });
  });

  it('stretches the window where our share is less than one unit', async () => {
    const { instances, advance } = await share(identity);
    const [one, two] = instances;
    (await granted(one.draw())).settle();
    await advance(0);
    expect(one.budget.status()).toMatchObject({ limit: 1, windowSeconds: 1.25, left: 0 });
    const next = two.draw();
    await advance(1_249);
    expect(two.budget.queueDepth).toBe(1);
    await advance(1);
    expect((await granted(next)).waitedMs).toBe(1_250);
  });

  it('cuts a batch to what is left', async () => {
    const { instances } = await share({ ...security, units: 9 });
    const [one, two] = instances;
    await fill(one.draw, 4);
    expect(await granted(two.draw({ parts: [2, 2, 2, 2] }))).toMatchObject({ parts: 2, units: 4 });
  });

  it('holds the units of an instance that died until its calls would have ended, and a window longer', async () => {
    const { instances, advance } = await share({ ...security, units: 2, windowMs: 1_000 });
    const [dying, two] = instances;
    await fill(dying.draw, 2);
    const waiting = two.draw({ leftMs: 60_000 });
    await advance(10_999);
    expect(two.budget.queueDepth).toBe(1);
    await advance(1_000);
    expect((await granted(waiting)).waitedMs).toBeLessThanOrEqual(11_100);
  });

  it('refuses at once what cannot start in time, with the time after which it could', async () => {
    const { instances } = await share({ ...security, units: 2 });
    const [one, two] = instances;
    for (const grant of await fill(one.draw, 2)) grant.settle();
    expect(await two.draw()).toEqual({ granted: false, retryAfterMs: 60_000 });
  });

  it('never grants at or after a deadline, and lets go of callers that go away', async () => {
    const { instances, advance } = await share({ ...security, units: 1, windowMs: 1_000 });
    const [one, two] = instances;
    const first = await granted(one.draw());
    const late = two.draw({ leftMs: 1_500 });
    const gone = new AbortController();
    const left = two.draw({ signal: gone.signal });
    await advance(600);
    first.settle();
    gone.abort(new Error('gone'));
    await expect(left).rejects.toThrow('gone');
    await advance(900);
    expect(await late).toMatchObject({ granted: false });
    await advance(100);
    await granted(two.draw());
  });

  it('serves the callers of an instance in turn, and instances in the order of arrival', async () => {
    const { instances, advance } = await share({ ...security, units: 1, windowMs: 100 });
    const [one, two] = instances;
    const order: string[] = [];
    const serve = (name: string, drawn: Promise<Grant | Refusal>) =>
      granted(drawn).then((grant) => {
        order.push(name);
        grant.settle();
      });
    const all: Promise<void>[] = [];
    for (const name of ['greedy 1', 'greedy 2', 'greedy 3']) all.push(serve(name, one.draw({ callerKey: 'greedy' })));
    await advance(1);
    all.push(serve('elsewhere', two.draw()));
    await advance(1);
    all.push(serve('modest', one.draw({ callerKey: 'modest' })));
    await advance(5_000);
    await Promise.all(all);
    expect(order.indexOf('modest')).toBeLessThan(order.indexOf('greedy 3'));
    expect(order.indexOf('elsewhere')).toBeLessThan(order.indexOf('greedy 3'));
  });

  it('ends when it stops', async () => {
    const { instances, advance } = await share({ ...security, units: 1 });
    const [one] = instances;
    await granted(one.draw());
    const waiting = one.draw({ leftMs: 120_000 });
    await advance(0);
    one.budget.stop();
    expect(await waiting).toMatchObject({ granted: false });
    expect(await one.draw()).toMatchObject({ granted: false });
  });
});

describeWithRedis('the classes of a shared budget', (url) => {
  const share = async (row = security, count = 2) => shareBudget(await connections.connect(url()), row, count);

  it('keep a tenth for the feed of whichever instance leads', async () => {
    const { instances } = await share();
    const [one, two] = instances;
    await Promise.all([fill(one.draw, 70), fill(two.draw, 65)]);
    expect(await one.draw({ leftMs: 1_000 })).toMatchObject({ granted: false });
    await fill(() => two.draw({ purpose: 'feed' }), 15);
  });

  it('let background draw at most half, and callers of other instances before it', async () => {
    const { instances, advance } = await share();
    const [one, two] = instances;
    const background = () => one.draw({ purpose: 'background', leftMs: 120_000 });
    await fill(background, 75);
    void background();
    await advance(0);
    expect(one.budget.queueDepth).toBe(1);
    await fill(two.draw, 60);
  });

  it.each([identity, mcas, security])('do not let a flood on other instances starve the feed: %j', async (row) => {
    const { instances, advance } = await share(row);
    const [leader, other] = instances;
    let isOver = false;
    const caller = async () => {
      while (!isOver) {
        const drawn = await other.draw({ leftMs: 600_000 });
        if (drawn.granted) drawn.settle();
      }
    };
    for (let index = 0; index < 5; index += 1) void caller();
    await advance(65_000);
    let served = 0;
    for (let round = 0; round < 3; round += 1) {
      void leader.draw({ purpose: 'feed', leftMs: 30_000 }).then((drawn) => {
        if (!drawn.granted) return;
        served += 1;
        drawn.settle();
      });
      await advance(30_000);
    }
    isOver = true;
    for (const { budget } of [leader, other]) budget.stop();
    expect(served).toBe(3);
  });
});

describeWithRedis('after a refusal, a shared budget', (url) => {
  const share = async (row = security, count = 2) => shareBudget(await connections.connect(url()), row, count);

  it('grants nothing on any instance until the pause is over', async () => {
    const { instances, advance } = await share();
    const [one, two] = instances;
    const refused = await granted(one.draw());
    refused.refuse();
    one.budget.throttled(5_000);
    expect(await one.draw({ leftMs: 4_000 })).toEqual({ granted: false, retryAfterMs: 5_000 });
    // Redis may have forgotten its scripts, and then the news of the pause takes two commands.
    await advance(0);
    expect(await two.draw({ leftMs: 4_000 })).toEqual({ granted: false, retryAfterMs: 5_000 });
    expect(two.budget.pauseLeftMs()).toBe(5_000);
    const waiting = two.draw({ purpose: 'feed', leftMs: 10_000 });
    await advance(4_999);
    expect(two.budget.queueDepth).toBe(1);
    await advance(1);
    expect((await granted(waiting)).waitedMs).toBe(5_000);
  });

  it('halves a share that others use too once per episode, for all instances, and recovers slowly', async () => {
    const { instances, advance } = await share(mcas);
    const [one, two] = instances;
    const limit = async () => {
      await advance(2_000);
      two.budget.status();
      await advance(0);
      return two.budget.status().limit;
    };
    one.budget.throttled(1_000);
    two.budget.throttled(1_000);
    expect(await limit()).toBe(12);
    two.budget.throttled(1_000);
    expect(await limit()).toBe(6);
    await advance(300_000);
    expect(await limit()).toBe(18);
    await advance(300_000);
    expect(await limit()).toBe(24);
  });

  it('has one call under way at a time on a limit that others use too, on all instances together', async () => {
    const { instances, advance } = await share(mcas);
    const [one, two] = instances;
    const grants: Grant[] = [];
    for (const { draw } of [one, two, one]) {
      void draw({ leftMs: 600_000 }).then((drawn) => drawn.granted && grants.push(drawn));
    }
    await advance(5_000);
    expect(grants).toHaveLength(1);
    grants[0]?.settle();
    await advance(5_000);
    expect(grants).toHaveLength(2);
    grants[1]?.cancel();
    await advance(5_000);
    expect(grants).toHaveLength(3);
  });
});
