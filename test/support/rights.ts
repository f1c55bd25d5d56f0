import { expect } from '@jest/globals';
import { neverLeader } from './neverLeader.js';
import { type Stack, startStack } from './startStack.js';

/** A stack that checks tokens, and a way to ask it as somebody with these roles. */
export interface GuardedStack {
  readonly stack: Stack;
  askAs(roles: readonly string[], query: string): ReturnType<Stack['ask']>;
  /** Checks that each set of roles is refused for want of `permission`, with nothing sent that writes. */
  expectRefused(permission: string, roleSets: readonly (readonly string[])[], query: string): Promise<void>;
}

export async function startGuardedStack(): Promise<GuardedStack> {
  const stack = await startStack({ env: { AUTH: 'entra' }, deps: { leadership: neverLeader } });
  const askAs = async (roles: readonly string[], query: string) => {
    const { access_token: token } = await stack.control<{ access_token: string }>('POST', '/_control/token', { roles });
    return stack.ask(query, { headers: { authorization: `Bearer ${token}` } });
  };
  const expectRefused = async (permission: string, roleSets: readonly (readonly string[])[], query: string) => {
    for (const roles of roleSets) {
      expect(await askAs(roles, query)).toMatchObject({
        status: 403,
        errors: [{ extensions: { code: 'FORBIDDEN', permission } }],
      });
    }
    const writes = (await stack.ledger()).filter(({ upstream, method }) => upstream === 'graph' && method !== 'GET');
    expect(writes).toEqual([]);
  };
  return { stack, askAs, expectRefused };
}
