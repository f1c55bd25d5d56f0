import { describe, expect, it } from '@jest/globals';
import type { EmulatorContext } from '../../../emulator/context.js';
import { answerScan } from '../../../emulator/mcas/answerScan.js';
import { activityFilters } from '../../../emulator/mcas/filters/activityFilters.js';
import { toListInput } from '../../../emulator/mcas/readInput.js';
import { type EmulatorSwitchesInput, readSwitches } from '../../../emulator/switches.js';
import { buildEmptyTenant } from '../../../emulator/tenant/emptyTenant.js';
import type { Row } from '../../../emulator/tenant/Tenant.js';

const tenant = buildEmptyTenant('t');
const list = { filters: activityFilters(tenant), sortFields: { date: (row: Row) => Number(row.timestamp) } };

function contextWith(switches: EmulatorSwitchesInput): EmulatorContext {
  return {
    tenant,
    switches: readSwitches(switches),
    clock: { now: () => 1e12 },
    random: () => 0,
  } as unknown as EmulatorContext;
}

function rowsAt(...times: number[]): Row[] {
  return times.map((timestamp, index) => ({ _id: `row-${index}`, timestamp }));
}

/** Every page of a scan, following the filters that each page hands out. */
function scanAll(rows: Row[], switches: EmulatorSwitchesInput, sortDirection: 'asc' | 'desc', mostPages = 50): Row[][] {
  const pages: Row[][] = [];
  let filters: Row = { date: { gte: 0 } };
  while (pages.length < mostPages) {
    const page = answerScan(rows, toListInput({ filters, sortDirection, isScan: true }), list, contextWith(switches));
    pages.push([...page.data]);
    expect(page.hasNext).toBe(page.nextQueryFilters !== undefined);
    if (page.nextQueryFilters === undefined) return pages;
    filters = page.nextQueryFilters;
  }
  return pages;
}

function idsOf(pages: readonly Row[][]): unknown[] {
  return pages.flat().map((row) => row._id);
}

describe('a scan', () => {
  const spread = rowsAt(...Array.from({ length: 37 }, (_, index) => 1000 + Math.floor(index / 3)));

  it.each(['asc', 'desc'] as const)('brings every row once, %s', (direction) => {
    const pages = scanAll(spread, { mcasScanCap: 10 }, direction);
    expect(new Set(idsOf(pages)).size).toBe(37);
    expect(idsOf(pages)).toHaveLength(37);
    expect(pages.length).toBeGreaterThan(3);
  });

  it('withholds rows at the end of a page without losing them', () => {
    const pages = scanAll(spread, { mcasScanCap: 10, mcasScanWithheldRows: 4 }, 'asc');
    for (const page of pages.slice(0, -1)) expect(page.length).toBeLessThanOrEqual(6);
    expect(new Set(idsOf(pages))).toEqual(new Set(spread.map((row) => row._id)));
    expect(idsOf(pages)).toHaveLength(37);
  });

  it('gets past more rows of one millisecond than a page holds', () => {
    const tied = rowsAt(...Array<number>(25).fill(1000), 1001, 1002);
    expect(idsOf(scanAll(tied, { mcasScanCap: 10 }, 'asc'))).toHaveLength(27);
  });

  it('stalls on them when switched so', () => {
    const tied = rowsAt(...Array<number>(25).fill(1000), 1001);
    const pages = scanAll(tied, { mcasScanCap: 10, mcasScanStall: true }, 'asc', 4);
    expect(pages).toHaveLength(4);
    expect(pages[3]).toEqual(pages[0]);
  });

  it('reads 500 rows unless more are asked, and 5000 at most', () => {
    const many = rowsAt(...Array.from({ length: 6000 }, (_, index) => 1000 + index));
    const ask = (limit?: number) =>
      answerScan(many, toListInput({ isScan: true, ...(limit === undefined ? {} : { limit }) }), list, contextWith({}))
        .data.length;
    expect([ask(), ask(20), ask(700), ask(9999)]).toEqual([500, 500, 700, 5000]);
  });
});
