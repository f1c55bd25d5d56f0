import type { ChangeTopic, EntityOf } from '../../changes/contract.js';
import type { Mirror, Proof } from '../../mirror/contract.js';
import { noTime } from '../../mirror/MirrorTable.js';
import type { InstantFilter } from '../../schema/inputs/filters.input.js';
import type { RiskEventFilter } from '../../schema/inputs/riskEventFilter.input.js';
import type { Connection } from '../../schema/types/connection.js';
import type { RiskEvent } from '../../schema/types/riskEvent.type.js';
import type { RiskyUser } from '../../schema/types/riskyUser.type.js';
import { compareInstants, toTicks } from '../../time/instant.js';
import type { CallScope, UpstreamName } from '../../upstream/contract.js';
import type { RowsInfo } from '../paging/connection.js';
import { listKeyOf } from '../paging/cursor.js';
import { readMirrored, recallMany, tellMirrored, toOrderPosition } from '../paging/mirroredPage.js';
import type { PageRequest } from '../paging/pageArgs.js';
import type { PendingRisk } from './actions/PendingRisk.js';
import type { CompiledFilter } from './conditions.js';
import { compileRiskEventFilter } from './filters.js';
import { userKey } from './identityKeys.js';
import { checkCursor, NewestFirst } from './newestFirst.js';

/** Days for which Identity Protection keeps detections at most: a mirror that reaches back so far holds all of them. */
export const riskEventDays = 90;
const dayTicks = 864_000_000_000n;
/** The end of the kept days is not known to the minute. */
const edgeTicks = 36_000_000_000n;

const upstream: UpstreamName = 'GRAPH_IDENTITY_PROTECTION';
const byDetection = new NewestFirst<RiskEvent>((event) => event.detectedDateTime);
const byActivity = new NewestFirst<RiskEvent>((event) => event.activityDateTime);

/** Rows of a list, with the truth about them. */
export interface ListedRows<T> {
  readonly rows: readonly T[];
  readonly info: RowsInfo;
}

/** Risk events and risky users from the mirror, for one operation; `undefined` where it cannot prove an answer. */
export class MirroredRisk {
  /** @param staleMs As of a {@link MirrorReader}. */
  constructor(
    private readonly mirror: Mirror,
    private readonly pending: Pick<PendingRisk, 'concerns'>,
    private readonly scope: CallScope,
    private readonly staleMs?: number,
  ) {}

