import type { RiskyUser } from '../../schema/types/riskyUser.type.js';
import type { Clock } from '../../time/clock.js';
import type { CallScope, Page, Upstream, UpstreamCall } from '../../upstream/contract.js';
import type { Boarded, CrowdKind, Waiting, Want } from '../crowd/Crowd.js';
import { anyOf, chunkForFilter, encodedLength, maxValuesPerFilter, textLiteral } from '../odata/filterText.js';
import { listUrlCharacters, type ReadRows, readRows, riskyUserCall, riskyUsersCall } from './calls.js';
import type { TenantRows } from './TenantRows.js';
import { TenantWide } from './TenantWide.js';
import { unlessUnknown } from './unlessUnknown.js';

/** Upstream pages that one filter of up to 15 names, or the tenant, may cost. */
const maxPages = 4;

/** A user of whom the risky user is wanted; the key is the id in lower case. */
export interface RiskyUserWant extends Want {
  readonly id: string;
  /** Without it the user cannot share a filter. */
  readonly userPrincipalName: string | undefined;
}

export interface FoundRiskyUser {
  readonly user: RiskyUser | null;
  readonly asOf: string;
}

export interface RiskyUsersCrowdDeps {
  readonly upstream: Upstream;
  readonly clock: Clock;
  /** Keeps what is read of the whole tenant. */
  readonly rows: TenantRows<RiskyUser>;
}

/**
 * The upstream documents a filter of risky users by name but none by id, so users share a filter by name and are matched
 * by id; who goes alone is read by id, which no renaming can miss; many are read with the whole tenant, when that takes
 * fewer calls.
 */
export function buildRiskyUsersCrowd({
  upstream,
  clock,
  rows,
}: RiskyUsersCrowdDeps): CrowdKind<RiskyUserWant, FoundRiskyUser> {
  const tenant = new TenantWide(clock, maxValuesPerFilter, maxPages);
  return {
    select: (waiting) => (tenant.pays(waiting) ? waiting.map(({ want }) => want) : fitting(waiting)),
    async ask(_leader, board, land, scope) {
      let boarded: readonly Boarded<RiskyUserWant>[] = [];
      let keep: ReturnType<typeof rows.keep> | undefined;
      const atStart = () => {
        boarded = board();
        if (isTenantWide(boarded)) keep ??= rows.keep(scope);
        return toCall(boarded);
      };
      let read: ReadRows<RiskyUser> | undefined;
      try {
        read = await readAny({ ...riskyUsersCall(undefined), atStart }, upstream, scope);
      } finally {
        keep?.(read);
      }
      if (isTenantWide(boarded)) tenant.learn(read);
      if (isTenantWide(boarded) && !read.whole) return;
      const found = new Map(read.rows.map((row) => [row.id.toLowerCase(), row]));
      const asOf = read.asOf || new Date(clock.now()).toISOString();
      for (const { want } of boarded) land(want, { user: found.get(want.key) ?? null, asOf });
    },
  };
}

function isTenantWide(boarded: readonly unknown[]): boolean {
  return boarded.length > maxValuesPerFilter;
}

/** The first, and those after it whose names fit beside its own. */
function fitting(waiting: readonly Waiting<RiskyUserWant>[]): readonly RiskyUserWant[] {
  const [first] = waiting;
  if (first?.want.userPrincipalName === undefined) return first === undefined ? [] : [first.want];
  const byName = new Map<string, RiskyUserWant>();
  for (const { want } of waiting) {
    const name = want.userPrincipalName;
    if (name !== undefined && !byName.has(name)) byName.set(name, want);
    if (byName.size === maxValuesPerFilter) break;
  }
  const [names = []] = chunkForFilter([...byName.keys()], listUrlCharacters, (name) =>
    encodedLength(` or userPrincipalName eq ${textLiteral(name)}`),
  );
  return names.flatMap((name) => byName.get(name) ?? []);
}

function toCall(boarded: readonly Boarded<RiskyUserWant>[]): Partial<UpstreamCall<Page<RiskyUser>>> {
  const [first] = boarded;
  if (first !== undefined && boarded.length === 1) {
    const { path, parse } = riskyUserCall(first.want.id);
    return { path, query: {}, parse: (body) => ({ rows: [parse(body)] }) };
  }
  if (isTenantWide(boarded)) return riskyUsersCall(undefined);
  const names = boarded.flatMap(({ want }) => want.userPrincipalName ?? []);
  return riskyUsersCall(anyOf('userPrincipalName', names));
}

/** A user that the upstream does not know is no row. */
async function readAny(
  call: UpstreamCall<Page<RiskyUser>>,
  upstream: Upstream,
  scope: CallScope,
): Promise<ReadRows<RiskyUser>> {
  return (
    (await unlessUnknown(readRows(call, upstream, scope, maxPages))) ?? { rows: [], whole: true, pages: 0, asOf: '' }
  );
}
