import type { Row } from '../tenant/Tenant.js';

/** What a person may do through an application that acts for them. */
export interface Delegation {
  /** Permissions on Microsoft Graph and Cloud Apps that the person's roles leave of the token's scopes; all, when absent. */
  readonly permissions?: readonly string[];
  /** Alerts are shown of these `serviceSource`s only, as unified role-based access control does; of all, when absent. */
  readonly serviceSources?: readonly string[];
}

/**
 * The rights of single users, by object id. A delegated token never reaches further than the person's own roles do, and
 * they are looked up at each call: a change counts at once, whatever tokens are about.
 * @see https://learn.microsoft.com/en-us/entra/identity-platform/permissions-consent-overview
 * @see https://learn.microsoft.com/en-us/defender-xdr/manage-rbac
 */
export interface Delegations {
  set(userId: string, delegation: Delegation): void;
  clear(): void;
  /** The permissions of a token that count: those of an application as they are. */
  heldBy(claims: DelegatedClaims): readonly string[];
  /** Whether the caller may see an alert at all. */
  shows(claims: DelegatedClaims | undefined, alert: Row): boolean;
}

/** What has to be known of the token. */
export interface DelegatedClaims {
  readonly oid: string;
  readonly roles: readonly string[];
  readonly scopes: readonly string[];
}

export function createDelegations(): Delegations {
  const byUser = new Map<string, Delegation>();
  const delegationOf = (claims: DelegatedClaims | undefined) =>
    claims === undefined || claims.scopes.length === 0 ? undefined : byUser.get(claims.oid.toLowerCase());
  return {
    set: (userId, delegation) => void byUser.set(userId.toLowerCase(), delegation),
    clear: () => byUser.clear(),
    heldBy(claims) {
      const allowed = delegationOf(claims)?.permissions;
      const held = [...claims.roles, ...claims.scopes];
      return allowed === undefined ? held : held.filter((permission) => allowed.includes(permission));
    },
    shows(claims, alert) {
      const sources = delegationOf(claims)?.serviceSources;
      return sources === undefined || sources.includes(String(alert.serviceSource));
    },
  };
}
