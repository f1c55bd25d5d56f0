/** Permissions of which a call needs one; application and delegated permissions have the same names. */
interface PathRule {
  readonly path: RegExp;
  readonly read: readonly string[];
  readonly write: readonly string[];
}

const directoryRead = ['Directory.Read.All', 'Directory.ReadWrite.All'];
const events = ['SecurityEvents.Read.All', 'SecurityEvents.ReadWrite.All'];

/** @see https://learn.microsoft.com/graph/permissions-reference */
const rules: readonly PathRule[] = [
  {
    path: /^\/security\/alerts_v2/,
    read: ['SecurityAlert.Read.All', 'SecurityAlert.ReadWrite.All'],
    write: ['SecurityAlert.ReadWrite.All'],
  },
  {
    path: /^\/security\/incidents/,
    read: ['SecurityIncident.Read.All', 'SecurityIncident.ReadWrite.All'],
    write: ['SecurityIncident.ReadWrite.All'],
  },
  { path: /^\/security\/(?:alerts|securescore)/, read: events, write: ['SecurityEvents.ReadWrite.All'] },
  {
    path: /^\/identityprotection\/riskdetections/,
    read: ['IdentityRiskEvent.Read.All', 'IdentityRiskEvent.ReadWrite.All'],
    write: [],
  },
  {
    path: /^\/identityprotection\/riskyusers/,
    read: ['IdentityRiskyUser.Read.All', 'IdentityRiskyUser.ReadWrite.All'],
    write: ['IdentityRiskyUser.ReadWrite.All'],
  },
  {
    path: /^\/users/,
    read: ['User.ReadBasic.All', 'User.Read.All', 'User.ReadWrite.All', ...directoryRead],
    write: [],
  },
  { path: /^\/devices/, read: ['Device.Read.All', ...directoryRead], write: [] },
  { path: /^\/directoryobjects/, read: directoryRead, write: directoryRead },
  { path: /^\/subscriptions/, read: [], write: [] },
];

/**
 * The permissions of which one is needed; empty when any accepted token will do.
 * @param path with version; a query is ignored.
 */
export function permissionsOfPath(method: string, path: string): readonly string[] {
  const bare = (path.split('?', 1)[0] ?? '').toLowerCase().replace(/^\/(?:v1\.0|beta)/, '');
  const rule = rules.find(({ path: pattern }) => pattern.test(bare));
  if (rule === undefined) return [];
  return method === 'GET' || method === 'HEAD' ? rule.read : rule.write;
}
