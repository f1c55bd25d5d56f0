import { afterEach, expect, it } from '@jest/globals';
import { RedisUnavailableError } from '../../src/redis/redisErrors.js';
import { buildScript } from '../../src/redis/scripts.js';
import { describeWithOwnRedis, type OwnRedis, startRedis } from '../support/redisServer.js';
import { nextConnection, TestConnections } from './support.js';

const connections = new TestConnections();
const addUp = buildScript(`return redis.call('INCRBY', KEYS[1], ARGV[1])`, Number);

describeWithOwnRedis('a script', () => {
  let server: OwnRedis | undefined;
  afterEach(async () => {
    await connections.close();
    await server?.remove();
  });

  it('runs where the server has never seen it, after a script flush and after a restart', async () => {
    server = await startRedis();
    const redis = await connections.connect(server.url);
    const run = (by: number) => redis.run(addUp, [redis.key('sum')], [by]);
    expect(await run(1)).toBe(1);
    expect(await run(2)).toBe(3);
    await redis.send(['SCRIPT', 'FLUSH']);
    expect(await run(4)).toBe(7);
    const back = nextConnection(redis);
    await server.stop();
    await expect(run(1)).rejects.toThrow(RedisUnavailableError);
    await server.start();
    await back;
    expect(await run(5)).toBe(5);
  });

  it('passes on what Redis refuses', async () => {
    server = await startRedis();
    const redis = await connections.connect(server.url);
    await redis.send(['SET', redis.key('sum'), 'text']);
    await expect(redis.run(addUp, [redis.key('sum')], [1])).rejects.toThrow(/not an integer/);
  });
});
