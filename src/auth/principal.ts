/** What a caller may do; granted as app role or delegated scope of the access token. */
export const permissions = ['Security.Read', 'Security.Triage', 'Security.Respond', 'Security.Audit'] as const;
export type Permission = (typeof permissions)[number];

/** A verified caller. Made from checked claims only, or fixed when `AUTH=none`. */
export interface Principal {
  /** Entra object id of the user or service principal; `demo` or `local` when `AUTH=none`. */
  readonly id: string;
  readonly tenantId: string | null;
  /** User principal name, app display name, or the fixed name; null when the token carries none. */
  readonly name: string | null;
  readonly permissions: ReadonlySet<Permission>;
  /** Epoch milliseconds when the token ends; undefined when there is no token. Ends sockets and streams. */
  readonly expiresAt?: number;
  /** The raw access token, kept only for `on-behalf-of` exchange. */
  readonly assertion?: string;
}
