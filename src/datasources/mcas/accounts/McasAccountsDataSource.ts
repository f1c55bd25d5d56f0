import DataLoader from 'dataloader';
import type { CachePolicy, Filled } from '../../../cache/contract.js';
import type { MCASAccountFilter } from '../../../schema/inputs/mcasAccountFilter.input.js';
import type { Connection } from '../../../schema/types/connection.js';
import type { MCASAccount } from '../../../schema/types/mcasAccount.type.js';
import { type CallScope, NotFoundError } from '../../../upstream/contract.js';
import type { PageRequest } from '../../paging/pageArgs.js';
import type { McasDeps } from '../McasDeps.js';
import { OffsetList } from '../OffsetList.js';
import { maxFilterValues } from '../operators.js';
import { readAllRows } from '../readAllRows.js';
import { noCallLeft } from '../truncation.js';
import { type AccountKey, readAccountId } from './accountKey.js';
import { getAccountCall, listAccountsCall, retrieveTreeCall } from './calls.js';
import { compileAccountFilter } from './filter.js';
import { toAccounts, toMcasAccount } from './map.js';
import type { AccountWire } from './wire.js';

const minutes = 60_000;

/** There is no change feed of accounts; they change seldom. */
const accountPolicy: CachePolicy = {
  resource: 'mcasAccount',
  upstream: 'MCAS',
  ttlMs: 10 * minutes,
  staleWhileRevalidateMs: 20 * minutes,
  staleIfErrorMs: 120 * minutes,
  negativeTtlMs: 2 * minutes,
};
const listPolicy: CachePolicy = { ...accountPolicy, resource: 'mcasAccounts', ttlMs: 2 * minutes };
const treePolicy: CachePolicy = { ...accountPolicy, resource: 'mcasAccountTree' };

export interface McasAccountListRequest {
  readonly filter?: MCASAccountFilter | null;
  readonly page: PageRequest;
}

/**
 * Users and accounts of Microsoft Defender for Cloud Apps, for one operation. One is one call, up to 100 together are
 * one filtered list.
 * @see https://learn.microsoft.com/en-us/defender-cloud-apps/api-entities
 */
export class McasAccountsDataSource {
  readonly #deps: McasDeps;
  readonly #scope: CallScope;
  readonly #loader: DataLoader<string, MCASAccount | null>;
  readonly #lists: OffsetList<AccountWire, MCASAccount>;

  constructor(deps: McasDeps, scope: CallScope) {
    this.#deps = deps;
    this.#scope = scope;
    this.#loader = new DataLoader(async (ids) => this.#loadMany(ids), { maxBatchSize: maxFilterValues });
    this.#lists = new OffsetList(deps, scope, {
      policy: listPolicy,
      call: listAccountsCall,
      map: toMcasAccount,
      idOf: (account) => account.id,
    });
  }

  /**
   * One user or account, or null when the upstream does not know it.
   * @throws {UserInputError} when the text is no id of an account.
   */
  async byId(id: string): Promise<MCASAccount | null> {
    readAccountId(id);
    return this.#loader.load(id);
  }

  /**
   * One page, by name.
   * @throws {UserInputError} when filter or cursor are not acceptable.
   */
  async list(request: McasAccountListRequest): Promise<Connection<MCASAccount>> {
    return this.#lists.page(compileAccountFilter(request.filter), request.page);
  }

  /**
   * The accounts of a user; of an account, all those of the user that it belongs to. No call when the record has them,
   * else one for each.
   * @throws {UpstreamError} when the call fails, or the operation has used up its calls.
   */
  async accountsOf(account: MCASAccount): Promise<readonly MCASAccount[]> {
    if (account.knownAccounts.length > 0) return account.knownAccounts;
    const read = await this.#deps.cache.read<readonly MCASAccount[]>(treePolicy, account.id, this.#scope, (scope) =>
      this.#fillTree(readAccountId(account.id), scope),
    );
    return read.value ?? [];
  }

  async #fillTree(key: AccountKey, scope: CallScope): Promise<Filled<readonly MCASAccount[]>> {
    if (!this.#deps.allowance.take(scope)) throw noCallLeft();
    const { value, asOf } = await this.#deps.upstream.send(retrieveTreeCall(key), scope);
    return { value: value.flatMap((row) => toAccounts(row.accounts)), asOf };
  }

  async #loadMany(ids: readonly string[]): Promise<(MCASAccount | null | Error)[]> {
    const found = await this.#deps.cache.readMany<MCASAccount>(accountPolicy, ids, this.#scope, (missing, scope) =>
      missing.length === 1 ? this.#fillOne(missing[0] as string, scope) : this.#fillMany(missing, scope),
    );
    return ids.map((id) => {
      const cached = found.get(id);
      return cached instanceof Error ? cached : (cached?.value ?? null);
    });
  }

  async #fillOne(id: string, scope: CallScope): Promise<ReadonlyMap<string, Filled<MCASAccount>>> {
    this.#deps.allowance.take(scope);
    try {
      const { value, asOf } = await this.#deps.upstream.send(getAccountCall(readAccountId(id)), scope);
      const account = toMcasAccount(value);
      return account === undefined ? new Map() : new Map([[id, { value: account, asOf }]]);
    } catch (error) {
      if (error instanceof NotFoundError) return new Map();
      throw error;
    }
  }

  /** The list brings the accounts of a user too; only what was asked for is kept. */
  async #fillMany(ids: readonly string[], scope: CallScope): Promise<ReadonlyMap<string, Filled<MCASAccount>>> {
    const filters = { entity: { eq: ids.map((id) => readAccountId(id)) } };
    const { rows, asOf } = await readAllRows(this.#deps, scope, (skip) => listAccountsCall(filters, skip));
    const accounts = rows.flatMap((row) => toMcasAccount(row) ?? []);
    const wanted = new Set(ids);
    return new Map(accounts.filter(({ id }) => wanted.has(id)).map((value) => [value.id, { value, asOf }]));
  }
}
