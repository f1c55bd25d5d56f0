import type { RiskEvent } from '../../schema/types/riskEvent.type.js';
import type { Clock } from '../../time/clock.js';
import type { Upstream } from '../../upstream/contract.js';
import type { Boarded, CrowdKind, Waiting, Want } from '../crowd/Crowd.js';
import { anyOf, chunkForFilter, encodedLength, maxValuesPerFilter, textLiteral } from '../odata/filterText.js';
import { listUrlCharacters, type ReadRows, readRows, riskDetectionsCall } from './calls.js';
import type { TenantRows } from './TenantRows.js';
import { TenantWide } from './TenantWide.js';

/** A user whose risk events are wanted; the key is the id in lower case. */
export interface RiskEventsWant extends Want {
  /** The id as the upstream spells it. */
  readonly userId: string;
}

/** What was read for a user; rows of others may be among them. */
export type RiskEventsRead = ReadRows<RiskEvent>;

export interface RiskEventsCrowdDeps {
  readonly upstream: Upstream;
  readonly clock: Clock;
  /** Keeps what is read of the whole tenant. */
  readonly rows: TenantRows<RiskEvent>;
}

/**
 * Users share one `or` filter of risk detections, of which all pages are read, because in unsorted pages a busy user
 * could hide another; or the whole tenant is read, when that takes fewer calls.
 * @param maxPages Upstream pages that one filter may cost.
 */
export function buildRiskEventsCrowd(
  { upstream, clock, rows }: RiskEventsCrowdDeps,
  maxPages: number,
): CrowdKind<RiskEventsWant, RiskEventsRead> {
  const tenant = new TenantWide(clock, maxValuesPerFilter, maxPages);
  return {
    select: (waiting) => (tenant.pays(waiting) ? waiting.map(({ want }) => want) : fitting(waiting)),
    async ask(_leader, board, land, scope) {
      let boarded: readonly Boarded<RiskEventsWant>[] = [];
      let keep: ReturnType<typeof rows.keep> | undefined;
      const atStart = () => {
        boarded = board();
        if (isTenantWide(boarded)) keep ??= rows.keep(scope);
        return { query: riskDetectionsCall(isTenantWide(boarded) ? undefined : filterOf(boarded)).query ?? {} };
      };
      let read: RiskEventsRead | undefined;
      try {
        read = await readRows({ ...riskDetectionsCall(undefined), atStart }, upstream, scope, maxPages);
      } finally {
        keep?.(read);
      }
      if (isTenantWide(boarded)) tenant.learn(read);
      if (isTenantWide(boarded) && !read.whole) return;
      for (const { want } of boarded) land(want, read);
    },
  };
}

function fitting(waiting: readonly Waiting<RiskEventsWant>[]): readonly RiskEventsWant[] {
  const first = waiting.slice(0, maxValuesPerFilter).map(({ want }) => want);
  const [ids = []] = chunkForFilter(
    first.map(({ userId }) => userId),
    listUrlCharacters,
    (userId) => encodedLength(` or userId eq ${textLiteral(userId)}`),
  );
  return first.slice(0, ids.length);
}

function isTenantWide(boarded: readonly unknown[]): boolean {
  return boarded.length > maxValuesPerFilter;
}

function filterOf(boarded: readonly Boarded<RiskEventsWant>[]): string {
  return anyOf(
    'userId',
    boarded.map(({ want }) => want.userId),
  );
}
