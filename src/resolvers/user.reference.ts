import type { ReferenceResolver } from '../federation/entities/contract.js';
import type { GatewayContext } from './context.js';

/** By object id or else by user principal name; all of a request together are one getByIds beside one `$batch`. */
export const userReference: ReferenceResolver<GatewayContext> = ({ id, userPrincipalName }, { dataSources }) => {
  if (typeof id === 'string') return dataSources.directory.user({ id });
  return typeof userPrincipalName === 'string' ? dataSources.directory.user({ userPrincipalName }) : null;
};
