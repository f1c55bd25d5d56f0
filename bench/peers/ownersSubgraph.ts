import { ApolloServer } from '@apollo/server';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { fastifyApolloHandler } from '@as-integrations/fastify';
import Fastify from 'fastify';
import { parse } from 'graphql';

/** The smallest subgraph that adds something to ours: a cost centre for every user, made from the id. */
const typeDefs = parse(`
  extend schema @link(url: "https://specs.apollo.dev/federation/v2.7", import: ["@key"])
  type Query { ownersVersion: String! }
  type User @key(fields: "id") { id: ID! costCentre: String! }
`);

interface UserReference {
  readonly id: string;
}

const resolvers = {
  Query: { ownersVersion: () => '1' },
  User: {
    __resolveReference: ({ id }: UserReference) => ({ __typename: 'User', id }),
    costCentre: ({ id }: UserReference) => `CC-${id.slice(0, 4)}`,
  },
};

const apollo = new ApolloServer({ schema: buildSubgraphSchema([{ typeDefs, resolvers }]) });
await apollo.start();
const app = Fastify();
app.post('/graphql', fastifyApolloHandler(apollo));
const listening = await app.listen({ host: '127.0.0.1', port: 0 });
process.stdout.write(`${JSON.stringify({ listening })}\n`);
process.once('SIGTERM', () => void app.close().then(() => process.exit()));
