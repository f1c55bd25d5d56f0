import DataLoader from 'dataloader';
import type { Cache, CachePolicy, Filled } from '../../cache/contract.js';
import type { MCASActivity } from '../../schema/types/mcasActivity.type.js';
import { type CallScope, NotFoundError, type Upstream, type UpstreamAnswer } from '../../upstream/contract.js';
import { type CallAllowance, getActivityCall, listActivitiesCall } from './calls.js';
import { toMcasActivity } from './map.js';
import { maxFilterValues } from './operators.js';

import { noCallLeft } from './truncation.js';
import type { ActivityPage } from './wire.js';

const minutes = 60_000;

/** Activities never change once they are stored. */
const policy: CachePolicy = {
  resource: 'mcasActivity',
  upstream: 'MCAS',
  ttlMs: 30 * minutes,
  staleWhileRevalidateMs: 0,
  staleIfErrorMs: 120 * minutes,
  negativeTtlMs: minutes,
};

export interface ActivityLoaderDeps {
  readonly upstream: Upstream;
  readonly cache: Cache;
  readonly allowance: CallAllowance;
}

/** Activities by id. One id is one call; several are one filtered list, and a call for each that the list did not hold. */
export class ActivityLoader {
  private readonly loader: DataLoader<string, MCASActivity | null>;

  constructor(
    private readonly deps: ActivityLoaderDeps,
    private readonly scope: CallScope,
  ) {
    this.loader = new DataLoader(async (ids) => this.loadMany(ids), { maxBatchSize: maxFilterValues });
  }

  async load(id: string): Promise<MCASActivity | null> {
    getActivityCall(id);
    return this.loader.load(id);
  }

  private async loadMany(ids: readonly string[]): Promise<(MCASActivity | null | Error)[]> {
    const found = await this.deps.cache.readMany<MCASActivity>(policy, ids, this.scope, (missing, scope) =>
      this.fill(missing, scope),
    );
    return ids.map((id) => {
      const cached = found.get(id);
      return cached instanceof Error ? cached : (cached?.value ?? null);
    });
  }

  private async fill(
    ids: readonly string[],
    scope: CallScope,
  ): Promise<ReadonlyMap<string, Filled<MCASActivity> | Error>> {
    const filled = new Map<string, Filled<MCASActivity> | Error>();
    if (ids.length > 1) {
      this.deps.allowance.take(scope);
      const call = listActivitiesCall({ 'activity.id': { eq: ids } }, {}, 0);
      for (const entry of toEntries(await this.deps.upstream.send(call, scope))) filled.set(...entry);
    }
    await Promise.all(ids.filter((id) => !filled.has(id)).map((id) => this.fillOne(id, filled, scope)));
    return filled;
  }

  private async fillOne(
    id: string,
    filled: Map<string, Filled<MCASActivity> | Error>,
    scope: CallScope,
  ): Promise<void> {
    if (!this.deps.allowance.take(scope)) {
      filled.set(id, noCallLeft());
      return;
    }
    try {
      const answer = await this.deps.upstream.send(getActivityCall(id), scope);
      filled.set(id, { value: toMcasActivity(answer.value), asOf: answer.asOf });
    } catch (error) {
      if (!(error instanceof NotFoundError)) filled.set(id, error as Error);
    }
  }
}

function toEntries(answer: UpstreamAnswer<ActivityPage>): [string, Filled<MCASActivity>][] {
  return answer.value.rows.map(toMcasActivity).map((value) => [value.id, { value, asOf: answer.asOf }]);
}
