import { toAccountId } from '../datasources/mcas/accounts/accountKey.js';
import type { ReferenceResolver } from '../federation/entities/contract.js';
import type { GatewayContext } from './context.js';
import { findById } from './findById.js';

/** By id, or else by what the id is made of. Accounts of a request share calls of 100, as alerts and activities do. */
export const mcasAccountReference: ReferenceResolver<GatewayContext> = (account, { dataSources }) => {
  const { id, idInApp, saasId, instanceId } = account;
  if (typeof id === 'string') return dataSources.mcasAccounts.byId(id);
  if (typeof idInApp !== 'string' || typeof saasId !== 'number' || typeof instanceId !== 'number') return null;
  return dataSources.mcasAccounts.byId(toAccountId({ id: idInApp, saas: saasId, inst: instanceId }));
};

export const mcasAlertReference = findById(({ mcasAlerts }, id) => mcasAlerts.byId(id));

export const mcasActivityReference = findById(({ mcasActivities }, id) => mcasActivities.byId(id));

/** One call each. */
export const mcasFileReference = findById(({ mcasFiles }, id) => mcasFiles.byId(id));

/** Out of the list of all. */
export const mcasIPRangeReference = findById(({ mcasIPRanges }, id) => mcasIPRanges.byId(id));
export const mcasDiscoveryStreamReference = findById(
  async ({ mcasDiscovery }, id) => (await mcasDiscovery.streams()).find((stream) => stream.id === id) ?? null,
);
