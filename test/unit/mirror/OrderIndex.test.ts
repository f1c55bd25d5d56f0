import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { OrderIndex } from '../../../src/mirror/OrderIndex.js';

interface Row {
  readonly ticks: bigint;
  readonly id: string;
  isGone: boolean;
}

const position = fc.record({ ticks: fc.bigInt({ min: 0n, max: 8n }), id: fc.constantFrom('a', 'b', 'c', 'd') });
const step = fc.oneof(
  fc.record({ does: fc.constant('add' as const), row: position }),
  fc.record({ does: fc.constant('remove' as const), which: fc.nat() }),
  fc.record({ does: fc.constant('addMany' as const), row: position, count: fc.integer({ min: 30, max: 60 }) }),
  fc.record({
    does: fc.constant('scan' as const),
    direction: fc.constantFrom('asc' as const, 'desc' as const),
    after: fc.option(position, { nil: undefined }),
  }),
);

describe('an order index', () => {
  it('scans like a list that is sorted each time, by time in the direction and by ascending id', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
        const index = new OrderIndex<Row>(({ ticks }) => ticks);
        let model: Row[] = [];
        const add = (row: { ticks: bigint; id: string }) => {
          const added = { ...row, id: `${row.id}${model.length}`, isGone: false };
          model.push(added);
          index.add(added);
        };
        for (const one of steps) {
          if (one.does === 'add') add(one.row);
          if (one.does === 'addMany') for (let n = 0; n < one.count; n += 1) add(one.row);
          if (one.does === 'remove' && model.length > 0) {
            const gone = model[one.which % model.length] as Row;
            gone.isGone = true;
            index.noteGone();
            model = model.filter((row) => row !== gone);
          }
          if (one.does === 'scan') {
            const sign = one.direction === 'asc' ? 1 : -1;
            const compare = (a: { ticks: bigint; id: string }, b: { ticks: bigint; id: string }) =>
              sign * Number(a.ticks - b.ticks) || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);
            const { after } = one;
            const expected = model
              .filter((row) => after === undefined || compare(row, after) > 0)
              .sort(compare)
              .map(({ id }) => id);
            expect([...index.scan(one.direction, after)].map(({ id }) => id)).toEqual(expected);
          }
        }
      }),
      { numRuns: 500 },
    );
  });
});
