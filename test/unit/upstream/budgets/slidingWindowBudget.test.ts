import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Grant, LimitRow, Refusal, Want } from '../../../../src/upstream/budgets/contract.js';
import { createSlidingWindowBudget } from '../../../../src/upstream/budgets/createSlidingWindowBudget.js';
import type { Purpose } from '../../../../src/upstream/contract.js';
import { ManualClock, settle } from '../support/manualClock.js';

const security: LimitRow = { name: 'requests', units: 150, windowMs: 60_000, share: 1, shared: false };
const tiny: LimitRow = { name: 'requests', units: 1, windowMs: 1_000, share: 0.8, shared: true };
const mcas: LimitRow = { name: 'requests', units: 30, windowMs: 60_000, share: 0.8, shared: true };

function setUp(row: LimitRow) {
  const clock = new ManualClock();
  const budget = createSlidingWindowBudget(row, clock);
  const draw = (changes: Partial<Want> & { leftMs?: number } = {}) => {
    const { leftMs = 15_000, ...rest } = changes;
    const signal = new AbortController().signal;
    return budget.draw({ purpose: 'interactive', parts: [1], deadlineAt: clock.now() + leftMs, signal, ...rest });
  };
  return { clock, budget, draw };
}

async function granted(drawn: Promise<Grant | Refusal>): Promise<Grant> {
  const outcome = await drawn;
  if (!outcome.granted) throw new Error(`refused, try in ${outcome.retryAfterMs} ms`);
  return outcome;
}

async function fill(drawOne: () => Promise<Grant | Refusal>, count: number): Promise<Grant[]> {
  return Promise.all(Array.from({ length: count }, () => granted(drawOne())));
}

describe('a sliding window', () => {
  it('grants what is left at once and the next unit one window after the response', async () => {
    const { clock, draw } = setUp({ ...security, units: 2, windowMs: 1_000 });
    const [first, second] = await fill(draw, 2);
    await clock.advance(400);
    first?.settle();
    second?.settle();
    const third = draw();
    await clock.advance(999);
    let done = false;
    void third.then(() => {
      done = true;
    });
    await settle();
    expect(done).toBe(false);
    await clock.advance(1);
    expect((await granted(third)).waitedMs).toBe(1_000);
  });

  it('gives units back at once when nothing reached the upstream', async () => {
    const { budget, draw } = setUp({ ...security, units: 2 });
    const [first] = await fill(draw, 2);
    const waiting = draw({ leftMs: 120_000 });
    first?.cancel();
    first?.settle();
    await granted(waiting);
    expect(budget.status().left).toBe(0);
  });

  it('tells its state', async () => {
    const { clock, budget, draw } = setUp(mcas);
    expect(budget.status()).toEqual({ name: 'requests', limit: 24, windowSeconds: 60, left: 24, resetsAt: null });
    (await granted(draw())).settle();
    expect(budget.status()).toMatchObject({ left: 23, resetsAt: new Date(clock.now() + 60_000).toISOString() });
  });

  it('stretches the window where our share is less than one unit', async () => {
    const { clock, budget, draw } = setUp(tiny);
    expect(budget.status()).toMatchObject({ limit: 1, windowSeconds: 1.25 });
    (await granted(draw())).settle();
    const next = draw();
    await clock.advance(1_250);
    expect((await granted(next)).waitedMs).toBe(1_250);
  });

  it('books what a call really cost', async () => {
    const { budget, draw } = setUp(security);
    (await granted(draw({ parts: [1] }))).settle(5);
    expect(budget.status().left).toBe(145);
  });

  it('cuts a batch to what is left', async () => {
    const { draw } = setUp({ ...security, units: 9 });
    await fill(draw, 4);
    const grant = await granted(draw({ parts: [2, 2, 2, 2] }));
    expect(grant).toMatchObject({ parts: 2, units: 4 });
  });

  it('never holds more than the limit between a response and one window later', async () => {
    const step = fc.record({
      pauseMs: fc.integer({ min: 0, max: 400 }),
      purpose: fc.constantFrom<Purpose>('feed', 'interactive', 'background'),
      parts: fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 1, maxLength: 4 }),
      takesMs: fc.integer({ min: 0, max: 700 }),
      leftMs: fc.integer({ min: 0, max: 6_000 }),
      reaches: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 6, max: 20 }), fc.array(step, { maxLength: 40 }), async (units, steps) => {
        const row = { ...security, units, windowMs: 1_000 };
        const { clock, budget, draw } = setUp(row);
        const spans: { from: number; to: number; units: number; deadlineAt: number }[] = [];
        for (const { pauseMs, purpose, parts, takesMs, leftMs, reaches } of steps) {
          await clock.advance(pauseMs);
          const deadlineAt = clock.now() + leftMs;
          void draw({ purpose, parts, leftMs }).then(async (outcome) => {
            if (!outcome.granted) return;
            const from = clock.now();
            await clock.sleep(takesMs);
            if (!reaches) return outcome.cancel();
            spans.push({ from, to: clock.now(), units: outcome.units, deadlineAt });
            outcome.settle();
          });
        }
        await clock.advance(20_000);
        expect(budget.queueDepth).toBe(0);
        for (const { from, deadlineAt } of spans) {
          const holding = spans.filter((other) => other.from <= from && other.to + row.windowMs > from);
          expect(holding.reduce((sum, other) => sum + other.units, 0)).toBeLessThanOrEqual(units);
          expect(from).toBeLessThan(Math.max(deadlineAt, from));
        }
      }),
      { numRuns: 40 },
    );
  });

  it('never grants at or after a deadline', async () => {
    const { clock, draw } = setUp({ ...security, units: 1, windowMs: 1_000 });
    const first = await granted(draw());
    const late = draw({ leftMs: 1_500 });
    await clock.advance(600);
    first.settle();
    await clock.advance(900);
    expect(await late).toMatchObject({ granted: false });
    await clock.advance(100);
    await granted(draw());
  });
});

