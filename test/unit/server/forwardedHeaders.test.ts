import { afterEach, describe, expect, it } from '@jest/globals';
import { pickHeaders } from '../../../src/server/forwardedHeaders.js';
import { SocketClient } from './socketClient.js';
import { post, type Running, start, wordAuthenticator } from './support.js';

let running: Running;

afterEach(() => running.server.stop());

const startWith = async (...forwardHeaders: string[]) => {
  running = await start({ http: { forwardHeaders }, authenticator: wordAuthenticator({ reader: {}, other: {} }) });
};
const sent = { authorization: 'Bearer reader', 'X-Team': 'red', cookie: 'a=1' };
const forwarded = () => running.world.contexts.at(-1)?.forwardedHeaders;

describe('headers of a caller', () => {
  it('go nowhere unless they are listed', async () => {
    await startWith();
    await post(running.url, { query: '{ hello }' }, sent);
    expect(forwarded()).toEqual({});
  });

  it('go on where they are listed, over HTTP', async () => {
    await startWith('x-team', 'x-absent');
    await post(running.url, { query: '{ hello }' }, sent);
    expect(forwarded()).toEqual({ 'x-team': 'red' });
  });

  it('go on where they are listed, over server-sent events', async () => {
    await startWith('authorization', 'x-team');
    const headers = { 'content-type': 'application/json', accept: 'text/event-stream', ...sent };
    await (await fetch(running.url, { method: 'POST', headers, body: '{"query":"{ hello }"}' })).text();
    expect(forwarded()).toEqual({ authorization: 'Bearer reader', 'x-team': 'red' });
  });

  it('go on from the upgrade of a WebSocket and from its first message, which wins', async () => {
    await startWith('x-team', 'x-site', 'x-long');
    const client = new SocketClient(running.wsUrl, undefined, { 'x-team': 'red', 'x-site': 'north' });
    const headers = { 'X-Team': 'blue', cookie: 'a=1', 'x-long': 'x'.repeat(8_193) };
    await client.acknowledged({ authorization: 'Bearer reader', headers });
    client.subscribe('1', '{ hello }');
    await client.next();
    expect(forwarded()).toEqual({ 'x-team': 'blue', 'x-site': 'north' });
    client.close();
  });

  it('never bring another token to subgraphs than the one that was verified', async () => {
    await startWith('authorization');
    const client = new SocketClient(running.wsUrl, undefined, { authorization: 'Bearer other' });
    const headers = { authorization: 'Bearer somebody' };
    await client.acknowledged({ authorization: 'Bearer reader', headers });
    client.subscribe('1', '{ hello }');
    await client.next();
    expect(forwarded()).toEqual({ authorization: 'Bearer reader' });
    client.close();
  });
});

describe('what could not be a header', () => {
  it.each([7, null, { a: 1 }, 'line\nbreak', 'nul\0'])('is left out: %j', async (value) => {
    await startWith();
    expect(pickHeaders(['x-team'], { 'x-team': value }, { 'x-team': 'red' })).toEqual({ 'x-team': 'red' });
    expect(pickHeaders(['x-team'], value)).toEqual({});
  });
});
