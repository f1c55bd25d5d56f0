import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { printSchema } from 'graphql';
import { buildPlainSchema } from '../../../src/execution/createPlainSchema.js';
import { buildFixedSource } from '../../../src/execution/fixedSource.js';
import { buildTestSchema, post, type Running, start, World, wordAuthenticator } from './support.js';

const world = new World();
const served = buildTestSchema(world);
let built = 0;
let running: Running;

beforeAll(async () => {
  running = await start({
    schemas: buildFixedSource(buildPlainSchema(served, printSchema(served))),
    buildTraced: () => {
      built += 1;
      return buildPlainSchema(buildTestSchema(world), '');
    },
    authenticator: wordAuthenticator({ reader: {}, stranger: { permissions: new Set() } }),
  });
});

afterAll(() => running.server.stop());

const ask = (query: string, headers: Record<string, string> = {}) =>
  post(running.url, { query }, { authorization: 'Bearer reader', ...headers });

/** The trace is a protocol buffer; names of fields stand in it as they are. */
const traceOf = ({ body }: { body: { extensions?: { ftv1?: string } } }) =>
  Buffer.from(body.extensions?.ftv1 ?? '', 'base64').toString('latin1');

const asking = { 'apollo-federation-include-trace': 'ftv1' };

describe('a trace of the fields', () => {
  it('is in the answer to a request that asks for it, beside the data', async () => {
    const answer = await ask('{ hello rows(count: 2) { id } }', asking);
    expect(answer.body.data).toEqual({ hello: 'world', rows: [{ id: 0 }, { id: 1 }] });
    expect(traceOf(answer)).toMatch(/hello[\s\S]*rows/);
  });

  it('is beside what else extensions tell', async () => {
    const answer = await ask('{ metered }', { ...asking, 'x-gateway-cost': '1' });
    expect(answer.body.extensions).toMatchObject({ ftv1: expect.any(String), gateway: { cacheHits: 1 } });
  });

  it('tells no error in words', async () => {
    const answer = await ask('{ boom }', asking);
    expect(answer.body.errors[0]).toMatchObject({ path: ['boom'], extensions: { code: 'INTERNAL' } });
    expect(traceOf(answer)).toContain('boom');
    expect(traceOf(answer)).not.toMatch(/microsoft|token eyJ0/);
  });

  it('is given to nobody who may not have the data', async () => {
    const answer = await ask('{ secret }', { ...asking, authorization: 'Bearer stranger' });
    expect(answer.status).toBe(403);
    expect(answer.body.errors[0].extensions.code).toBe('FORBIDDEN');
  });

  it('is in no other answer, and leaves the schema of the others as it was', async () => {
    const resolvers = () => Object.values(served.getQueryType()?.getFields() ?? {}).map(({ resolve }) => resolve);
    const before = resolvers();
    await ask('{ hello }', asking);
    expect((await ask('{ hello }')).body).toEqual({ data: { hello: 'world' } });
    expect((await ask('{ hello }', { 'apollo-federation-include-trace': 'v9' })).body).not.toHaveProperty('extensions');
    expect(resolvers()).toEqual(before);
  });

  it('takes one schema of its own, however many ask', async () => {
    await Promise.all([ask('{ hello }', asking), ask('{ hello }', asking)]);
    expect(built).toBe(1);
  });

  it('is not made where there is nothing to make it with', async () => {
    const other = await start();
    expect((await post(other.url, { query: '{ hello }' }, asking)).body).toEqual({ data: { hello: 'world' } });
    await other.server.stop();
  });
});
