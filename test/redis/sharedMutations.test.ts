import { randomUUID } from 'node:crypto';
import { afterEach, expect, it } from '@jest/globals';
import { createRedisIdempotencyStore } from '../../src/datasources/mutations/redisIdempotencyStore.js';
import { RedisKeyedLock } from '../../src/datasources/mutations/redisKeyedLock.js';
import { runIdempotent } from '../../src/datasources/mutations/runIdempotent.js';
import { silentLogger } from '../../src/observability/logger.js';
import { instancesKey } from '../../src/redis/instances.js';
import { createOutbox } from '../../src/redis/outbox.js';
import { systemClock } from '../../src/time/clock.js';
import { describeWithOwnRedis, describeWithRedis, type OwnRedis, startRedis } from '../support/redisServer.js';
import { newTenant, nextConnection, TestConnections } from './support.js';

const connections = new TestConnections();
let server: OwnRedis | undefined;
afterEach(async () => {
  await connections.close();
  await server?.remove();
});

const final = (text: string) => ({ text, isFinal: true });
const request = (key: string, text = 'same') => ({ principal: 'ann', mutation: 'updateAlert', key, input: { text } });

async function join(url: string, tenantId: string) {
  const redis = await connections.connect(url, { tenantId });
  const outbox = createOutbox(redis, silentLogger);
  const instanceId = randomUUID();
  const parts = { redis, outbox, clock: systemClock, logger: silentLogger, random: () => 0, instanceId };
  return {
    redis,
    outbox,
    store: createRedisIdempotencyStore(parts),
    lock: new RedisKeyedLock(parts),
    /** Nothing is heard of it any more. */
    die: () => redis.send(['ZADD', instancesKey(redis), '0', instanceId]),
  };
}

function gate(): { readonly passed: Promise<void>; open(): void } {
  let open: () => void = () => undefined;
  const passed = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { passed, open: () => open() };
}

describeWithRedis('idempotency keys that instances share', (url) => {
  it('answer a repeat on another instance with the first outcome, and refuse another input', async () => {
    const tenant = newTenant();
    const [one, two] = [await join(url(), tenant), await join(url(), tenant)];
    expect(await runIdempotent(one.store, request('k'), async () => final('first'))).toEqual({
      problem: null,
      outcome: final('first'),
    });
    const repeat = await runIdempotent(two.store, request('k'), async () => final('second'));
    expect(repeat).toEqual({ problem: null, outcome: final('first') });
    expect(await runIdempotent(two.store, request('k', 'other'), async () => final('third'))).toMatchObject({
      problem: { code: 'IDEMPOTENCY_KEY_REUSED' },
    });
    const ofBob = await runIdempotent(two.store, { ...request('k'), principal: 'bob' }, async () => final('his'));
    expect(ofBob).toMatchObject({ outcome: final('his') });
  });

  it('make a repeat that comes meanwhile wait for the outcome', async () => {
    const tenant = newTenant();
    const [one, two] = [await join(url(), tenant), await join(url(), tenant)];
    const { passed, open } = gate();
    const begun = gate();
    const first = runIdempotent(one.store, request('k'), async () => {
      begun.open();
      await passed;
      return final('first');
    });
    await begun.passed;
    const repeat = runIdempotent(two.store, request('k'), async () => final('second'));
    open();
    await first;
    expect(await repeat).toMatchObject({ outcome: final('first') });
  });

  it('are given back by work that wrote nothing, also by work that failed', async () => {
    const tenant = newTenant();
    const [one, two] = [await join(url(), tenant), await join(url(), tenant)];
    await runIdempotent(one.store, request('k'), async () => ({ text: 'refused', isFinal: false }));
    const failing = runIdempotent(two.store, request('k'), () => Promise.reject(new Error('throttled')));
    await expect(failing).rejects.toThrow('throttled');
    expect(await runIdempotent(two.store, request('k'), async () => final('done'))).toMatchObject({
      outcome: final('done'),
    });
  });

  it('of an instance that died at work say OUTCOME_UNKNOWN, and nothing is written a second time', async () => {
    const tenant = newTenant();
    const [dying, two] = [await join(url(), tenant), await join(url(), tenant)];
    const begun = gate();
    void runIdempotent(dying.store, request('k'), () => {
      begun.open();
      return new Promise<never>(() => undefined);
    });
    await begun.passed;
    await dying.die();
    let writes = 0;
    const write = async () => {
      writes += 1;
      return final('written twice');
    };
    for (let repeat = 0; repeat < 2; repeat += 1) {
      expect(await runIdempotent(two.store, request('k'), write)).toMatchObject({
        problem: { code: 'OUTCOME_UNKNOWN' },
      });
    }
    expect(writes).toBe(0);
  });

  it('of an instance that died at work are finished by one who can find out, and by one only', async () => {
    const tenant = newTenant();
    const [dying, two, three] = [await join(url(), tenant), await join(url(), tenant), await join(url(), tenant)];
    const claim = await dying.store.claim('k', 'hash');
    expect(claim.kind).toBe('claimed');
    await dying.die();
    const taken = await two.store.claim<object>('k', 'hash');
    if (taken.kind !== 'abandoned') throw new Error(`The claim is ${taken.kind}.`);
    expect(Math.abs(taken.claimedAt - systemClock.now())).toBeLessThan(60_000);
    expect((await three.store.claim('k', 'hash')).kind).toBe('pending');
    await taken.leave();
    const again = await three.store.claim<object>('k', 'hash');
    if (again.kind !== 'abandoned') throw new Error(`The claim is ${again.kind}.`);
    await again.finish(final('read back'));
    expect(await two.store.claim('k', 'hash')).toEqual({ kind: 'done', outcome: final('read back') });
  });

  it('wake who waited for an instance that died', async () => {
    const tenant = newTenant();
    const [dying, two] = [await join(url(), tenant), await join(url(), tenant)];
    await dying.store.claim('k', 'hash');
    const waiting = await two.store.claim('k', 'hash');
    await dying.die();
    if (waiting.kind !== 'pending') throw new Error(`The claim is ${waiting.kind}.`);
    expect(await waiting.outcome).toBeUndefined();
    expect((await two.store.claim('k', 'hash')).kind).toBe('abandoned');
  });
});

