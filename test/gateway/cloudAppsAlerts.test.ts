import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Stack, startStack } from '../support/startStack.js';

const query = '{ alerts(first: 200) { nodes { id mcasAlert { id title alert { id } } } } }';

interface Joined {
  readonly id: string;
  readonly mcasAlert: { readonly id: string; readonly alert: { readonly id: string } } | null;
}

describe('an alert of Cloud Apps', () => {
  let stack: Stack;
  let joined: Joined[];
  let mcasCalls: number;

  beforeAll(async () => {
    stack = await startStack({ emulator: { alerts: 150, users: 20 } });
    const answer = await stack.ask(query);
    expect(answer.errors).toBeUndefined();
    joined = answer.data?.alerts.nodes;
    mcasCalls = (await stack.callsOf(answer)).filter(({ area }) => area === 'mcas').length;
  });
  afterAll(() => stack.stop());

  const ofCloudApps = () => joined.filter(({ id }) => id.startsWith('ca'));
  const askFor = (id: string) => stack.ask('query ($id: ID!) { alert(id: $id) { id } }', { variables: { id } });

  it('leads to what Cloud Apps itself has, and back; an alert of another product leads nowhere', () => {
    expect(ofCloudApps().length).toBeGreaterThan(5);
    for (const { id, mcasAlert } of joined) {
      const own = id.startsWith('ca') ? id.slice(2) : undefined;
      expect(mcasAlert?.id).toBe(own);
      expect(mcasAlert?.alert.id).toBe(own === undefined ? undefined : id);
    }
  });

  it('shares one call with all others of the answer', () => {
    expect(mcasCalls).toBe(1);
  });

  it('is found by its own id too', async () => {
    const id = ofCloudApps()[0]?.id as string;
    const answers = await Promise.all([id, id.slice(2), id.slice(2).toUpperCase()].map(askFor));
    expect(answers.map(({ data }) => data?.alert)).toEqual([{ id }, { id }, { id }]);
  });

  it.each(['0123456789abcdef01234567', 'ca0123456789abcdef01234567', 'da637551227677560813_-961444813x'])(
    'is null by an id that nobody knows: %s',
    async (id) => {
      const { data, errors } = await askFor(id);
      expect([data?.alert, errors]).toEqual([null, undefined]);
    },
  );
});
