import type { Cache } from '../../cache/contract.js';
import type { JournalApplier } from '../journalApplier.js';

/** Among the marks of the feed of scores: the digest of the control profiles when they were last read. */
export const profilesMark = 'profiles';

/** Forgets cached control profiles when the feed, on whatever instance it runs, has seen other ones. */
export function createProfileTagApplier(cache: Pick<Cache, 'drop'>, tag: string): JournalApplier {
  let known: string | undefined;
  return {
    name: 'controlProfiles',
    apply: async ({ feeds }) => {
      const digest = feeds.secureScore.marks[profilesMark];
      const isChanged = known !== undefined && digest !== known;
      known = digest ?? known;
      if (isChanged) await cache.drop([tag]);
    },
    restart: async () => {
      known = undefined;
      await cache.drop([tag]);
    },
  };
}
