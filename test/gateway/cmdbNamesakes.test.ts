import { afterEach, describe, expect, it } from '@jest/globals';
import { blocksOf } from '../support/documentBlocks.js';
import { type Stack, startStack } from '../support/startStack.js';
import { type ServedSubgraph, serveSubgraph } from '../support/subgraphs/serveSubgraph.js';
import type { SubgraphScript } from '../support/subgraphs/subgraphScript.js';

type Reference = { readonly userPrincipalName: string };

const open: { stop(): Promise<void> }[] = [];
afterEach(async () => {
  for (const part of open.splice(0)) await part.stop();
});

/** The gateway, joined with a service that has the schema which `docs/federation.md` shows under the label. */
async function joinedWith(
  label: string,
  resolvers: NonNullable<SubgraphScript['resolvers']>,
): Promise<Stack & { readonly service: ServedSubgraph }> {
  const typeDefs = blocksOf('docs/federation.md').find((block) => block.label === label)?.text ?? '';
  const name = label.split('/')[0] ?? label;
  // The text has its link already, so it is served as it stands.
  const service = await serveSubgraph({ name, typeDefs, resolvers, federation: 1 });
  const stack = await startStack({ env: { SUBGRAPHS: JSON.stringify([{ name, url: service.url }]) } });
  open.push(stack, service);
  return { ...stack, service };
}

/** An organisation's own directory, which spells names in its own way. Everybody has the same manager. */
const people: NonNullable<SubgraphScript['resolvers']> = {
  User: {
    __resolveReference: ({ userPrincipalName }: Reference) => ({ userPrincipalName }),
    number: ({ userPrincipalName }: Reference) => `E-${userPrincipalName.length}`,
    displayName: ({ userPrincipalName }: Reference) => `${userPrincipalName} of HR`,
    manager: () => ({ userPrincipalName: 'boss@contoso.onmicrosoft.com' }),
  },
};

const query = '{ users(first: 3) { nodes { userPrincipalName displayName number manager { displayName } } } }';

interface Employee extends Reference {
  readonly displayName: string;
  readonly number: string;
  readonly manager: { readonly displayName: string };
}

describe('a service that has a User of its own, joined as docs/federation.md says', () => {
  it('share: each field comes from whoever is asked anyway', async () => {
    const stack = await joinedWith('people/share', people);
    const answer = await stack.ask<{ users: { nodes: readonly Employee[] } }>(query);
    expect(answer.errors).toBeUndefined();
    expect(answer.data?.users.nodes).toHaveLength(3);
    for (const { userPrincipalName, displayName, number, manager } of answer.data?.users.nodes ?? []) {
      expect(displayName).not.toContain('of HR');
      expect(number).toBe(`E-${userPrincipalName.length}`);
      expect(manager.displayName).toBe('boss@contoso.onmicrosoft.com of HR');
    }
    expect(stack.service.requests.map(({ summary }) => summary).slice(-1)).toEqual(['people: User*3']);
  });

  it('override: the field comes from the service, also for users that we found', async () => {
    const stack = await joinedWith('people/override', people);
    const answer = await stack.ask<{ users: { nodes: readonly Employee[] } }>(query);
    expect(answer.errors).toBeUndefined();
    expect(answer.data?.users.nodes).toHaveLength(3);
    for (const { userPrincipalName, displayName } of answer.data?.users.nodes ?? []) {
      expect(displayName).toBe(`${userPrincipalName} of HR`);
    }
  });

  it('rename: both meanings are reached from each other', async () => {
    const login = (userPrincipalName: string) => ({
      id: userPrincipalName.length,
      login: userPrincipalName.split('@')[0],
      isLocked: false,
      account: { userPrincipalName },
    });
    const stack = await joinedWith('logins/rename', {
      User: {
        __resolveReference: ({ userPrincipalName }: Reference) => ({ userPrincipalName }),
        appLogins: ({ userPrincipalName }: Reference) => [login(userPrincipalName)],
      },
    });
    const answer = await stack.ask(
      '{ users(first: 3) { nodes { id userPrincipalName appLogins { login account { id } } } } }',
    );
    expect(answer.errors).toBeUndefined();
    expect(answer.data?.users.nodes).toHaveLength(3);
    for (const { id, userPrincipalName, appLogins } of answer.data?.users.nodes ?? []) {
      expect(appLogins).toEqual([{ login: userPrincipalName.split('@')[0], account: { id } }]);
    }
  });
});
