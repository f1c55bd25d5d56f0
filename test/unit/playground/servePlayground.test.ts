import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fastify, { type FastifyInstance } from 'fastify';
import { registerPlayground } from '../../../src/playground/servePlayground.js';

let app: FastifyInstance;
const root = mkdtempSync(join(tmpdir(), 'playground-'));

beforeAll(async () => {
  mkdirSync(join(root, 'assets'));
  writeFileSync(join(root, 'index.html'), '<!doctype html><title>page</title>');
  writeFileSync(join(root, 'assets/main-1a2b.js'), 'plain');
  writeFileSync(join(root, 'assets/main-1a2b.js.br'), 'packed');
  app = fastify();
  const page = await registerPlayground(app, { simulated: true, root });
  app.get('/graphql', (_request, reply) => page(reply));
});

afterAll(async () => {
  await app.close();
  rmSync(root, { recursive: true });
});

describe('the playground', () => {
  it('is a page that may use nothing but its own origin', async () => {
    const { headers, payload } = await app.inject('/graphql');
    expect(payload).toContain('<title>page</title>');
    expect(headers['content-type']).toBe('text/html; charset=utf-8');
    expect(headers['content-security-policy']).toBe(
      "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; font-src 'self' data:; img-src 'self'; connect-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    );
    expect(headers['cache-control']).toBe('no-cache');
  });

  it('sends its files packed to those who can unpack, to be kept for good', async () => {
    const packed = await app.inject({ url: '/playground/assets/main-1a2b.js', headers: { 'accept-encoding': 'br' } });
    expect([packed.payload, packed.headers['content-encoding']]).toEqual(['packed', 'br']);
    expect(packed.headers['cache-control']).toContain('immutable');
    expect((await app.inject('/playground/assets/main-1a2b.js')).payload).toBe('plain');
  });

  it('learns from its origin whether the data is simulated', async () => {
    expect((await app.inject('/playground/config.json')).json()).toEqual({ simulated: true });
  });

  it('shows no files beside its own', async () => {
    expect((await app.inject('/playground/..%2f..%2fetc%2fpasswd')).statusCode).toBeGreaterThanOrEqual(400);
  });

  it('says how to build it when it is missing', async () => {
    await expect(registerPlayground(fastify(), { simulated: false, root: join(root, 'nothing') })).rejects.toThrow(
      'npm run build',
    );
  });
});
