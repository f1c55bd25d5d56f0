import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createClient } from 'graphql-sse';
import { type Running, start, wordAuthenticator } from './support.js';

let running: Running;

beforeAll(async () => {
  running = await start({
    authenticator: wordAuthenticator({
      reader: { permissions: new Set(['Security.Read']) },
      brief: { expiresAt: Date.now() + 300 },
    }),
  });
});

afterAll(() => running.server.stop());

const reader = { authorization: 'Bearer reader' };

function open(url: string, query: string, headers: Record<string, string> = reader, signal?: AbortSignal) {
  return fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'text/event-stream', ...headers },
    body: JSON.stringify({ query }),
    ...(signal === undefined ? {} : { signal }),
  });
}

/** Events of a finished stream without its heartbeats. */
async function events(response: Response): Promise<{ event: string; data: unknown }[]> {
  const blocks = (await response.text()).split('\n\n').filter((block) => block.startsWith('event:'));
  return blocks.map((block) => {
    const [event = '', data = ''] = block.split('\n');
    const text = data.replace(/^data: ?/, '');
    return { event: event.replace('event: ', ''), data: text === '' ? null : JSON.parse(text) };
  });
}

describe('server-sent events', () => {
  it.each(['/graphql/stream', '/graphql'])('answers a query on %s with one event and its end', async (path) => {
    const response = await open(`${running.server.url}${path}`, '{ hello }');
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    expect(await events(response)).toEqual([
      { event: 'next', data: { data: { hello: 'world' } } },
      { event: 'complete', data: null },
    ]);
  });

  it('answers what an EventSource of a browser can send', async () => {
    const response = await fetch(`${running.url}/stream?query=${encodeURIComponent('{ hello }')}`, { headers: reader });
    expect(await events(response)).toHaveLength(2);
  });

  it('refuses a mutation over GET', async () => {
    const response = await fetch(`${running.url}/stream?query=${encodeURIComponent('mutation { close }')}`, {
      headers: reader,
    });
    expect((await events(response))[0]?.data).toMatchObject({ errors: [{ extensions: { code: 'BAD_REQUEST' } }] });
  });

  it.each([
    ['{ unknown }', 'GRAPHQL_VALIDATION_FAILED'],
    ['{ hello', 'GRAPHQL_PARSE_FAILED'],
    ['mutation { close }', 'FORBIDDEN'],
    ['subscription { unknown }', 'GRAPHQL_VALIDATION_FAILED'],
  ])('tells the errors of %s as an event with their code', async (query, code) => {
    const answers = await events(await open(`${running.url}/stream`, query));
    expect(answers[0]).toMatchObject({ event: 'next', data: { errors: [{ extensions: { code } }] } });
    expect(answers[1]).toEqual({ event: 'complete', data: null });
  });

  it('answers 401 without a token and 400 without a query', async () => {
    expect((await open(`${running.url}/stream`, '{ hello }', {})).status).toBe(401);
    const response = await fetch(`${running.url}/stream?variables={}`, { headers: reader });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: 'BAD_REQUEST' } }] });
  });

  it('ends a subscription whose source breaks with a coded event', async () => {
    const listening = once(running.world.events, 'listening');
    const response = open(`${running.url}/stream`, 'subscription { ticks }');
    await listening;
    running.world.events.emit('error', new Error('journal at /var/lib/secret is gone'));
    const answers = await events(await response);
    expect(answers).toMatchObject([
      { event: 'next', data: { errors: [{ extensions: { code: 'INTERNAL', requestId: expect.any(String) } }] } },
      { event: 'complete' },
    ]);
    expect(JSON.stringify(answers)).not.toContain('secret');
  });

  it('streams events to the graphql-sse client and ends the source when it leaves', async () => {
    const client = createClient({ url: `${running.url}/stream`, headers: reader, retryAttempts: 0 });
    const answers = client.iterate({ query: 'subscription { ticks }' });
    const listening = once(running.world.events, 'listening');
    const first = answers.next();
    await listening;
    running.world.tick('a');
    expect((await first).value).toMatchObject({ data: { ticks: 'a' } });
    const silent = once(running.world.events, 'silent');
    await answers.return?.();
    await silent;
    client.dispose();
  });

  it('ends without `complete` when the token expires, so that the client comes back', async () => {
    const response = await open(`${running.url}/stream`, 'subscription { ticks }', { authorization: 'Bearer brief' });
    expect(await events(response)).toEqual([]);
  });
});
