import { describe, expect, it } from '@jest/globals';
import { StitchedWorld } from './support.js';

const named = { __typename: 'User' };

describe('an object of which nothing is asked but in fragments', () => {
  it.each([
    ['its type, in a fragment without a type', '{ assets { user { ... { __typename } } } }', named],
    ['its type, in a fragment on its type', '{ assets { user { ... on User { __typename } } } }', named],
    ['its type, in fragments in fragments', '{ assets { user { ... { ... on User { __typename } } } } }', named],
    ['its type, in a named fragment', '{ assets { user { ...a } } } fragment a on User { ... { __typename } }', named],
    ['its type, on a condition', '{ assets { user { ... @include(if: true) { __typename } } } }', named],
    ['its type, beside what is skipped', '{ assets { user { id @skip(if: true) ... { __typename } } } }', named],
    ['its type, by another name', '{ assets { user { ... { id: __typename } } } }', { id: 'User' }],
    ['nothing after all', '{ assets { user { ... on User @skip(if: true) { __typename } } } }', {}],
    ['a field of another subgraph', '{ assets { user { ... { name } } } }', { name: 'Ada' }],
  ])('is an object with %s', async (_what, query, user) => {
    const { data, errors } = await new StitchedWorld().ask(query);
    expect(errors).toBeUndefined();
    expect(JSON.stringify(data)).toContain(`{"assets":[{"user":${JSON.stringify(user)}}`);
  });

  it('may be one of a list', async () => {
    const answer = await new StitchedWorld().ask('{ assets { ... { __typename } } }');
    expect(answer).toEqual({ data: { assets: [{ __typename: 'Asset' }, { __typename: 'Asset' }] } });
  });
});
