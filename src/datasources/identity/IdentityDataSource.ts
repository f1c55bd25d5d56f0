import { noMirror } from '../../mirror/noMirror.js';
import type { RiskEventFilter } from '../../schema/inputs/riskEventFilter.input.js';
import type { RiskyUserFilter } from '../../schema/inputs/riskyUserFilter.input.js';
import type { Connection } from '../../schema/types/connection.js';
import type { RiskEvent } from '../../schema/types/riskEvent.type.js';
import type { RiskyUser, RiskyUserHistoryItem } from '../../schema/types/riskyUser.type.js';
import type { CallScope } from '../../upstream/contract.js';
import type { DataSourceDeps } from '../createDataSources.js';
import { listKeyOf } from '../paging/cursor.js';
import { orWhileAway } from '../paging/mirroredPage.js';
import type { PageRequest } from '../paging/pageArgs.js';
import { toPathSegment } from '../pathSegment.js';
import type { RiskyUserWrites } from './actions/createRiskyUserWrites.js';
import { RiskActionSender, type SentAction } from './actions/RiskActionSender.js';
import type { RiskAction } from './actions/riskActions.js';
import { riskDetectionCall } from './calls.js';
import { type ListedRows, MirroredRisk } from './MirroredRisk.js';
import { checkCursor } from './newestFirst.js';
import { mirroredStaleMs, riskEventPolicy } from './policies.js';
import { RiskEventList } from './RiskEventList.js';
import { RiskyUserLists } from './RiskyUserLists.js';
import { type RiskyUserKey, RiskyUserReader } from './RiskyUserReader.js';
import { UserRiskEvents } from './UserRiskEvents.js';
import { unlessUnknown } from './unlessUnknown.js';

/** Our face of Identity Protection: risk events and risky users, one object per operation. */
export class IdentityDataSource {
  /** State of our own actions, shared by the whole process. */
  readonly writes: RiskyUserWrites;
  readonly #mirrored: MirroredRisk;
  /** What stands in while the upstream is away. */
  readonly #lastKnown: MirroredRisk;
  readonly #list: RiskEventList;
  readonly #ofUsers: UserRiskEvents;
  readonly #riskyUser: RiskyUserReader;
  readonly #riskyUsers: RiskyUserLists;
  readonly #actions: RiskActionSender;