describeWithRedis('the lock of an object', (url) => {
  it('lets one instance at a time work on it, and holds up no other object', async () => {
    const tenant = newTenant();
    const instances = [await join(url(), tenant), await join(url(), tenant), await join(url(), tenant)];
    let inside = 0;
    let most = 0;
    const work = async () => {
      inside += 1;
      most = Math.max(most, inside);
      await systemClock.sleep(5);
      inside -= 1;
    };
    await Promise.all(instances.flatMap(({ lock }) => [1, 2, 3].map(() => lock.run('alert', work))));
    expect(most).toBe(1);
    const held = gate();
    const holding = instances[0]?.lock.run('alert', () => held.passed);
    expect(await instances[1]?.lock.run('other alert', async () => 'done')).toBe('done');
    held.open();
    await holding;
  });

  it('is given back after a failure, and by its holder only', async () => {
    const tenant = newTenant();
    const [one, two] = [await join(url(), tenant), await join(url(), tenant)];
    const failing = one.lock.run('alert', () => Promise.reject(new Error('failed')));
    await expect(failing).rejects.toThrow('failed');
    expect(await two.lock.run('alert', async () => 'done')).toBe('done');
  });

  it('of an instance that died is free at once when it is known to be dead', async () => {
    const tenant = newTenant();
    const [dying, two, three] = [await join(url(), tenant), await join(url(), tenant), await join(url(), tenant)];
    const late = gate();
    const begun = gate();
    const old = dying.lock.run('alert', async () => {
      begun.open();
      await late.passed;
    });
    await begun.passed;
    await dying.die();
    const held = gate();
    const taken = gate();
    const holding = two.lock.run('alert', async () => {
      taken.open();
      await held.passed;
    });
    await taken.passed;
    // Who comes back from the dead gives nothing back that is not theirs.
    late.open();
    await old;
    let isInside = false;
    const third = three.lock.run('alert', async () => {
      isInside = true;
    });
    await systemClock.sleep(150);
    expect(isInside).toBe(false);
    held.open();
    await Promise.all([holding, third]);
  });
});

describeWithOwnRedis('mutations whose Redis is away', () => {
  it('are refused with a key, and go on without one under the lock of this instance', async () => {
    server = await startRedis();
    const one = await join(server.url, newTenant());
    await server.stop();
    let writes = 0;
    const write = async () => {
      writes += 1;
      return final('written');
    };
    await expect(runIdempotent(one.store, request('k'), write)).rejects.toMatchObject({
      code: 'UPSTREAM_UNAVAILABLE',
      message: expect.stringContaining('nothing was written'),
    });
    expect(writes).toBe(0);
    const keyless = { ...request('k'), key: null };
    const answer = await runIdempotent(one.store, keyless, () => one.lock.run('alert', write));
    expect(answer).toMatchObject({ outcome: final('written') });
  });

  it('that were written when it went away are answered, and their outcome is stored when it is back', async () => {
    server = await startRedis({ appendonly: 'yes', appendfsync: 'always' });
    const tenant = newTenant();
    const one = await join(server.url, tenant);
    const answer = await runIdempotent(one.store, request('k'), async () => {
      await server?.stop();
      return final('written');
    });
    expect(answer).toMatchObject({ outcome: final('written') });
    expect(one.outbox.length).toBe(1);
    await Promise.all([nextConnection(one.redis), server.start()]);
    while (one.outbox.length > 0) await systemClock.sleep(5);
    const two = await join(server.url, tenant);
    expect(await runIdempotent(two.store, request('k'), async () => final('again'))).toMatchObject({
      outcome: final('written'),
    });
  });
});
