import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createMemoryChangeStore } from '../../../src/changes/memoryChangeStore.js';
import { fromTicks } from '../../../src/time/instant.js';
import { createManualClock, settle } from '../cache/manualClock.js';
import { alertOf, now, setUpMirror, ticks } from './support.js';

const id = fc.constantFrom('a', 'b', 'c', 'd', 'e');
const status = fc.constantFrom('new', 'inProgress', 'resolved');

const step = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ does: fc.constant('observe' as const), ids: fc.uniqueArray(id, { minLength: 1 }), status }),
  },
  { weight: 2, arbitrary: fc.record({ does: fc.constant('remove' as const), id }) },
  { weight: 2, arbitrary: fc.record({ does: fc.constantFrom('sweep' as const, 'settle' as const) }) },
  {
    weight: 1,
    arbitrary: fc.record({ does: fc.constantFrom('restart' as const, 'resync' as const, 'refill' as const) }),
  },
);

/** A load begins without an entry, so that the tail stands at the newest one all the while. */
const loadedAnewWhileComparing: (typeof step extends fc.Arbitrary<infer One> ? One : never)[] = [
  { does: 'remove' as const, id: 'd' },
  { does: 'refill' as const },
  { does: 'remove' as const, id: 'c' },
];

/** Rows as the store hands them out, page after page, each page when the test lets it. */
function slowRows(store: ReturnType<typeof createMemoryChangeStore>) {
  const rows = store.rows.bind(store);
  store.rows = async function* (topic) {
    for await (const page of rows(topic)) {
      for (const row of page) {
        yield [row];
        await settle(1);
      }
    }
  };
}

describe('a mirror that loads, loads again and follows the journal', () => {
  it('proves, whenever it proves something, exactly what the store remembers', async () => {
    let proofs = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
        const clock = createManualClock(Date.parse(now));
        const store = createMemoryChangeStore({ clock });
        slowRows(store);
        const set = await setUpMirror({ store });
        const compare = async () => {
          const { newest } = await store.read(0, 0);
          const remembered = (await store.remembered('alert', ['a', 'b', 'c', 'd', 'e'])).map(({ entity }) => entity);
          // Last, because a proof is good until the next pause only.
          const proof = set.mirror.prove('alert', {});
          if (proof === undefined || set.tail.position.sequence !== newest) return;
          proofs += 1;
          const mirrored = [...proof.rows.scan('updated', 'asc')].map((row) => row.entity);
          const byId = (x: { id: string }, y: { id: string }) => (x.id < y.id ? -1 : 1);
          expect([...mirrored].sort(byId)).toEqual([...remembered].sort(byId));
        };
        try {
          await set.firstFill([alertOf('a'), alertOf('b')]);
          let updates = 0n;
          for (const one of steps) {
            updates += 1n;
            const lastUpdateDateTime = fromTicks(ticks('2026-11-20T12:00:00Z') + updates);
            if (one.does === 'observe') {
              await set.feed.observe(
                'alert',
                one.ids.map((each) => alertOf(each, { status: one.status, lastUpdateDateTime })),
              );
            }
            if (one.does === 'remove') await set.feed.remove('alert', [one.id]);
            if (one.does === 'sweep') await set.sweep();
            if (one.does === 'settle') await settle(2);
            if (one.does === 'restart') await set.mirror.applier.restart();
            if (one.does === 'resync') await set.feed.resync('alert');
            if (one.does === 'refill') await set.feed.move('alert', { start: ticks(now) + updates });
            await compare();
          }
          for (let round = 0; round < 8; round += 1) await set.sweep();
          expect(set.mirror.prove('alert', {})).toBeDefined();
          await compare();
        } finally {
          await set.stop();
        }
      }),
      { numRuns: 120, examples: [[loadedAnewWhileComparing]] },
    );
    expect(proofs).toBeGreaterThan(200);
  });
});
