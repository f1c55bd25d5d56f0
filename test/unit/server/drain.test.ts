import { once } from 'node:events';
import { describe, expect, it } from '@jest/globals';
import { SocketClient } from './socketClient.js';
import { post, start } from './support.js';

describe('stopping', () => {
  it('closes sockets with 1001, ends streams, finishes running operations, and then is gone', async () => {
    const { server, url, wsUrl, world } = await start();
    const socket = await new SocketClient(wsUrl).acknowledged();
    const listening = once(world.events, 'listening');
    socket.subscribe('1', 'subscription { ticks }');
    await listening;
    const streaming = once(world.events, 'listening');
    const stream = fetch(`${url}/stream?query=${encodeURIComponent('subscription { ticks }')}`).then((response) =>
      response.text(),
    );
    await streaming;
    const slow = once(world.events, 'slow');
    const answer = post(url, { query: '{ slow }' });
    await slow;

    const stopped = server.stop();
    expect((await socket.closed).code).toBe(1001);
    expect(await stream).not.toContain('event: complete');
    await expect(fetch(url)).rejects.toThrow();
    world.release?.();
    expect((await answer).body).toEqual({ data: { slow: 'done' } });
    await stopped;
    expect(world.listening).toBe(0);
  });

  it('cuts off what still runs after the grace period', async () => {
    const { server, url, world } = await start({ http: { shutdownGraceMs: 50 } });
    const slow = once(world.events, 'slow');
    const answer = post(url, { query: '{ slow }' });
    const cut = expect(answer).rejects.toThrow();
    await slow;
    const aborted = once(world.events, 'aborted');
    await server.stop();
    await cut;
    await aborted;
  });

  it('may be asked twice', async () => {
    const { server } = await start();
    await Promise.all([server.stop(), server.stop()]);
  });
});
