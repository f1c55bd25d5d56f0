import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { categoryName } from '../../../../src/datasources/mcas/discovery/categoryName.js';
import { pageOfCategories } from '../../../../src/datasources/mcas/discovery/categoryPage.js';
import { parseCategories } from '../../../../src/datasources/mcas/discovery/wire.js';
import type { MCASDiscoveryCategory } from '../../../../src/schema/types/mcasDiscovery.type.js';
import { lostAnswer, refusal, setUpCloudApps } from './cloudApps.js';

const everything = { orderBy: 'TOTAL_DESC', first: 100, skip: 0 } as const;
const rows = [
  { id: 'SAASDB_CATEGORY_CRM', total: 2 },
  { id: 'SAASDB_CATEGORY_CLOUD_STORAGE', total: 9 },
];

describe('categories of a discovery report', () => {
  it('are read whole once for report and period, whatever part and order are wanted', async () => {
    const { upstream, operation } = setUpCloudApps(() => rows);
    const wanted = { streamId: 's1', timeFrame: 30, ...everything };
    const all = await operation().discovery.categories(wanted);
    expect(all).toEqual([
      { __typename: 'MCASDiscoveryCategory', id: rows[1]?.id, name: 'Cloud storage', total: 9 },
      { __typename: 'MCASDiscoveryCategory', id: rows[0]?.id, name: 'CRM', total: 2 },
    ]);
    expect(await operation().discovery.categories({ ...wanted, orderBy: 'TOTAL_ASC', first: 1 })).toEqual([all?.[1]]);
    expect(await operation().discovery.categories({ ...wanted, skip: 1 })).toEqual([all?.[1]]);
    expect(await operation().discovery.categories({ ...wanted, ids: ['SAASDB_CATEGORY_CRM', 'x'] })).toEqual([
      all?.[1],
    ]);
    expect(await operation().discovery.categories({ ...wanted, ids: [] })).toEqual([]);
    expect(upstream.calls.map(({ body }) => body)).toEqual([
      { streamId: 's1', timeFrame: 30, skip: 0, limit: 100, sortField: 'score', sortDirection: 'desc' },
    ]);
    await operation().discovery.categories({ ...wanted, timeFrame: 90 });
    await operation().discovery.categories({ ...everything, streamId: 's1' });
    await operation().discovery.categories({ ...wanted, streamId: 's2' });
    expect(upstream.calls.slice(1).map(({ body }) => [body.streamId, body.timeFrame])).toEqual([
      ['s1', 90],
      ['s1', undefined],
      ['s2', 30],
    ]);
  });

  it('are read anew once a log was handed over', async () => {
    const { upstream, operation } = setUpCloudApps((call) => (call.path.includes('categories') ? rows : {}));
    const wanted = { ...everything, streamId: 's1' };
    await operation().discovery.categories(wanted);
    await operation().discovery.finishUpload({ uploadUrl: 'u', inputStreamName: 'n', uploadAsSnapshot: false });
    await operation().discovery.categories(wanted);
    expect(upstream.requests).toBe(3);
  });

  it('are null for a report that is not there, and the refusal of a report is the fault of who asks', async () => {
    const wanted = { ...everything, streamId: 's1' };
    expect(
      await setUpCloudApps(() => undefined)
        .operation()
        .discovery.categories(wanted),
    ).toBeNull();
    const throwing = (error: Error) =>
      setUpCloudApps(() => {
        throw error;
      })
        .operation()
        .discovery.categories(wanted);
    await expect(throwing(refusal())).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
    await expect(throwing(lostAnswer())).rejects.toMatchObject({ code: 'UPSTREAM_UNAVAILABLE' });
  });

  it.each([
    ['streamId', { streamId: '' }],
    ['streamId', { streamId: 'a\nb' }],
    ['timeFrame', { timeFrame: 0 }],
    ['timeFrame', { timeFrame: 91 }],
    ['first', { first: 0 }],
    ['first', { first: 101 }],
    ['skip', { skip: -1 }],
  ])('are not asked for with a bad %s: %p', async (argument, bad) => {
    const { upstream, operation } = setUpCloudApps(() => rows);
    const wanted = { ...everything, streamId: 's1', ...bad };
    await expect(operation().discovery.categories(wanted)).rejects.toMatchObject({
      code: 'BAD_USER_INPUT',
      details: { argument },
    });
    expect(upstream.requests).toBe(0);
  });

  it.each([
    ['an envelope', { data: rows }],
    ['a row without an id', [{ total: 1 }]],
    ['a text', 'x'],
  ])('are not %s', (_name, body) => {
    expect(() => parseCategories(body)).toThrow();
  });

  it('keep a row whose total is none', () => {
    expect(
      parseCategories([
        { id: 'x', total: '7' },
        { id: 'y', total: {} },
      ]),
    ).toEqual([
      { id: 'x', total: 7 },
      { id: 'y', total: null },
    ]);
  });

  it('are in parts, side by side, the whole list in its order, rows without a total last', () => {
    const category = fc.record({
      __typename: fc.constant('MCASDiscoveryCategory' as const),
      id: fc.string({ maxLength: 3 }),
      name: fc.constant(null),
      total: fc.option(fc.integer({ min: 0, max: 5 })),
    });
    const lists = fc.uniqueArray(category, { selector: ({ id }) => id, maxLength: 20 });
    const orders = fc.constantFrom('TOTAL_ASC' as const, 'TOTAL_DESC' as const);
    fc.assert(
      fc.property(lists, orders, fc.integer({ min: 1, max: 7 }), (categories, orderBy, first) => {
        const parts: MCASDiscoveryCategory[] = [];
        for (let skip = 0; skip < categories.length; skip += first)
          parts.push(...pageOfCategories(categories, { ids: undefined, orderBy, first, skip }));
        expect(new Set(parts)).toEqual(new Set(categories));
        expect(parts).toHaveLength(categories.length);
        const totals = parts.map(({ total }) => total ?? (orderBy === 'TOTAL_ASC' ? 9 : -1));
        const sign = orderBy === 'TOTAL_ASC' ? 1 : -1;
        expect(totals).toEqual([...totals].sort((a, b) => sign * (a - b)));
      }),
    );
  });
});

