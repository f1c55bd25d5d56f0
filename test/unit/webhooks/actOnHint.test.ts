import { afterEach, describe, expect, it } from '@jest/globals';
import { buildHintActions } from '../../../src/webhooks/actOnHint.js';
import { settle } from '../cache/manualClock.js';
import { brief, entriesOf, setUpFeeds, ticksAt } from '../changes/feeds/support.js';

const { signal } = new AbortController();
let stop: () => Promise<void> = async () => undefined;
afterEach(async () => {
  const stopped = stop();
  await settle(20);
  await stopped;
});

/** A feed that has read everything, with an alert that a notification may be about. */
async function setUp() {
  const live = setUpFeeds();
  const { clock, alerts, store } = live;
  stop = () => live.feeds.stop();
  const dropped: string[] = [];
  const cache = { drop: async (tags: readonly string[]) => void dropped.push(...tags) };
  const forgotten: string[] = [];
  const forgetUser = (id: string) => void forgotten.push(id);
  const act = buildHintActions({ alerts, store, cache, forgetUser, clock });
  alerts.put('known', ticksAt(clock, -60_000), { status: 'NEW' });
  await live.begin();
  return {
    ...live,
    dropped,
    forgotten,
    notify: (id: string) => act({ kind: 'alert', id }, signal),
    notifyOfUser: (id: string) => act({ kind: 'user', id }, signal),
    entries: () => entriesOf(store, 'alert'),
  };
}

describe('a notification of an alert', () => {
  it('is one event, detected by notification, and the poll that sees the change again stays silent', async () => {
    const { clock, alerts, notify, told, next } = await setUp();
    const before = (await told()).length;
    await clock.advance(1_000);
    alerts.put('known', ticksAt(clock), { status: 'RESOLVED' });
    expect(await notify('known')).toBe('done');
    await next();
    await next();
    const events = (await told()).slice(before);
    expect(events.map(({ id, change, detectedBy, changedFields }) => [id, change, detectedBy, changedFields])).toEqual([
      ['known', 'UPDATED', 'NOTIFICATION', ['lastUpdateDateTime', 'status']],
    ]);
  });

  it('that comes after the poll is no event', async () => {
    const { clock, alerts, notify, told, next } = await setUp();
    const before = (await told()).length;
    await clock.advance(1_000);
    alerts.put('fresh', ticksAt(clock));
    await next();
    await notify('fresh');
    await notify('fresh');
    const events = (await told()).slice(before);
    expect(events.map((event) => [...brief(event), event.detectedBy])).toEqual([['CREATED', 'fresh', 'POLL']]);
  });

  it('and a poll at the same moment make one event between them', async () => {
    const { clock, alerts, notify, told } = await setUp();
    const before = (await told()).length;
    await clock.advance(14_000);
    alerts.put('fresh', ticksAt(clock));
    await Promise.all([notify('fresh'), clock.advance(1_000), notify('fresh')]);
    await settle(20);
    expect((await told()).slice(before).map(brief)).toEqual([['CREATED', 'fresh']]);
  });

  it('that cannot be read removes nothing, and asks to be tried again', async () => {
    const { alerts, notify, entries } = await setUp();
    const before = await entries();
    alerts.rows.delete('known');
    expect(await notify('known')).toBe('notYet');
    expect(await entries()).toEqual(before);
  });

  it('that fails is thrown', async () => {
    const { alerts, notify } = await setUp();
    alerts.failures.push(new Error('lost'));
    await expect(notify('known')).rejects.toThrow('lost');
  });
});

describe('a notification of a user', () => {
  it('makes what is cached and kept of the user forgotten, and causes no call', async () => {
    const { alerts, dropped, forgotten, notifyOfUser, entries } = await setUp();
    const before = await entries();
    const requests = alerts.requests.length + alerts.lookups.length;
    expect(await notifyOfUser('A0000000-0000-4000-8000-000000000001')).toBe('done');
    expect(dropped).toEqual(['user:a0000000-0000-4000-8000-000000000001']);
    expect(forgotten).toEqual(['A0000000-0000-4000-8000-000000000001']);
    expect([await entries(), alerts.requests.length + alerts.lookups.length]).toEqual([before, requests]);
  });
});
