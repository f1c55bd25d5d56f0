import type { DataSources } from '../datasources/createDataSources.js';
import type { ReferenceResolver } from '../federation/entities/contract.js';
import type { GatewayContext } from './context.js';

/** The reference resolver of a type whose only key is `id`. */
export function findById(
  find: (dataSources: DataSources, id: string) => Promise<object | null>,
): ReferenceResolver<GatewayContext> {
  return ({ id }, { dataSources }) => (typeof id === 'string' ? find(dataSources, id) : null);
}
