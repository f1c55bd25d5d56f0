import { mcasResourceId } from '../context.js';
import { AuthorityError } from './authorityErrors.js';

/** Application id of Microsoft Graph in every tenant. */
export const graphResourceId = '00000003-0000-0000-c000-000000000000';

/** An API that tokens can be asked for. */
export interface ApiResource {
  readonly audience: string;
  readonly api: 'graph' | 'mcas' | 'gateway';
}

/** Every audience that the emulated Graph accepts. */
export function graphAudiences(graphUrl: string): readonly string[] {
  return [
    graphUrl,
    graphResourceId,
    'https://graph.microsoft.com',
    'https://graph.microsoft.us',
    'https://dod-graph.microsoft.us',
    'https://microsoftgraph.chinacloudapi.cn',
  ];
}

/**
 * Finds the API that a scope (without `/.default` or a permission's name) or a version 1 `resource` names.
 * @throws {AuthorityError} when the tenant knows no such API.
 */
export function findResource(name: string, graphUrl: string, gatewayAudience: string): ApiResource {
  const wanted = name.toLowerCase().replace(/\/+$/, '');
  if (graphAudiences(graphUrl).some((audience) => audience.toLowerCase() === wanted))
    return { audience: name, api: 'graph' };
  if (wanted === mcasResourceId || wanted === `api://${mcasResourceId}`)
    return { audience: mcasResourceId, api: 'mcas' };
  if (wanted === gatewayAudience.toLowerCase()) return { audience: gatewayAudience, api: 'gateway' };
  throw new AuthorityError(
    400,
    'invalid_resource',
    500011,
    `The resource principal named ${name} was not found in the tenant named Contoso.`,
  );
}