  /** One risk event; the mirror never says that there is none, because the newest are not in it yet. */
  riskEvent(id: string): RiskEvent | undefined {
    const found = recallMany({ ...this.#source, topic: 'riskEvent' }, [id]).get(id);
    return found !== undefined && this.#mayHaveChanged(found.userId) ? undefined : found;
  }

  /**
   * One page of the tenant's risk events, latest detected first.
   * @throws {UserInputError} when filter or cursor are not acceptable.
   */
  riskEvents(
    filter: RiskEventFilter | null | undefined,
    page: PageRequest,
    withTotal: boolean,
  ): Connection<RiskEvent> | undefined {
    const compiled = compileRiskEventFilter(filter);
    const key = listKeyOf('riskEvents', filter ?? {});
    const after = toOrderPosition(checkCursor(page, key));
    const proof = this.#prove('riskEvent');
    if (proof === undefined || compiled.matchesNothing) return undefined;
    const isWhole = holdsAllRiskEvents(proof);
    const [user, ...others] = filter?.userId?.in ?? [];
    const read = readMirrored(
      { ...this.#source, topic: 'riskEvent' },
      {
        order: 'created',
        direction: 'desc',
        matches: compiled.matches,
        spans: { created: detectedSpan(filter, isWhole), updated: filter?.lastUpdatedDateTime },
        key: user !== undefined && others.length === 0 ? userKey(user) : undefined,
        isWhole,
        after,
        first: page.first,
        withTotal,
      },
    );
    if (!read?.value || (withTotal && read.value.total === undefined)) return undefined;
    const { rows, hasNextPage, total } = read.value;
    return byDetection.connection(rows, { key, hasNextPage, totalCount: total ?? null, info: infoOf(proof) });
  }

  /**
   * Risk events of a user, latest act first: all of them, or all that happened since an instant.
   * @param since RFC 3339; null asks for all.
   */
  riskEventsOfUser(userId: string, since: string | null): ListedRows<RiskEvent> | undefined {
    const proof = this.#proveUser(userId);
    if (proof === undefined) return undefined;
    const from = since === null ? undefined : toTicks(since);
    const isProved = holdsAllRiskEvents(proof) || (from !== undefined && from >= proof.coveredFrom);
    return isProved ? this.#told(proof, eventsOf(userId, proof)) : undefined;
  }

  /**
   * One page of the risk events of a user, latest act first, while the page, with the row that proves the next one, is
   * of the mirrored window.
   */
  riskEventsOfUserPage(userId: string, page: PageRequest, key: string): Connection<RiskEvent> | undefined {
    const proof = this.#proveUser(userId);
    if (proof === undefined) return undefined;
    const events = eventsOf(userId, proof);
    const isWhole = holdsAllRiskEvents(proof);
    const next = byActivity.after(events, checkCursor(page, key))[page.first];
    const isProved = isWhole || (toTicks(next?.activityDateTime ?? '') ?? noTime) >= proof.coveredFrom;
    if (!isProved) return undefined;
    const { rows, info } = this.#told(proof, events);
    return byActivity.page(rows, page, { key, totalCount: isWhole ? rows.length : null, info });
  }

  /** The risky user of an account; null when it surely never was at risk. */
  riskyUser(id: string): { readonly user: RiskyUser | null } | undefined {
    const proof = this.#proveRiskyUsers();
    if (proof === undefined) {
      const user = recallMany({ ...this.#source, topic: 'riskyUser' }, [id]).get(id);
      return user === undefined ? undefined : { user };
    }
    const [row] = proof.rows.keyed(userKey(id));
    this.#told(proof, []);
    return { user: row?.entity ?? null };
  }

  /** All risky users that a filter matches, latest changed first. */
  riskyUsers({ matches }: CompiledFilter<RiskyUser>): ListedRows<RiskyUser> | undefined {
    const proof = this.#proveRiskyUsers();
    if (proof === undefined) return undefined;
    const rows: RiskyUser[] = [];
    for (const { entity } of proof.rows.scan('updated', 'desc')) if (matches(entity)) rows.push(entity);
    return this.#told(proof, rows);
  }

  get #source() {
    return { mirror: this.mirror, upstream, scope: this.scope, staleMs: this.staleMs };
  }

  #prove<T extends ChangeTopic>(topic: T): Proof<EntityOf<T>> | undefined {
    return this.mirror.prove(topic, { ...this.scope, staleMs: this.staleMs });
  }

  #proveUser(userId: string): Proof<RiskEvent> | undefined {
    const proof = this.#prove('riskEvent');
    return proof?.isInDoubt([userKey(userId)]) === true || this.#mayHaveChanged(userId) ? undefined : proof;
  }

  /** A snapshot reads everybody, so that who is not there is not at risk. */
  #proveRiskyUsers(): Proof<RiskyUser> | undefined {
    const proof = this.#prove('riskyUser');
    return proof !== undefined && proof.coveredFrom <= 0n ? proof : undefined;
  }

  /** An action on a user settles their risk events too; what they are like then, the upstream knows. */
  #mayHaveChanged(userId: string | null): boolean {
    return userId !== null && this.pending.concerns(userId);
  }

  #told<T>(proof: Proof<T>, rows: readonly T[]): ListedRows<T> {
    tellMirrored(this.scope, upstream, proof);
    return { rows, info: infoOf(proof) };
  }
}

function holdsAllRiskEvents({ coveredFrom, asOf }: Proof<RiskEvent>): boolean {
  const sweptAt = toTicks(asOf);
  return sweptAt !== undefined && coveredFrom <= sweptAt - BigInt(riskEventDays) * dayTicks + edgeTicks;
}

function eventsOf(userId: string, { rows }: Proof<RiskEvent>): readonly RiskEvent[] {
  return byActivity.sort([...rows.keyed(userKey(userId))].map(({ entity }) => entity));
}

/** Nothing is detected before it happens, so that a bound of the act keeps the detections to the window too. */
function detectedSpan(filter: RiskEventFilter | null | undefined, isWhole: boolean): InstantFilter | null | undefined {
  const acted = filter?.activityDateTime?.ge;
  const detected = filter?.detectedDateTime;
  const isNarrower = !isWhole && acted && (!detected?.ge || compareInstants(acted, detected.ge) > 0);
  return isNarrower ? { ...detected, ge: acted } : detected;
}

function infoOf({ asOf, stale }: Pick<Proof<unknown>, 'asOf' | 'stale'>): RowsInfo {
  return { asOf, source: 'MIRROR', stale, truncated: false, warnings: [] };
}
