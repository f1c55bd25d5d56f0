import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { KeysetPosition } from '../../../../src/datasources/paging/cursor.js';
import { type WalkableList, walkKeysetPage } from '../../../../src/datasources/paging/keysetWalk.js';
import { fromTicks, toTicks } from '../../../../src/time/instant.js';

interface Row {
  readonly id: string;
  readonly at: string;
}

const start = toTicks('2026-11-21T08:00:00Z') as bigint;

function row(id: string, offset: number): Row {
  return { id, at: fromTicks(start + BigInt(offset)) };
}

interface Options {
  readonly direction?: 'asc' | 'desc';
  readonly limit?: number;
  readonly maxSkip?: number;
  readonly calls?: number;
}

/** A list ordered by time alone; equal times come in the order given. */
function walkable(rows: readonly Row[], options: Options = {}) {
  const { direction = 'desc', limit = 5, maxSkip = 500, calls = 1_000 } = options;
  const sign = direction === 'desc' ? -1 : 1;
  const sorted = [...rows].sort((a, b) => sign * (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
  const state = { calls: 0 };
  const list: WalkableList<Row> = {
    direction,
    orderOf: ({ at }) => at,
    idOf: ({ id }) => id,
    limit,
    maxSkip,
    mayCall: () => state.calls++ < calls,
    read: async ({ bound, exclusive, skip, limit: top }) => {
      const beyond = sorted.filter(({ at }) => {
        if (bound === undefined) return true;
        return at === bound ? !exclusive : direction === 'desc' ? at < bound : at > bound;
      });
      const page = beyond.slice(skip, skip + top);
      return {
        rows: page,
        hasMore: skip + page.length < beyond.length,
        asOf: '2026-11-21T08:00:00Z',
        total: beyond.length,
      };
    },
  };
  return { list, state };
}

async function readAll(rows: readonly Row[], first: number, options: Options): Promise<string[]> {
  const seen: string[] = [];
  let after: KeysetPosition | undefined;
  for (;;) {
    const page = await walkKeysetPage(walkable(rows, options).list, first, after);
    seen.push(...(page?.rows ?? []).map(({ id }) => id));
    const last = page?.rows.at(-1);
    if (!page?.hasNextPage || last === undefined) return seen;
    after = { order: last.at, id: last.id };
  }
}

describe('a keyset walk', () => {
  it.each(['asc', 'desc'] as const)(
    'pages %s through every row once, ordered by time and id, whatever times are equal',
    async (direction) => {
      await fc.assert(
        fc.asyncProperty(
          fc.array(fc.nat(6), { maxLength: 40 }),
          fc.integer({ min: 1, max: 8 }),
          fc.integer({ min: 1, max: 7 }),
          async (offsets, limit, first) => {
            const rows = offsets.map((offset, n) => row(`r${(n * 29) % 41}`, offset));
            const sign = direction === 'desc' ? -1 : 1;
            const ordered = [...rows].sort((a, b) =>
              a.at === b.at ? (a.id < b.id ? -1 : 1) : sign * (a.at < b.at ? -1 : 1),
            );
            expect(await readAll(rows, first, { direction, limit })).toEqual(ordered.map(({ id }) => id));
          },
        ),
      );
    },
  );

  it('tells instants apart that differ by 100 ns', async () => {
    const rows = [row('a', 0), row('b', 1), row('c', 2)];
    expect(await readAll(rows, 1, { limit: 2 })).toEqual(['c', 'b', 'a']);
  });

  it('reads a group of equal times at the edge of a page whole before it orders it', async () => {
    const rows = [row('new', 9), ...['d', 'c', 'b', 'a'].map((id) => row(id, 5)), row('old', 1)];
    const { list, state } = walkable(rows, { limit: 3 });
    const page = await walkKeysetPage(list, 2, undefined);
    expect(page?.rows.map(({ id }) => id)).toEqual(['new', 'a']);
    expect(page?.hasNextPage).toBe(true);
    expect(state.calls).toBe(3);
  });

  it('goes past a group that is larger than the reach of the upstream, and says truncated', async () => {
    const rows = [...Array.from({ length: 30 }, (_, n) => row(`t${String(n).padStart(2, '0')}`, 5)), row('old', 1)];
    const page = await walkKeysetPage(walkable(rows, { limit: 5, maxSkip: 10 }).list, 50, undefined);
    expect(page).toMatchObject({ truncated: true, hasNextPage: false });
    expect(page?.rows).toHaveLength(16);
    expect(page?.rows.at(-1)?.id).toBe('old');
  });

  it('ends when it may not call any more, and says truncated and that more follows', async () => {
    const rows = Array.from({ length: 30 }, (_, n) => row(`r${n}`, n));
    const page = await walkKeysetPage(walkable(rows, { limit: 5, calls: 2 }).list, 20, undefined);
    expect(page).toMatchObject({ truncated: true, hasNextPage: true });
    expect(page?.rows.map(({ id }) => id)).toEqual(['r29', 'r28', 'r27', 'r26', 'r25', 'r24', 'r23', 'r22']);
  });

  it('ends with an upstream that ignores the boundary', async () => {
    const endless = walkable([row('a', 1)], {}).list;
    const list = {
      ...endless,
      limit: 1,
      maxSkip: 3,
      read: async () => ({ rows: [row('a', 1)], hasMore: true, asOf: '' }),
    };
    const page = await walkKeysetPage(list, 5, undefined);
    expect(page).toMatchObject({ truncated: true, hasNextPage: false, rows: [{ id: 'a' }] });
  });

  it('is undefined when it may not call at all', async () => {
    expect(await walkKeysetPage(walkable([], { calls: 0 }).list, 5, undefined)).toBeUndefined();
  });
});
