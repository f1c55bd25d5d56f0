import type { Cache } from '../../../cache/contract.js';
import { type CallScope, NotFoundError, type Upstream } from '../../../upstream/contract.js';
import { outcomeIsUnknown } from '../../../upstream/failures.js';
import { isRefusal } from '../../mutations/ObjectEditor.js';
import { textLiteral } from '../../odata/filterText.js';
import { readRows, riskActionCall, riskyUsersCall } from '../calls.js';
import type { PendingRisk } from './PendingRisk.js';
import { type RiskAction, showsAction } from './riskActions.js';

/** What became of one call of an action. */
export type SentAction =
  | { readonly kind: 'done' }
  /** The answer was lost; these ids show the effect, of the others nobody knows. */
  | { readonly kind: 'unclear'; readonly shown: ReadonlySet<string> }
  /** Nothing was done: the upstream does not know one of the ids. */
  | { readonly kind: 'unknownId' }
  /** Nothing was done: the upstream found the request wrong. */
  | { readonly kind: 'refused' };

/** Upstream pages of 500 users that looking for an effect may cost. */
const maxPagesOfProof = 4;

/** Sends actions on risky users. A call whose answer is lost is never sent again; what it did is looked up. */
export class RiskActionSender {
  constructor(
    private readonly upstream: Upstream,
    private readonly cache: Cache,
    private readonly pending: PendingRisk,
    private readonly scope: CallScope,
  ) {}

  /**
   * @param ids 1 to 60 object ids.
   * @throws {UpstreamError} when nothing was done because of missing rights, throttling or an outage.
   */
  async send(action: RiskAction, ids: readonly string[]): Promise<SentAction> {
    try {
      const answer = await this.upstream.send(riskActionCall(action.verb, ids), this.scope);
      this.pending.record(ids, action, answer.asOf);
      await this.#forget(ids);
      return { kind: 'done' };
    } catch (error) {
      if (error instanceof NotFoundError) return { kind: 'unknownId' };
      if (isRefusal(error)) return { kind: 'refused' };
      if (!outcomeIsUnknown(error)) throw error;
      return { kind: 'unclear', shown: await this.#lookUp(action, ids) };
    }
  }

  /** The ids, in lower case, that show the effect; empty when that cannot be read. */
  async #lookUp(action: RiskAction, ids: readonly string[]): Promise<ReadonlySet<string>> {
    const wanted = new Set(ids.map((id) => id.toLowerCase()));
    try {
      const call = riskyUsersCall(`riskState eq ${textLiteral(action.state)}`);
      const read = await readRows(call, this.upstream, this.scope, maxPagesOfProof);
      const rows = read.rows.filter((row) => wanted.has(row.id.toLowerCase()) && showsAction(row, action));
      const shown = rows.map((row) => row.id.toLowerCase());
      this.pending.record(shown, action, read.asOf);
      return new Set(shown);
    } catch {
      return new Set();
    } finally {
      await this.#forget(ids);
    }
  }

  /** Forgets what was read of the users before: their risk, its history, the lists, and the states of their risk events. */
  async #forget(ids: readonly string[]): Promise<void> {
    const own = ids.map((id) => id.toLowerCase()).flatMap((id) => [`riskyUser:${id}`, `riskEvents:user:${id}`]);
    await this.cache.drop(['riskyUsers', ...own]);
  }
}
