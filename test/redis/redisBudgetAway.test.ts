import { afterEach, expect, it } from '@jest/globals';
import { silentLogger } from '../../src/observability/logger.js';
import { systemClock } from '../../src/time/clock.js';
import { createRedisBudget } from '../../src/upstream/budgets/createRedisBudget.js';
import { describeWithOwnRedis, type OwnRedis, startRedis } from '../support/redisServer.js';
import { fill, granted, security } from './budgets.js';
import { newTenant, nextConnection, TestConnections } from './support.js';

const connections = new TestConnections();
const stopLater: (() => void)[] = [];
let server: OwnRedis | undefined;
afterEach(async () => {
  for (const stop of stopLater.splice(0)) stop();
  await connections.close();
  await server?.remove();
});

describeWithOwnRedis('a shared budget whose Redis goes away', () => {
  const tenantId = newTenant();
  const join = async (url: string, instanceId: string) => {
    const redis = await connections.connect(url, { tenantId });
    const budget = createRedisBudget({
      redis,
      clock: systemClock,
      logger: silentLogger,
      random: () => 0,
      instanceCount: () => 3,
      instanceId,
      name: 'GRAPH_SECURITY',
      row: { ...security, units: 30 },
      flightMs: 10_000,
    });
    stopLater.push(() => budget.stop());
    const draw = (leftMs = 2_000) =>
      budget.draw({
        purpose: 'interactive',
        parts: [1],
        deadlineAt: systemClock.now() + leftMs,
        signal: new AbortController().signal,
      });
    return { redis, budget, draw };
  };

  it('goes on at once with the limit ÷ the last known instances, and shares it again when Redis is back', async () => {
    server = await startRedis();
    const one = await join(server.url, 'one');
    const two = await join(server.url, 'two');
    (await granted(one.draw())).cancel();
    await server.stop();
    const before = systemClock.now();
    const alone = await fill(one.draw, 9);
    expect(systemClock.now() - before).toBeLessThan(1_000);
    expect(one.budget.status()).toMatchObject({ limit: 10, left: 1 });
    expect(await one.draw(200)).toMatchObject({ granted: false });
    alone[0]?.settle();
    await Promise.all([nextConnection(one.redis), nextConnection(two.redis), server.start()]);
    while (one.budget.status().limit !== 30 || two.budget.status().left !== 21) await systemClock.sleep(20);
    for (const grant of alone.slice(1)) grant.settle();
    await fill(two.draw, 18);
    expect(await two.draw(200)).toMatchObject({ granted: false });
  });

  it('tells a Redis that lost its data what is drawn', async () => {
    server = await startRedis();
    const one = await join(server.url, 'one');
    const grants = await fill(one.draw, 20);
    grants[0]?.settle();
    await server.stop();
    await Promise.all([nextConnection(one.redis), server.start()]);
    const two = await join(server.url, 'two');
    while (two.budget.status().left !== 10) await systemClock.sleep(20);
    await fill(two.draw, 7);
  });

  it('does not let a Redis that answers nothing hold up callers', async () => {
    server = await startRedis();
    const one = await join(server.url, 'one');
    (await granted(one.draw())).settle();
    server.hold();
    const before = systemClock.now();
    await granted(one.draw());
    expect(systemClock.now() - before).toBeLessThan(1_000);
    server.resume();
    while (one.budget.status().limit !== 30) await systemClock.sleep(20);
    await granted(one.draw());
  });

  it('moves those who wait to the limit of this process, and back', async () => {
    server = await startRedis();
    const one = await join(server.url, 'one');
    const held = await fill(one.draw, 27);
    const waiting = one.draw(120_000);
    await server.stop();
    while (one.budget.status().limit !== 10) await systemClock.sleep(20);
    expect(one.budget.queueDepth).toBe(1);
    await Promise.all([nextConnection(one.redis), server.start()]);
    held[0]?.cancel();
    await granted(waiting);
  });
});
