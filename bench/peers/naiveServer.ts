import { ApolloServer } from '@apollo/server';
import { fastifyApolloHandler } from '@as-integrations/fastify';
import Fastify from 'fastify';
import { naiveResolvers, naiveTypeDefs } from './naiveSchema.js';
import { createRestApi } from './restApi.js';

/**
 * What one writes in an afternoon: Apollo Server whose every field asks its REST API when it is selected. No mirror, no
 * cache, no batches, and no limits to keep.
 */
const apollo = new ApolloServer({ typeDefs: naiveTypeDefs, resolvers: naiveResolvers });
await apollo.start();
const contextValue = await createRestApi(process.env);
const app = Fastify();
app.post('/graphql', fastifyApolloHandler(apollo, { context: async () => contextValue }));
const listening = await app.listen({ host: '127.0.0.1', port: 0 });
process.stdout.write(`${JSON.stringify({ listening })}\n`);
process.once('SIGTERM', () => void app.close().then(() => process.exit()));
