import { describe, expect, it } from '@jest/globals';
import { CrowdGuard } from '../../../src/server/crowdGuard.js';
import { createManualClock } from '../cache/manualClock.js';

function setUp() {
  const clock = createManualClock();
  const room = { isFull: false };
  const guard = new CrowdGuard(() => room.isFull, 100, clock);
  const heardOf = (count: number) => Array.from({ length: count }, () => guard.cuts()).filter((isCut) => !isCut).length;
  return { clock, room, heardOf };
}

describe('a route with a guard against crowds', () => {
  it('hears everybody while it has room', () => {
    const { heardOf } = setUp();
    expect(heardOf(10_000)).toBe(10_000);
  });

  it('hears some and cuts the rest while it has none', async () => {
    const { clock, room, heardOf } = setUp();
    room.isFull = true;
    expect(heardOf(10_000)).toBe(100);
    await clock.advance(500);
    expect(heardOf(10_000)).toBe(50);
  });

  it('saves up no more than a second, however long it is quiet', async () => {
    const { clock, room, heardOf } = setUp();
    room.isFull = true;
    await clock.advance(3_600_000);
    expect(heardOf(10_000)).toBe(100);
  });

  it('hears everybody again as soon as there is room', () => {
    const { room, heardOf } = setUp();
    room.isFull = true;
    heardOf(1_000);
    room.isFull = false;
    expect(heardOf(1_000)).toBe(1_000);
  });
});
