import { readFileSync } from 'node:fs';
import Fastify from 'fastify';

/**
 * The limit of any GraphQL server on Fastify: reads the request, does nothing, answers bytes that were made before.
 * `BODY_FILE` holds them.
 */
const body = readFileSync(process.env.BODY_FILE ?? '');
const app = Fastify();
app.post('/graphql', async (_request, reply) => reply.type('application/json; charset=utf-8').send(body));
const listening = await app.listen({ host: '127.0.0.1', port: 0 });
process.stdout.write(`${JSON.stringify({ listening })}\n`);
process.once('SIGTERM', () => void app.close().then(() => process.exit()));
