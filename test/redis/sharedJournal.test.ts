import { afterEach, expect, it } from '@jest/globals';
import type { ChangeStore } from '../../src/changes/changeStore.js';
import type { Change } from '../../src/changes/contract.js';
import { createChanges, type RunningChanges } from '../../src/changes/createChanges.js';
import { JournalTail } from '../../src/changes/journalTail.js';
import { silentLogger } from '../../src/observability/logger.js';
import type { Redis } from '../../src/redis/connection.js';
import type { Alert } from '../../src/schema/types/alert.type.js';
import { systemClock } from '../../src/time/clock.js';
import { type BreakableProxy, startProxy } from '../support/breakableProxy.js';
import { describeWithOwnRedis, type OwnRedis, startRedis } from '../support/redisServer.js';
import { createStore, filled, poll, seen } from './stores.js';
import { nextConnection, TestConnections } from './support.js';

interface Instance {
  readonly redis: Redis;
  readonly store: ChangeStore;
  readonly changes: RunningChanges;
  readonly proxy: BreakableProxy;
}

const connections = new TestConnections();
const endings: (() => Promise<void>)[] = [];

describeWithOwnRedis('instances that share a journal', () => {
  let server: OwnRedis;
  afterEach(async () => {
    for (const end of endings.splice(0).reverse()) await end();
    await connections.close();
    await server.remove();
  });

  async function startInstance(): Promise<Instance> {
    const proxy = await startProxy(server.port);
    const redis = await connections.connect(`redis://127.0.0.1:${proxy.port}`, { tenantId: 'shared', random: () => 0 });
    const store = createStore(redis);
    const tail = new JournalTail({ store, appliers: [], clock: systemClock, logger: silentLogger });
    await tail.start();
    endings.push(async () => {
      await tail.close();
      await store.close();
      await redis.close();
      await proxy.close();
    });
    const changes = createChanges({ store, tail, clock: systemClock, logger: silentLogger });
    return { redis, store, changes, proxy };
  }

  async function startTwo(): Promise<[Instance, Instance]> {
    server = await startRedis();
    const one = await startInstance();
    await one.store.commit(poll({ feed: filled }));
    return [one, await startInstance()];
  }

  it('hear of all changes in the same order, whoever made them', async () => {
    const [one, two] = await startTwo();
    const heard = [follow(one), follow(two)].map((stream) => take(stream, 40));
    const write = ({ changes }: Instance, name: string) =>
      Promise.all(
        Array.from({ length: 20 }, (_none, index) => changes.record('alert', alertOf(`${name}${index}`, index))),
      );
    await Promise.all([write(one, 'x'), write(two, 'y')]);
    const [first, second] = await Promise.all(heard);
    expect(first).toEqual(second);
    expect(new Set(first?.map(({ id }) => id)).size).toBe(40);
  });

  it('have applied a write where it was made before they answer', async () => {
    const [one] = await startTwo();
    const cursor = await one.changes.record('alert', alertOf('a', 1));
    expect(one.changes.cursor()).toBe(cursor);
  });

  it('let a client go on at another instance after its own one died, without loss and without repetition', async () => {
    const [one, two] = await startTwo();
    const before = take(follow(one), 3);
    for (let version = 1; version <= 3; version += 1) await two.changes.record('alert', alertOf('a', version));
    const last = (await before).at(-1)?.cursor as string;
    one.proxy.decide = () => 'cut';
    one.proxy.cut();
    for (let version = 4; version <= 6; version += 1) await two.changes.record('alert', alertOf('a', version));
    const after = await take(follow(two, last), 3);
    expect(after.map(({ entity }) => (entity as Alert).title)).toEqual(['4', '5', '6']);
  });

  it('catch up after their line was broken', async () => {
    const [one, two] = await startTwo();
    const heard = take(follow(one), 2);
    one.proxy.decide = () => 'cut';
    one.proxy.cut();
    await two.changes.record('alert', alertOf('a', 1));
    await two.changes.record('alert', alertOf('b', 2));
    one.proxy.decide = () => 'pass';
    expect((await heard).map(({ id, change }) => [id, change])).toEqual([
      ['a', 'CREATED'],
      ['b', 'CREATED'],
    ]);
  });

  it('tell their followers once when Redis came back without its data, and go on', async () => {
    const [one, two] = await startTwo();
    const streams = [follow(one), follow(two)];
    const first = Promise.all(streams.map((stream) => take(stream, 1)));
    await two.changes.record('alert', alertOf('a', 1));
    await first;
    const resyncs = Promise.all(streams.map((stream) => take(stream, 1)));
    const back = Promise.all([one, two].map(({ redis }) => nextConnection(redis)));
    await server.stop();
    await expect(one.changes.record('alert', alertOf('b', 2))).rejects.toThrow('Redis is not available');
    await server.start();
    await back;
    for (const [resync] of await resyncs) expect(resync).toMatchObject({ change: 'RESYNC', entity: null });
    const next = Promise.all(streams.map((stream) => take(stream, 1)));
    await one.changes.record('alert', alertOf('b', 2));
    for (const [change] of await next) expect(change).toMatchObject({ id: 'b' });
  });
});

function alertOf(id: string, version: number): Alert {
  return seen(id, version, { title: String(version) }).entity;
}

function follow({ changes }: Instance, after?: string): AsyncIterableIterator<Change<'alert'>> {
  const leaving = new AbortController();
  endings.push(async () => leaving.abort());
  return changes.follow('alert', { after, signal: leaving.signal });
}

async function take(stream: AsyncIterableIterator<Change<'alert'>>, count: number): Promise<Change<'alert'>[]> {
  const taken: Change<'alert'>[] = [];
  while (taken.length < count) {
    const { done, value } = await stream.next();
    if (done === true) throw new Error('The stream of changes ended.');
    taken.push(value);
  }
  return taken;
}
