import type { GraphQLAnswer } from './graphql.js';
import type { Stack } from './startStack.js';

/** Somebody who asks the gateway with a token of their own. */
export interface Caller {
  readonly name: string;
  readonly id: string;
  /** What the person may do at the upstreams. */
  readonly permissions: readonly string[];
  /** `serviceSource`s of the alerts that the upstream shows them. */
  readonly serviceSources: readonly string[];
  ask(query: string, variables?: Record<string, unknown>): Promise<GraphQLAnswer<Record<string, any>>>;
  /** The `Authorization` header. */
  readonly authorization: string;
}

export interface CallerRights {
  readonly permissions: readonly string[];
  readonly serviceSources: readonly string[];
}

/** As long as the emulator issues tokens, because tests move the gateway's clock. */
const expiresInSeconds = 86_000;

/** Gives a user of the emulated tenant upstream rights of their own, and a token for the gateway with these scopes. */
export async function signIn(
  stack: Stack,
  user: { readonly id: string; readonly userPrincipalName: string },
  { permissions, serviceSources }: CallerRights,
  scopes: readonly string[] = ['Security.Read', 'Security.Triage', 'Security.Respond'],
): Promise<Caller> {
  await stack.control('POST', '/_control/delegations', { user: user.id, permissions, serviceSources });
  const issued = await stack.control<{ access_token: string }>('POST', '/_control/token', {
    user: user.id,
    scopes,
    expiresInSeconds,
  });
  const authorization = `Bearer ${issued.access_token}`;
  return {
    name: user.userPrincipalName,
    id: user.id,
    permissions,
    serviceSources,
    authorization,
    ask: (query, variables = {}) => stack.ask(query, { variables, headers: { authorization } }),
  };
}