  constructor(
    private readonly deps: Pick<DataSourceDeps, 'upstreams' | 'cache' | 'clock' | 'riskyUserWrites' | 'mirror'>,
    private readonly scope: CallScope,
  ) {
    const upstream = deps.upstreams.GRAPH_IDENTITY_PROTECTION;
    const { pending } = deps.riskyUserWrites;
    this.writes = deps.riskyUserWrites;
    const { mirror = noMirror } = deps;
    this.#mirrored = new MirroredRisk(mirror, pending, scope);
    this.#lastKnown = new MirroredRisk(mirror, pending, scope, mirroredStaleMs);
    this.#list = new RiskEventList(upstream, deps.cache, deps.clock);
    this.#ofUsers = new UserRiskEvents(upstream, deps.cache, deps.clock, scope, this.#list);
    this.#riskyUser = new RiskyUserReader(upstream, deps.cache, deps.clock, scope);
    this.#riskyUsers = new RiskyUserLists(upstream, deps.cache, deps.clock, scope, pending, {
      mirrored: this.#mirrored,
      lastKnown: this.#lastKnown,
    });
    this.#actions = new RiskActionSender(upstream, deps.cache, pending, scope);
  }

  /**
   * One risk event, or null when the upstream does not know the id.
   * @throws {UserInputError} when the text cannot be an id.
   */
  async riskEvent(id: string): Promise<RiskEvent | null> {
    const call = riskDetectionCall(id);
    const mirrored = this.#mirrored.riskEvent(id);
    if (mirrored !== undefined) return mirrored;
    const upstream = this.deps.upstreams.GRAPH_IDENTITY_PROTECTION;
    const reading = this.deps.cache.read<RiskEvent>(riskEventPolicy, id, this.scope, async (scope) => {
      const answer = await unlessUnknown(upstream.send(call, scope));
      if (answer === null) return { value: null, asOf: new Date(this.deps.clock.now()).toISOString() };
      return { value: answer.value, asOf: answer.asOf, tags: ['riskEvents', `riskEvent:${id}`] };
    });
    return orWhileAway(
      reading.then(({ value }) => value),
      () => this.#lastKnown.riskEvent(id),
    );
  }

  /**
   * Risk events of the tenant, latest detected first.
   * @throws {UserInputError} when filter or cursor are not acceptable.
   */
  async riskEvents(
    filter: RiskEventFilter | null | undefined,
    page: PageRequest,
    withTotal = true,
  ): Promise<Connection<RiskEvent>> {
    return (
      this.#mirrored.riskEvents(filter, page, withTotal) ??
      orWhileAway(this.#list.page(filter, page, this.scope), () => this.#lastKnown.riskEvents(filter, page, withTotal))
    );
  }

  /**
   * Risk events of one user, latest act first. Users asked for together share calls.
   * @param since RFC 3339; what happened before may be left out. Null: all.
   */
  async riskEventsOfUser(user: { readonly id: string }, since: string | null = null): Promise<ListedRows<RiskEvent>> {
    return (
      this.#mirrored.riskEventsOfUser(user.id, since) ??
      orWhileAway(this.#ofUsers.of(user.id), () => this.#lastKnown.riskEventsOfUser(user.id, since))
    );
  }

  /**
   * One page of the risk events of one user, latest act first.
   * @throws {UserInputError} when the cursor belongs to another list.
   */
  async riskEventsOfUserPage(user: { readonly id: string }, page: PageRequest): Promise<Connection<RiskEvent>> {
    const key = listKeyOf('user.riskEvents', { userId: user.id.toLowerCase() });
    checkCursor(page, key);
    return (
      this.#mirrored.riskEventsOfUserPage(user.id, page, key) ??
      orWhileAway(this.#ofUsers.pageOf(user.id, page, key), () =>
        this.#lastKnown.riskEventsOfUserPage(user.id, page, key),
      )
    );
  }

  /**
   * The risky user of an account, or null when it never was at risk. Give the user principal name when it is known:
   * with it, users asked for together share calls.
   * @throws {UserInputError} when the id cannot be one.
   */
  async riskyUser(user: RiskyUserKey): Promise<RiskyUser | null> {
    toPathSegment(user.id);
    const read = async () => ({ user: await this.#riskyUser.find(user) });
    const mirrored = this.#mirrored.riskyUser(user.id);
    const found = mirrored ?? (await orWhileAway(read(), () => this.#lastKnown.riskyUser(user.id)));
    return this.writes.pending.apply(user.id, found.user);
  }

  /**
   * Sends an action on risky users, once; every read shows it from then on.
   * @param ids 1 to 60 object ids.
   * @throws {UpstreamError} when nothing was done because of missing rights, throttling or an outage.
   */
  actOnRisk(action: RiskAction, ids: readonly string[]): Promise<SentAction> {
    return this.#actions.send(action, ids);
  }

  /**
   * Risky users of the tenant, latest changed first.
   * @throws {UserInputError} when filter or cursor are not acceptable.
   */
  riskyUsers(filter: RiskyUserFilter | null | undefined, page: PageRequest): Promise<Connection<RiskyUser>> {
    return this.#riskyUsers.page(filter, page);
  }

  /**
   * How the risk of a user changed, latest first; empty when the user never was at risk.
   * @throws {UserInputError} when the id cannot be one.
   */
  riskyUserHistory(id: string): Promise<readonly RiskyUserHistoryItem[]> {
    return this.#riskyUsers.history(id);
  }
}