describe('the name of a category', () => {
  it.each([
    ['SAASDB_CATEGORY_ACCOUNTING_AND_FINANCE', 'Accounting and finance'],
    ['SAASDB_CATEGORY_SUPLLY_CHAIN_AND_LOGISTICS', 'Supply chain and logistics'],
    ['SAASDB_CATEGORY_ALL', 'All categories'],
    ['SAASDB_SUBCATEGORY_INSURANCE_AND_INVESTMENTS', 'Insurance and investments'],
    ['SAASDB_CATEGORY_SPACE_TRAVEL', 'Space travel'],
    ['SAASDB_CATEGORY_', null],
    ['SAASDB_CATEGORY___proto__', null],
    ['12', null],
  ])('%s is %p', (id, name) => {
    expect(categoryName(id)).toBe(name);
  });
});

describe('block scripts', () => {
  it('are asked for by the number of the appliance, and kept for a minute each', async () => {
    const { upstream, clock, operation } = setUpCloudApps((call) => `script ${call.query.format}\n`);
    const read = async (format: 'PALO_ALTO' | 'WEBSENSE') => (await operation().discovery.blockScript(format))?.script;
    expect(await read('PALO_ALTO')).toBe('script 112\n');
    expect(await read('WEBSENSE')).toBe('script 135\n');
    expect(await read('PALO_ALTO')).toBe('script 112\n');
    expect(upstream.calls.map(({ query }) => query)).toEqual([
      { format: '112', type: 'banned' },
      { format: '135', type: 'banned' },
    ]);
    await clock.advance(61_000);
    await read('PALO_ALTO');
    expect(upstream.requests).toBe(3);
  });

  it('may be empty', async () => {
    const { operation } = setUpCloudApps(() => '');
    expect(await operation().discovery.blockScript('ZSCALER')).toEqual({
      __typename: 'MCASBlockScript',
      format: 'ZSCALER',
      script: '',
    });
  });

  it('are never old ones while the upstream fails', async () => {
    let fails = false;
    const { clock, operation } = setUpCloudApps(() => {
      if (fails) throw lostAnswer();
      return 'script';
    });
    await operation().discovery.blockScript('ZSCALER');
    fails = true;
    await clock.advance(61_000);
    await expect(operation().discovery.blockScript('ZSCALER')).rejects.toMatchObject({ code: 'UPSTREAM_UNAVAILABLE' });
  });
});