describe('the line', () => {
  it('serves a class in the order of arrival', async () => {
    const { clock, draw } = setUp({ ...security, units: 1, windowMs: 100 });
    const order: number[] = [];
    const serve = (n: number) =>
      granted(draw()).then((grant) => {
        order.push(n);
        grant.settle();
      });
    const all = Promise.all([1, 2, 3, 4, 5].map(serve));
    await clock.advance(1_000);
    await all;
    expect(order).toEqual([1, 2, 3, 4, 5]);
  });

  it('keeps the place of a call that comes back', async () => {
    const { clock, draw } = setUp({ ...security, units: 1, windowMs: 100 });
    const first = await granted(draw());
    const order: string[] = [];
    const later = draw().then(() => order.push('later'));
    first.settle();
    const again = granted(draw({ arrival: first.arrival })).then((grant) => {
      order.push('again');
      grant.settle();
    });
    await clock.advance(500);
    await Promise.all([later, again]);
    expect(order).toEqual(['again', 'later']);
  });

  it('refuses at once what cannot start in time, with the time after which it could', async () => {
    const { draw } = setUp({ ...security, units: 2, windowMs: 60_000 });
    for (const grant of await fill(draw, 2)) grant.settle();
    expect(await draw({ leftMs: 15_000 })).toEqual({ granted: false, retryAfterMs: 60_000 });
  });

  it('counts those who stand before: the third of a second-long line does not fit into two seconds', async () => {
    const { draw } = setUp({ ...security, units: 1, windowMs: 1_000 });
    (await granted(draw())).settle();
    void draw();
    void draw();
    expect(await draw({ leftMs: 2_900 })).toEqual({ granted: false, retryAfterMs: 3_000 });
  });

  it('lets go of callers that go away', async () => {
    const { clock, budget, draw } = setUp({ ...security, units: 1, windowMs: 1_000 });
    (await granted(draw())).settle();
    const gone = new AbortController();
    const left = draw({ signal: gone.signal });
    const next = draw();
    gone.abort(new Error('gone'));
    await expect(left).rejects.toThrow('gone');
    expect(budget.queueDepth).toBe(1);
    await clock.advance(1_000);
    await granted(next);
  });

  it('is bounded', async () => {
    const { draw } = setUp({ ...security, units: 1, windowMs: 1 });
    await granted(draw({ leftMs: 1e9 }));
    for (let i = 0; i < 1_000; i++) void draw({ leftMs: 1e9 });
    expect(await draw({ leftMs: 1e9 })).toMatchObject({ granted: false });
  });

  it('ends when it stops', async () => {
    const { budget, draw } = setUp({ ...security, units: 1 });
    await granted(draw());
    const waiting = draw({ leftMs: 120_000 });
    budget.stop();
    expect(await waiting).toMatchObject({ granted: false });
    expect(await draw()).toMatchObject({ granted: false });
  });
});

