import type { Cache } from '../../cache/contract.js';
import type { SecureScoreControlProfile } from '../../schema/types/secureScoreControlProfile.type.js';
import type { CallScope, Upstream } from '../../upstream/contract.js';
import { orWhileAway, tellMirrored } from '../paging/mirroredPage.js';
import { allProfiles, type KeptProfiles } from './createKeptProfiles.js';
import { profilesPolicy, profilesTag } from './policies.js';
import { type ReadRows, readControlProfiles } from './readScores.js';

export interface ControlProfilesDeps {
  readonly upstream: Upstream;
  readonly cache: Cache;
  /** Absent: profiles are read when they are asked for. */
  readonly kept: KeptProfiles | undefined;
}

type StoredProfiles = Omit<ReadRows<SecureScoreControlProfile>, 'asOf'>;

/** Every control profile of the tenant, for one operation: those at hand, or else from cache and upstream. */
export class ControlProfiles {
  constructor(
    private readonly deps: ControlProfilesDeps,
    private readonly scope: CallScope,
  ) {}

  async read(): Promise<readonly SecureScoreControlProfile[]> {
    return this.recall() ?? orWhileAway(this.fetch(), () => this.recall(profilesPolicy.staleIfErrorMs));
  }

  /** Whoever reads from here on reads anew. */
  async forget(): Promise<void> {
    this.deps.kept?.invalidate(allProfiles);
    await this.deps.cache.drop([profilesTag]);
  }

  private recall(staleMs?: number): readonly SecureScoreControlProfile[] | undefined {
    const found = this.deps.kept?.recall(allProfiles, { ...this.scope, staleMs });
    if (!found?.value) return undefined;
    tellMirrored(this.scope, this.deps.upstream.name, found);
    return found.value;
  }

  private async fetch(): Promise<readonly SecureScoreControlProfile[]> {
    const { cache, upstream, kept } = this.deps;
    const cached = await cache.read<StoredProfiles>(profilesPolicy, allProfiles, this.scope, async (scope) => {
      const { asOf, ...value } = await readControlProfiles(upstream, scope);
      if (value.warnings.length === 0) kept?.learn(new Map([[allProfiles, { value: value.rows, asOf }]]));
      return { value, asOf, tags: [profilesTag] };
    });
    for (const warning of cached.value?.warnings ?? []) this.scope.meter.warning(warning);
    return cached.value?.rows ?? [];
  }
}
