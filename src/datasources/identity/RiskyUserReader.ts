import DataLoader from 'dataloader';
import type { Cache, Filled } from '../../cache/contract.js';
import { toError } from '../../errors/toError.js';
import type { RiskyUser } from '../../schema/types/riskyUser.type.js';
import type { CallScope, Upstream } from '../../upstream/contract.js';
import { anyOf, chunkForFilter, encodedLength, textLiteral } from '../odata/filterText.js';
import { listUrlCharacters, readRows, riskyUserCall, riskyUsersCall } from './calls.js';
import { riskyUserPolicy } from './policies.js';
import { unlessUnknown } from './unlessUnknown.js';

/** Pages of one filter of up to 15 names; names are unique among accounts, so that one page is what comes. */
const maxPagesPerFilter = 4;

/** Whom a risky user is looked up for. With the name, users wanted together share calls; without it each is a call. */
export interface RiskyUserKey {
  readonly id: string;
  readonly userPrincipalName?: string | null;
}

type FoundRiskyUsers = Map<string, Filled<RiskyUser> | Error>;

/**
 * Risky users joined to accounts. The upstream documents a filter by name but none by id, so users wanted together are
 * asked for by name, 15 a call, and matched by id; a single user is read by id, which no renaming can miss.
 */
export class RiskyUserReader {
  readonly #loader: DataLoader<RiskyUserKey, RiskyUser | null, string>;

  constructor(
    private readonly upstream: Upstream,
    private readonly cache: Cache,
    private readonly scope: CallScope,
  ) {
    this.#loader = new DataLoader((keys) => this.#load(keys), {
      cacheKeyFn: (key) => key.id.toLowerCase(),
      batchScheduleFn: (dispatch) => setImmediate(dispatch),
    });
  }

  /**
   * The risky user of an account, or null when it never was at risk.
   * @throws {UserInputError} when the id cannot be one.
   */
  find(key: RiskyUserKey): Promise<RiskyUser | null> {
    return this.#loader.load(key);
  }

  async #load(keys: readonly RiskyUserKey[]): Promise<(RiskyUser | null | Error)[]> {
    const wanted = new Map(keys.map((key) => [key.id.toLowerCase(), key]));
    const found = await this.cache.readMany<RiskyUser>(
      riskyUserPolicy,
      [...wanted.keys()],
      this.scope,
      (missing, scope) =>
        this.#fill(
          missing.flatMap((id) => wanted.get(id) ?? []),
          scope,
        ),
    );
    return keys.map((key) => {
      const cached = found.get(key.id.toLowerCase());
      return cached instanceof Error ? cached : (cached?.value ?? null);
    });
  }

  async #fill(keys: readonly RiskyUserKey[], scope: CallScope): Promise<FoundRiskyUsers> {
    const idOfName = new Map<string, string>();
    const withoutName: string[] = [];
    for (const { id, userPrincipalName: name } of keys) {
      if (name && keys.length > 1 && !idOfName.has(name)) idOfName.set(name, id);
      else withoutName.push(id);
    }
    const chunks = chunkForFilter([...idOfName.keys()], listUrlCharacters, (name) =>
      encodedLength(` or userPrincipalName eq ${textLiteral(name)}`),
    );
    const parts = await Promise.all([
      ...withoutName.map((id) => this.#fillById(id, scope)),
      ...chunks.map((names) => this.#fillByName(names, idOfName, scope)),
    ]);
    return new Map(parts.flatMap((part) => [...part]));
  }

  async #fillById(id: string, scope: CallScope): Promise<FoundRiskyUsers> {
    try {
      const answer = await unlessUnknown(this.upstream.send(riskyUserCall(id), scope));
      return answer === null ? new Map() : new Map([[id.toLowerCase(), toFilled(answer.value, answer.asOf)]]);
    } catch (error) {
      return new Map([[id.toLowerCase(), toError(error)]]);
    }
  }

  async #fillByName(
    names: readonly string[],
    idOfName: ReadonlyMap<string, string>,
    scope: CallScope,
  ): Promise<FoundRiskyUsers> {
    const ids = names.flatMap((name) => idOfName.get(name)?.toLowerCase() ?? []);
    try {
      const call = riskyUsersCall(anyOf('userPrincipalName', names));
      const read = await readRows(call, this.upstream, scope, maxPagesPerFilter);
      const rows = read.rows.filter((row) => ids.includes(row.id.toLowerCase()));
      return new Map(rows.map((row) => [row.id.toLowerCase(), toFilled(row, read.asOf)]));
    } catch (error) {
      return new Map(ids.map((id) => [id, toError(error)]));
    }
  }
}

function toFilled(user: RiskyUser, asOf: string): Filled<RiskyUser> {
  return { value: user, asOf, tags: ['riskyUsers', `riskyUser:${user.id.toLowerCase()}`] };
}
