import type { RiskEventFilter } from '../../schema/inputs/riskEventFilter.input.js';
import type { RiskyUserFilter } from '../../schema/inputs/riskyUserFilter.input.js';
import type { Connection } from '../../schema/types/connection.js';
import type { RiskEvent } from '../../schema/types/riskEvent.type.js';
import type { RiskyUser, RiskyUserHistoryItem } from '../../schema/types/riskyUser.type.js';
import type { CallScope } from '../../upstream/contract.js';
import type { DataSourceDeps } from '../createDataSources.js';
import type { PageRequest } from '../paging/pageArgs.js';
import type { RiskyUserWrites } from './actions/createRiskyUserWrites.js';
import { RiskActionSender, type SentAction } from './actions/RiskActionSender.js';
import type { RiskAction } from './actions/riskActions.js';
import { riskDetectionCall } from './calls.js';
import { riskEventPolicy } from './policies.js';
import { RiskEventList } from './RiskEventList.js';
import { RiskyUserLists } from './RiskyUserLists.js';
import { type RiskyUserKey, RiskyUserReader } from './RiskyUserReader.js';
import { type RiskEventsOfUser, UserRiskEvents } from './UserRiskEvents.js';
import { unlessUnknown } from './unlessUnknown.js';

/** Our face of Identity Protection: risk events and risky users, one object per operation. */
export class IdentityDataSource {
  /** State of our own actions, shared by the whole process. */
  readonly writes: RiskyUserWrites;
  readonly #list: RiskEventList;
  readonly #ofUsers: UserRiskEvents;
  readonly #riskyUser: RiskyUserReader;
  readonly #riskyUsers: RiskyUserLists;
  readonly #actions: RiskActionSender;

  constructor(
    private readonly deps: Pick<DataSourceDeps, 'upstreams' | 'cache' | 'clock' | 'riskyUserWrites'>,
    private readonly scope: CallScope,
  ) {
    const upstream = deps.upstreams.GRAPH_IDENTITY_PROTECTION;
    const { pending } = deps.riskyUserWrites;
    this.writes = deps.riskyUserWrites;
    this.#list = new RiskEventList(upstream, deps.cache, deps.clock);
    this.#ofUsers = new UserRiskEvents(upstream, deps.cache, deps.clock, scope, this.#list);
    this.#riskyUser = new RiskyUserReader(upstream, deps.cache, deps.clock, scope);
    this.#riskyUsers = new RiskyUserLists(upstream, deps.cache, deps.clock, scope, pending);
    this.#actions = new RiskActionSender(upstream, deps.cache, pending, scope);
  }

  /**
   * One risk event, or null when the upstream does not know the id.
   * @throws {UserInputError} when the text cannot be an id.
   */
  async riskEvent(id: string): Promise<RiskEvent | null> {
    const call = riskDetectionCall(id);
    const upstream = this.deps.upstreams.GRAPH_IDENTITY_PROTECTION;
    const cached = await this.deps.cache.read<RiskEvent>(riskEventPolicy, id, this.scope, async (scope) => {
      const answer = await unlessUnknown(upstream.send(call, scope));
      if (answer === null) return { value: null, asOf: new Date(this.deps.clock.now()).toISOString() };
      return { value: answer.value, asOf: answer.asOf, tags: ['riskEvents', `riskEvent:${id}`] };
    });
    return cached.value;
  }

  /**
   * Risk events of the tenant, latest detected first.
   * @throws {UserInputError} when filter or cursor are not acceptable.
   */
  riskEvents(filter: RiskEventFilter | null | undefined, page: PageRequest): Promise<Connection<RiskEvent>> {
    return this.#list.page(filter, page, this.scope);
  }

  /** All risk events of one user, latest act first. Users asked for together share calls. */
  riskEventsOfUser(user: { readonly id: string }): Promise<RiskEventsOfUser> {
    return this.#ofUsers.of(user.id);
  }

  /**
   * One page of the risk events of one user, latest act first.
   * @throws {UserInputError} when the cursor belongs to another list.
   */
  riskEventsOfUserPage(user: { readonly id: string }, page: PageRequest): Promise<Connection<RiskEvent>> {
    return this.#ofUsers.pageOf(user.id, page);
  }

  /**
   * The risky user of an account, or null when it never was at risk. Give the user principal name when it is known:
   * with it, users asked for together share calls.
   * @throws {UserInputError} when the id cannot be one.
   */
  async riskyUser(user: RiskyUserKey): Promise<RiskyUser | null> {
    return this.writes.pending.apply(user.id, await this.#riskyUser.find(user));
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
