import DataLoader from 'dataloader';
import type { DataSources } from '../datasources/createDataSources.js';
import { toError } from '../errors/toError.js';
import type { RiskyUser } from '../schema/types/riskyUser.type.js';
import { findById } from './findById.js';

/** One call each for those that are neither mirrored nor cached: the upstream documents no filter by id. */
export const riskEventReference = findById(({ identity }, id) => identity.riskEvent(id));

/** Several of a request share calls. */
export const riskyUserReference = findById((dataSources, id) => riskyUsersOf(dataSources).load(id));

const loaders = new WeakMap<DataSources, DataLoader<string, RiskyUser | null>>();

function riskyUsersOf(dataSources: DataSources): DataLoader<string, RiskyUser | null> {
  const loader = loaders.get(dataSources) ?? new DataLoader((ids) => findRiskyUsers(dataSources, ids));
  loaders.set(dataSources, loader);
  return loader;
}

/**
 * Risky users share calls by name, and a representation has the id only. So several are looked up in the directory first:
 * one call more, where there would be one for each. Whoever the directory cannot name is asked for alone.
 */
function findRiskyUsers(
  { directory, identity }: DataSources,
  ids: readonly string[],
): Promise<(RiskyUser | null | Error)[]> {
  const nameOf = (id: string) =>
    directory.user({ id }).then(
      (user) => user?.userPrincipalName ?? null,
      () => null,
    );
  return Promise.all(ids.map(async (id) => (ids.length > 1 ? nameOf(id) : null))).then((names) =>
    Promise.all(
      ids.map((id, index) => identity.riskyUser({ id, userPrincipalName: names[index] ?? null }).catch(toError)),
    ),
  );
}
