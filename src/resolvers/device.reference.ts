import type { ReferenceResolver } from '../federation/entities/contract.js';
import type { GatewayContext } from './context.js';

/** By object id or else by `deviceId`; all of a request together are one getByIds beside one `$batch`. */
export const deviceReference: ReferenceResolver<GatewayContext> = ({ id, deviceId }, { dataSources }) => {
  if (typeof id === 'string') return dataSources.directory.device({ id });
  return typeof deviceId === 'string' ? dataSources.directory.device({ deviceId }) : null;
};
