import { describe, expect, it } from '@jest/globals';
import { parse } from 'graphql';
import { Gap } from '../../../../src/federation/joined/Gap.js';
import { copyOf, type Joined, join } from '../../../../src/federation/joined/joinedData.js';
import { parseFetch } from '../../../../src/federation/joined/parseFetch.js';
import { buildSupergraphFacts } from '../../../../src/federation/joined/supergraphFacts.js';

const facts = buildSupergraphFacts(
  parse('type Query { user: User } interface Person { id: ID } type User implements Person { id: ID }'),
);
const error = new Error('down');

/** As if nothing had been answered to the operation. */
function gapOf(operation: string): Gap {
  const { selected } = parseFetch({ kind: 'Fetch', serviceName: 'a', operation }, 'a', false);
  return new Gap(error, false, [], selected);
}

/** The same parts in both orders. */
function bothWays(one: unknown, other: unknown): Joined[] {
  return [join(copyOf(one), other, facts), join(copyOf(other), one, facts)];
}

describe('joining answers', () => {
  it('puts objects together key by key, and lists element by element', () => {
    for (const joined of bothWays({ users: [{ id: 1 }, null] }, { users: [{ name: 'Ada' }, null], total: 2 }))
      expect(joined).toEqual({ users: [{ id: 1, name: 'Ada' }, null], total: 2 });
  });

  it('takes a value before null', () => {
    for (const joined of bothWays({ user: null }, { user: { id: 1 } })) expect(joined).toEqual({ user: { id: 1 } });
  });

  it('marks only what nobody has answered, in whichever order answers and failures come', () => {
    const gap = gapOf('{ user { id name } total }');
    const answers = [{ user: { id: 1 } }, gap] as const;
    for (const joined of [join(join({}, answers[0], facts), gap, facts), join(join({}, gap, facts), answers[0], facts)])
      expect(joined).toMatchObject({ user: { id: 1, name: expect.any(Gap) } });
  });

  it('keeps null that somebody answered', () => {
    expect(join({ user: null }, gapOf('{ user { id } }'), facts)).toEqual({ user: null });
  });

  it('keeps the type that is known when another subgraph knows the interface only', () => {
    for (const joined of bothWays({ __typename: 'User' }, { __typename: 'Person' }))
      expect(joined).toEqual({ __typename: 'User' });
  });

  it('never writes into what it is given', () => {
    const shared = Object.freeze({ user: Object.freeze({ id: 1 }) });
    const joined = join(join({}, shared, facts), { user: { name: 'Ada' } }, facts);
    expect(joined).toEqual({ user: { id: 1, name: 'Ada' } });
    expect(shared).toEqual({ user: { id: 1 } });
  });

  it('is not fooled by keys that mean something to JavaScript', () => {
    const evil: unknown = JSON.parse('{ "__proto__": { "polluted": true }, "constructor": 1 }');
    const joined = join(copyOf({}), evil, facts);
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
    expect(JSON.stringify(joined)).toBe(JSON.stringify(evil));
  });
});
