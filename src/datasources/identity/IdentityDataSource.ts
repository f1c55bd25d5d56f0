import type { RiskEventFilter } from '../../schema/inputs/riskEventFilter.input.js';
import type { RiskyUserFilter } from '../../schema/inputs/riskyUserFilter.input.js';
import type { Connection } from '../../schema/types/connection.js';
import type { RiskEvent } from '../../schema/types/riskEvent.type.js';
import type { RiskyUser, RiskyUserHistoryItem } from '../../schema/types/riskyUser.type.js';
import type { CallScope } from '../../upstream/contract.js';
import type { DataSourceDeps } from '../createDataSources.js';
import type { PageRequest } from '../paging/pageArgs.js';
import { riskDetectionCall } from './calls.js';
import { riskEventPolicy } from './policies.js';
import { RiskEventList } from './RiskEventList.js';
import { RiskyUserLists } from './RiskyUserLists.js';
import { type RiskyUserKey, RiskyUserReader } from './RiskyUserReader.js';
import { type RiskEventsOfUser, UserRiskEvents } from './UserRiskEvents.js';
import { unlessUnknown } from './unlessUnknown.js';

/** Our face of Identity Protection: risk events and risky users, one object per operation. */
export class IdentityDataSource {
  readonly #list: RiskEventList;
  readonly #ofUsers: UserRiskEvents;
  readonly #riskyUser: RiskyUserReader;
  readonly #riskyUsers: RiskyUserLists;

  constructor(
    private readonly deps: Pick<DataSourceDeps, 'upstreams' | 'cache' | 'clock'>,
    private readonly scope: CallScope,
  ) {
    const upstream = deps.upstreams.GRAPH_IDENTITY_PROTECTION;
    this.#list = new RiskEventList(upstream, deps.cache, deps.clock);
    this.#ofUsers = new UserRiskEvents(upstream, deps.cache, scope, this.#list);
    this.#riskyUser = new RiskyUserReader(upstream, deps.cache, scope);
    this.#riskyUsers = new RiskyUserLists(upstream, deps.cache, deps.clock, scope);
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
  riskyUser(user: RiskyUserKey): Promise<RiskyUser | null> {
    return this.#riskyUser.find(user);
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
