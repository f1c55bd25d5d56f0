import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AnswerMeter } from '../../../src/server/answerMeter.js';
import { post, type Running, start } from './support.js';

describe('the header cache-control', () => {
  let running: Running;
  beforeAll(async () => {
    running = await start();
  });
  afterAll(() => running.server.stop());

  const readingOf = async (headers: Record<string, string>) => {
    await post(running.url, { query: '{ hello }' }, headers);
    return running.world.contexts.at(-1)?.scope.reading;
  };

  it.each(['no-cache', 'No-Cache', 'max-age=0, no-cache'])('%j insists on the upstream', async (value) => {
    expect(await readingOf({ 'cache-control': value })).toBe('upstream');
  });

  it.each(['max-age=0', 'no-cache-please', 'only-if-cached'])('%j changes nothing', async (value) => {
    expect(await readingOf({ 'cache-control': value })).toBeUndefined();
    expect(await readingOf({})).toBeUndefined();
  });

  it('insists for a query over server-sent events too', async () => {
    const response = await fetch(running.url.replace('/graphql', '/graphql/stream'), {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'text/event-stream', 'cache-control': 'no-cache' },
      body: JSON.stringify({ query: '{ hello }' }),
    });
    expect(await response.text()).toContain('world');
    expect(running.world.contexts.at(-1)?.scope.reading).toBe('upstream');
  });
});

describe('what an answer tells of the mirror', () => {
  it('is how often it answered, and the oldest age of all data', () => {
    const meter = new AnswerMeter();
    meter.mirrorHit('GRAPH_SECURITY');
    meter.mirrorHit('GRAPH_SECURITY');
    meter.dataAsOf('2026-11-21T08:00:00.0000001Z');
    meter.dataAsOf('2026-11-21T08:00:00Z');
    expect(meter.extension(false)).toEqual({ asOf: '2026-11-21T08:00:00Z' });
    expect(meter.extension(true)).toMatchObject({ mirrorHits: 2, cacheHits: 0, upstreamCalls: {} });
  });
});