describe('classes', () => {
  it('keeps a tenth for the feed, so that a full house of callers does not stop it', async () => {
    const { draw } = setUp(security);
    await fill(draw, 135);
    expect(await draw({ leftMs: 1_000 })).toMatchObject({ granted: false });
    await fill(() => draw({ purpose: 'feed' }), 15);
  });

  it('lets background draw at most half, and only while nobody waits', async () => {
    const { budget, draw } = setUp(security);
    const background = () => draw({ purpose: 'background', leftMs: 120_000 });
    await fill(background, 75);
    void background();
    await settle();
    expect(budget.queueDepth).toBe(1);
    await fill(draw, 60);
  });

  it('gives background a twentieth even under load', async () => {
    const { clock, draw } = setUp(mcas);
    const load = () => void draw({ leftMs: 600_000 }).then((grant) => grant.granted && grant.settle());
    for (let i = 0; i < 200; i++) load();
    const background = draw({ purpose: 'background', leftMs: 120_000 });
    await clock.advance(60_000);
    expect((await granted(background)).waitedMs).toBeLessThanOrEqual(60_000);
  });

  it.each([tiny, mcas, security])('does not starve the feed under a flood of callers: %j', async (row) => {
    const { clock, draw } = setUp(row);
    const answered = (outcome: Grant | Refusal) => outcome.granted && outcome.settle();
    const flood = new AbortController();
    const caller = async () => {
      while (!flood.signal.aborted) {
        const outcome = await draw({ leftMs: 600_000 });
        answered(outcome);
      }
    };
    for (let i = 0; i < 20; i++) void caller();
    await clock.advance(70_000);
    let served = 0;
    for (let round = 0; round < 8; round++) {
      void draw({ purpose: 'feed', leftMs: 30_000 }).then((outcome) => {
        if (outcome.granted) served++;
        answered(outcome);
      });
      await clock.advance(30_000);
    }
    flood.abort();
    expect(served).toBe(8);
  });

  it('does not let a long feed sweep starve callers either', async () => {
    const { clock, draw } = setUp(tiny);
    const sweep = async () => {
      for (let page = 0; page < 40; page++) (await granted(draw({ purpose: 'feed', leftMs: 600_000 }))).settle();
    };
    void sweep();
    await clock.advance(5_000);
    const caller = draw({ leftMs: 15_000 });
    await clock.advance(15_000);
    expect((await granted(caller)).waitedMs).toBeLessThanOrEqual(3_750);
  });
});

describe('after a refusal', () => {
  it('grants nothing until the pause is over', async () => {
    const { clock, budget, draw } = setUp(security);
    budget.throttled(5_000);
    expect(await draw({ leftMs: 4_000 })).toEqual({ granted: false, retryAfterMs: 5_000 });
    const waiting = draw({ purpose: 'feed', leftMs: 10_000 });
    await clock.advance(4_999);
    expect(budget.queueDepth).toBe(1);
    await clock.advance(1);
    expect((await granted(waiting)).waitedMs).toBe(5_000);
  });

  it('refuses those in line whose deadline the pause passes', async () => {
    const { budget, draw } = setUp({ ...security, units: 1, windowMs: 1_000 });
    (await granted(draw())).settle();
    const waiting = draw({ leftMs: 3_000 });
    budget.throttled(10_000);
    expect(await waiting).toEqual({ granted: false, retryAfterMs: 10_000 });
  });

  it('halves a share that others use too, once per episode, and recovers slowly', async () => {
    const { clock, budget } = setUp(mcas);
    budget.throttled(1_000);
    budget.throttled(1_000);
    expect(budget.status().limit).toBe(12);
    await clock.advance(2_000);
    budget.throttled(1_000);
    expect(budget.status().limit).toBe(6);
    await clock.advance(300_000);
    expect(budget.status().limit).toBe(18);
    await clock.advance(300_000);
    expect(budget.status().limit).toBe(24);
  });

  it('keeps the whole of a limit that is ours alone', () => {
    const { budget } = setUp(security);
    budget.throttled(1_000);
    expect(budget.status().limit).toBe(150);
  });
});
