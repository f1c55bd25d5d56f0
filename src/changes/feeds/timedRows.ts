import { toTicks } from '../../time/instant.js';
import type { TimedRow } from './contract.js';

const ticksPerMs = 10_000n;

/** A row with its version: its last update in 100 ns ticks, its creation when that is absent. */
export interface Versioned<R extends TimedRow = TimedRow> {
  readonly row: R;
  readonly version: bigint;
}

/** In rising order of version; rows without a readable time are left out, because nothing can be proved about them. */
export function toVersioned<R extends TimedRow>(rows: readonly R[]): Versioned<R>[] {
  return rows
    .flatMap((row) => {
      const version = ticksOf(row.lastUpdateDateTime) ?? ticksOf(row.createdDateTime);
      return version === undefined ? [] : [{ row, version }];
    })
    .sort((a, b) => (a.version < b.version ? -1 : a.version > b.version ? 1 : 0));
}

export function countUnreadable(rows: readonly TimedRow[]): number {
  return rows.length - toVersioned(rows).length;
}

export function inParts<T>(items: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_none, part) =>
    items.slice(part * size, (part + 1) * size),
  );
}

export function ticksOf(text: string | null): bigint | undefined {
  return text === null ? undefined : toTicks(text);
}

/** An RFC 3339 text of the upstream's clock, or our own clock when it cannot be read. */
export function upstreamTicks(text: string, nowMs: number): bigint {
  return toTicks(text) ?? msToTicks(nowMs);
}

export function msToTicks(ms: number): bigint {
  return BigInt(Math.trunc(ms)) * ticksPerMs;
}

export function earlier(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}

export function later(a: bigint, b: bigint): bigint {
  return a > b ? a : b;
}
