import type { SubgraphScript } from '../../support/subgraphs/subgraphScript.js';
import type { Chapter } from '../contract.js';

const desk = (): SubgraphScript[] => [
  {
    name: 'users',
    typeDefs: `
      "Somebody."
      type User @key(fields: "id") @tag(name: "internal") {
        id: ID!
        "What they are called."
        name(
          "Ignored."
          style: Int = 3
        ): String @deprecated(reason: "Ask for nick.")
        nick: String
      }
      scalar Moment
      type Query { me: User now: Moment }
    `,
    resolvers: { Query: { me: () => ({ id: 'u1', nick: 'ada' }), now: () => 'noon' } },
  },
  {
    name: 'mails',
    typeDefs: `
      type User @key(fields: "id") { id: ID! mails: [String!]! }
      type Mutation { send: Boolean }
    `,
    resolvers: { User: { mails: () => ['hi'] } },
  },
];

export const introspection: Chapter = {
  title: 'introspection',
  stories: [
    {
      scripts: desk,
      promises: [
        {
          title: 'shows the joined types without asking anybody, and nothing of federation',
          query: '{ __schema { queryType { name } mutationType { name } subscriptionType { name } types { name } } }',
          data: {
            __schema: {
              queryType: { name: 'Query' },
              mutationType: { name: 'Mutation' },
              subscriptionType: null,
              types: expectedTypes(),
            },
          },
          unordered: true,
          requests: [],
        },
        {
          title: 'shows no directive of federation',
          query: '{ __schema { directives { name } } }',
          data: {
            __schema: {
              directives: [
                { name: 'include' },
                { name: 'skip' },
                { name: 'deprecated' },
                { name: 'specifiedBy' },
                { name: 'oneOf' },
              ],
            },
          },
          unordered: true,
          requests: [],
        },
        {
          title: 'shows the fields of all subgraphs, with descriptions, arguments and deprecations',
          query: `{
            __type(name: "User") {
              description
              fields(includeDeprecated: true) {
                name
                description
                deprecationReason
                args { name description defaultValue }
              }
            }
          }`,
          data: {
            __type: {
              description: 'Somebody.',
              fields: [
                { name: 'id', description: null, deprecationReason: null, args: [] },
                {
                  name: 'name',
                  description: 'What they are called.',
                  deprecationReason: 'Ask for nick.',
                  args: [{ name: 'style', description: 'Ignored.', defaultValue: '3' }],
                },
                { name: 'nick', description: null, deprecationReason: null, args: [] },
                { name: 'mails', description: null, deprecationReason: null, args: [] },
              ],
            },
          },
          unordered: true,
          requests: [],
        },
        {
          title: 'answers introspection beside data',
          query: '{ me { nick mails } __type(name: "Moment") { kind } now }',
          data: { me: { nick: 'ada', mails: ['hi'] }, __type: { kind: 'SCALAR' }, now: 'noon' },
          requests: [['users: me now'], ['mails: User*1']],
        },
        {
          title: 'takes variables in introspection',
          query: 'query($name: String!) { __type(name: $name) { name } }',
          variables: { name: 'Nothing' },
          data: { __type: null },
          unordered: true,
          requests: [],
        },
      ],
      refusals: [
        {
          title: 'refuses the entry point of federation',
          query: '{ _entities(representations: []) { __typename } }',
          message: /Cannot query field "_entities"/,
        },
        {
          title: 'refuses to tell the types of a subgraph',
          query: '{ _service { sdl } }',
          message: /Cannot query field "_service"/,
        },
      ],
    },
  ],
};

function expectedTypes(): { name: string }[] {
  const ours = ['User', 'Query', 'Mutation', 'Moment', 'ID', 'String', 'Int', 'Boolean'];
  const meta = ['Schema', 'Type', 'TypeKind', 'Field', 'InputValue', 'EnumValue', 'Directive', 'DirectiveLocation'];
  return [...ours, ...meta.map((name) => `__${name}`)].map((name) => ({ name }));
}
