import type { SubgraphScript } from '../../../support/subgraphs/subgraphScript.js';

/** The rows of a small forum. Ids are numbers of rows; null is data that is missing. */
export interface Forum {
  readonly users: readonly {
    readonly name: string | null;
    readonly friend: number | null;
    readonly friends: readonly (number | null)[] | null;
  }[];
  readonly posts: readonly {
    readonly title: string | null;
    readonly author: number | null;
    readonly tags: readonly (string | null)[] | null;
    readonly likedBy: readonly (number | null)[] | null;
  }[];
}

interface Reference {
  readonly __typename: 'User' | 'Post';
  readonly id: string;
}

type Resolvers = Record<string, Record<string, (source: any, args: any) => unknown>>;

/** The whole forum as one service. */
export function wholeForum(forum: Forum): SubgraphScript {
  return { name: 'whole', typeDefs: whole, resolvers: resolversOf(forum) };
}

/** The same forum, divided among three services. */
export function dividedForum(forum: Forum): SubgraphScript[] {
  const { Query = {}, User = {}, Post = {} } = resolversOf(forum);
  const find = { __resolveReference: (reference: object) => ({ ...reference }) };
  const pick = (from: Record<string, any>, ...names: string[]) =>
    Object.fromEntries(names.map((name) => [name, from[name]]));
  return [
    {
      name: 'people',
      typeDefs: `
        type User @key(fields: "id") { id: ID! name: String friend: User friends: [User] }
        type Query { users: [User] user(id: ID!): User }
      `,
      resolvers: { Query: pick(Query, 'users', 'user'), User: { ...find, ...pick(User, 'name', 'friend', 'friends') } },
    },
    {
      name: 'writing',
      typeDefs: `
        type User @key(fields: "id") { id: ID! posts(first: Int = 2): [Post] }
        type Post @key(fields: "id") { id: ID! title: String author: User tags: [String] }
        type Query { posts: [Post] }
      `,
      resolvers: {
        Query: pick(Query, 'posts'),
        User: { ...find, ...pick(User, 'posts') },
        Post: { ...find, ...pick(Post, 'title', 'author', 'tags') },
      },
    },
    {
      name: 'opinions',
      typeDefs: `
        type User @key(fields: "id") { id: ID! name: String @external initial: String @requires(fields: "name") favourite: Item }
        type Post @key(fields: "id") { id: ID! likedBy: [User] }
        union Item = User | Post
        type Query { items: [Item] }
      `,
      resolvers: {
        Query: pick(Query, 'items'),
        // From the representation, so that a name that does not come along is noticed.
        User: { ...find, ...pick(User, 'favourite'), initial: ({ name }) => initialOf(name) },
        Post: { ...find, ...pick(Post, 'likedBy') },
      },
    },
  ];
}

const whole = `
  type Query { users: [User] user(id: ID!): User posts: [Post] items: [Item] }
  type User { id: ID! name: String friend: User friends: [User] posts(first: Int = 2): [Post] initial: String favourite: Item }
  type Post { id: ID! title: String author: User tags: [String] likedBy: [User] }
  union Item = User | Post
`;

function resolversOf({ users, posts }: Forum): Resolvers {
  const user = (number: number | null): Reference | null =>
    number === null || users.length === 0 ? null : { __typename: 'User', id: String(number % users.length) };
  const post = (number: number): Reference => ({ __typename: 'Post', id: String(number) });
  const userOf = ({ id }: Reference) => users[Number(id)];
  const postOf = ({ id }: Reference) => posts[Number(id)];
  const numbers = (rows: readonly unknown[]) => rows.map((_, number) => number);
  return {
    Query: {
      users: () => numbers(users).map(user),
      user: (_, { id }) => user(Number(id)),
      posts: () => numbers(posts).map(post),
      items: () => [...numbers(posts).map(post), null, ...numbers(users).map(user)],
    },
    User: {
      name: (source) => userOf(source)?.name ?? null,
      initial: (source) => initialOf(userOf(source)?.name ?? null),
      friend: (source) => user(userOf(source)?.friend ?? null),
      friends: (source) => userOf(source)?.friends?.map(user) ?? null,
      favourite: ({ id }: Reference) => (Number(id) % 2 === 0 && posts.length > 0 ? post(0) : user(0)),
      posts: ({ id }: Reference, { first }) =>
        numbers(posts)
          .filter((number) => user(posts[number]?.author ?? null)?.id === id)
          .slice(0, first)
          .map(post),
    },
    Post: {
      title: (source) => postOf(source)?.title ?? null,
      author: (source) => user(postOf(source)?.author ?? null),
      tags: (source) => postOf(source)?.tags ?? null,
      likedBy: (source) => postOf(source)?.likedBy?.map(user) ?? null,
    },
  };
}

function initialOf(name: string | null | undefined): string | null {
  return name?.[0] ?? null;
}
