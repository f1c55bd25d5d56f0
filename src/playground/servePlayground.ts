import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance, FastifyReply } from 'fastify';

export interface PlaygroundOptions {
  /** The page shows a banner that the data is made up. */
  readonly simulated: boolean;
  /** Folder of the built page; found by itself when absent. */
  readonly root?: string;
}

/**
 * What the page may do: scripts, workers and requests of this origin only. Monaco writes inline styles.
 * @see https://developer.mozilla.org/en-US/docs/Web/HTTP/Reference/Headers/Content-Security-Policy
 */
const pagePolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "font-src 'self' data:",
  "img-src 'self'",
  "connect-src 'self'",
  "worker-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/**
 * Serves the built page: its files under `/playground/`, what it has to know as `/playground/config.json`.
 * @returns answers the page itself, for `GET /graphql`.
 * @throws when the page was not built.
 */
export async function registerPlayground(
  app: FastifyInstance,
  { simulated, root = builtPage() }: PlaygroundOptions,
): Promise<(reply: FastifyReply) => Promise<unknown>> {
  if (!existsSync(join(root, 'index.html'))) {
    throw new Error('The playground page is not built: run `npm run build`, or set PLAYGROUND=false.');
  }
  await app.register(fastifyStatic, {
    root,
    prefix: '/playground/',
    index: false,
    preCompressed: true,
    immutable: true,
    maxAge: '365d',
  });
  app.get('/playground/config.json', async (_request, reply) =>
    reply.header('cache-control', 'no-store').send({ simulated }),
  );
  return async (reply) => {
    reply.headers({ 'content-security-policy': pagePolicy, 'cache-control': 'no-cache', vary: 'accept' });
    return reply.sendFile('index.html', { cacheControl: false });
  };
}

/** `dist/playground`, from the sources as well as from the compiled files in `dist/src/playground`. */
function builtPage(): string {
  const here = dirname(fileURLToPath(import.meta.url));
  const candidates = [join(here, '../../playground'), join(here, '../../dist/playground')];
  return candidates.find((folder) => existsSync(join(folder, 'index.html'))) ?? join(here, '../../dist/playground');
}
