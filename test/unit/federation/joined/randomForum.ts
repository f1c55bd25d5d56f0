import fc from 'fast-check';
import type { Forum } from './monolith.js';

const number = fc.nat(20);
const word = fc.constantFrom('', 'ada', 'ben', 'ünï');

/** Rows with null wherever the schema allows it. */
export const anyForum: fc.Arbitrary<Forum> = fc.record({
  users: fc.array(
    fc.record({
      name: fc.option(word),
      friend: fc.option(number),
      friends: fc.option(fc.array(fc.option(number), { maxLength: 3 })),
    }),
    { maxLength: 4 },
  ),
  posts: fc.array(
    fc.record({
      title: fc.option(word),
      author: fc.option(number),
      tags: fc.option(fc.array(fc.option(word), { maxLength: 2 })),
      likedBy: fc.option(fc.array(fc.option(number), { maxLength: 3 })),
    }),
    { maxLength: 4 },
  ),
});

/** Fields by type: those of objects with their type, with arguments where there are some. */
const fields: Readonly<Record<string, readonly (readonly [name: string, type?: string, args?: string])[]>> = {
  Query: [
    ['users', 'User'],
    ['user', 'User', '(id: 1)'],
    ['posts', 'Post'],
    ['items', 'Item'],
  ],
  User: [
    ['id'],
    ['name'],
    ['initial'],
    ['__typename'],
    ['friend', 'User'],
    ['friends', 'User'],
    ['posts', 'Post'],
    ['posts', 'Post', '(first: $first)'],
    ['favourite', 'Item'],
  ],
  Post: [['id'], ['title'], ['tags'], ['__typename'], ['author', 'User'], ['likedBy', 'User']],
};

const maxDepth = 4;

/** Queries over the forum: names of the client's own, fragments, conditions, unions, the same field several times. */
export const anyQuery: fc.Arbitrary<string> = fc.gen().map((choose) => {
  const pick = <Choice>(choices: readonly Choice[]): Choice => choose(fc.constantFrom<Choice[]>, ...choices);
  const times = (most: number): number => choose(fc.integer, { min: 1, max: most });
  /** What the names at each place of the answer stand for, so that no two selections contradict each other. */
  const taken = new Map<string, string>();

  const selectionSet = (type: string, path: readonly string[]): string => {
    const selections = Array.from({ length: times(3) }, () => selection(type, path));
    return `{ ${selections.join(' ')} }`;
  };
  const selection = (type: string, path: readonly string[]): string => {
    if (type === 'Item') return memberOf(path);
    const wrap = pick(['', '', '', '...', `... on ${type}`]);
    const condition = pick(['', '', '', '@include(if: $yes)', '@include(if: $no)', '@skip(if: $no)']);
    return wrap === '' ? field(type, path, condition) : `${wrap} ${condition} { ${field(type, path, '')} }`;
  };
  const memberOf = (path: readonly string[]): string => {
    const member = pick(['User', 'Post']);
    return `__typename ... on ${member} ${selectionSet(member, path)}`;
  };
  const field = (type: string, path: readonly string[], condition: string): string => {
    const candidates = (fields[type] ?? []).filter(([, below]) => below === undefined || path.length < maxDepth);
    const [name, below, args = ''] = pick(candidates);
    const key = nameFor(pick([name, name, 'id', 'a', 'name', 'friend', 'b']), `${type}.${name}${args}`, path);
    const rest = below === undefined ? '' : selectionSet(below, [...path, key]);
    return `${key}: ${name}${args} ${condition} ${rest}`;
  };
  const nameFor = (wanted: string, meaning: string, path: readonly string[]): string => {
    const place = [...path, wanted].join('.');
    if ((taken.get(place) ?? meaning) !== meaning) return nameFor(`${wanted}_`, meaning, path);
    taken.set(place, meaning);
    return wanted;
  };
  return withVariables(selectionSet('Query', []));
});

/** Declares those that are used. */
function withVariables(body: string): string {
  const declared = ['$yes: Boolean!', '$no: Boolean = false', '$first: Int = 1'].filter((declaration) =>
    body.includes(declaration.slice(0, declaration.indexOf(':'))),
  );
  return declared.length === 0 ? body : `query (${declared.join(', ')}) ${body}`;
}
