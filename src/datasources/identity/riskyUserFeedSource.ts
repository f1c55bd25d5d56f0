import type { RiskyUserSource } from '../../changes/feeds/listContract.js';
import type { RiskyUser } from '../../schema/types/riskyUser.type.js';
import { anyOf, chunkForFilter, encodedLength, textLiteral } from '../odata/filterText.js';
import { listUrlCharacters, readRows, riskyUserCall, riskyUsersCall } from './calls.js';
import { type IdentityFeedSourceDeps, readListPage } from './readListPage.js';
import { unlessUnknown } from './unlessUnknown.js';

/** Pages that one filter of up to 15 names may cost; names are all but unique. */
const maxPagesOfNames = 2;

/**
 * Reads risky users for the change feed: all of them, because no filter by time is documented, or those of some names.
 * @see https://learn.microsoft.com/graph/api/riskyuser-list
 */
export function createRiskyUserFeedSource({ upstream, makeScope }: IdentityFeedSourceDeps): RiskyUserSource {
  return {
    upstream: upstream.name,
    read: ({ next, purpose, signal }) => {
      const first = { ...riskyUsersCall(undefined), operation: 'riskyUsers.feed' };
      return readListPage(upstream, first, next, makeScope(signal, purpose));
    },
    named: async (names, signal) => {
      const found: RiskyUser[] = [];
      const charactersOf = (name: string) => encodedLength(` or userPrincipalName eq ${textLiteral(name)}`);
      for (const chunk of chunkForFilter(names, listUrlCharacters, charactersOf)) {
        const call = { ...riskyUsersCall(anyOf('userPrincipalName', chunk)), operation: 'riskyUsers.feed' };
        const { rows } = await readRows(call, upstream, makeScope(signal, 'feed'), maxPagesOfNames);
        found.push(...rows);
      }
      return found;
    },
    byId: async (id, purpose, signal) => {
      const answer = await unlessUnknown(upstream.send(riskyUserCall(id), makeScope(signal, purpose)));
      return answer?.value ?? null;
    },
  };
}
