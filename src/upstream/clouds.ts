import type { UpstreamName } from './contract.js';

/** The Microsoft clouds; tokens of one are not valid in another. */
export const cloudNames = ['global', 'usgov', 'usgovdod', 'china'] as const;
export type CloudName = (typeof cloudNames)[number];

export interface Cloud {
  /** Microsoft Graph host root, without a version; also the resource that Graph tokens are issued for. */
  readonly graphUrl: string;
  /** Host root of the Entra authority. */
  readonly authorityHost: string;
  /** Parts of Microsoft Graph that the cloud does not offer. */
  readonly lacks: readonly UpstreamName[];
}

/**
 * Microsoft Graph and sign-in roots by national cloud. US Government L4 is `usgov`, L5 (DoD) is `usgovdod`.
 * China has the directory but none of the security APIs that this gateway reads.
 * @see https://learn.microsoft.com/en-us/graph/deployments
 */
export const clouds: Readonly<Record<CloudName, Cloud>> = {
  global: { graphUrl: 'https://graph.microsoft.com', authorityHost: 'https://login.microsoftonline.com', lacks: [] },
  usgov: { graphUrl: 'https://graph.microsoft.us', authorityHost: 'https://login.microsoftonline.us', lacks: [] },
  usgovdod: {
    graphUrl: 'https://dod-graph.microsoft.us',
    authorityHost: 'https://login.microsoftonline.us',
    lacks: [],
  },
  china: {
    graphUrl: 'https://microsoftgraph.chinacloudapi.cn',
    authorityHost: 'https://login.chinacloudapi.cn',
    lacks: ['GRAPH_SECURITY', 'GRAPH_IDENTITY_PROTECTION'],
  },
};

/** The scope of application tokens for Microsoft Graph in `cloud`. */
export function graphScope(cloud: CloudName): string {
  return `${clouds[cloud].graphUrl}/.default`;
}

/**
 * The scope of application tokens for the Cloud Apps API: its application id is the same in every tenant.
 * @see https://learn.microsoft.com/en-us/defender-cloud-apps/api-authentication-application
 */
export const mcasScope = '05a65629-4c1b-48c1-a78b-804c4abdd4af/.default';
