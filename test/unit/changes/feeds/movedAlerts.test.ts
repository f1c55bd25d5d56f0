import { describe, expect, it } from '@jest/globals';
import { entriesOf, hour, setUpFeeds, ticksAt } from './support.js';

async function setUp() {
  const feed = setUpFeeds();
  feed.alerts.put('da1', ticksAt(feed.clock, -hour), { incidentId: '1' });
  feed.alerts.put('da2', ticksAt(feed.clock, -2 * hour), { incidentId: '1' });
  feed.alerts.put('da3', ticksAt(feed.clock, -hour), { incidentId: '9' });
  for (const id of ['1', '2', '3']) feed.incidents.put(id, ticksAt(feed.clock, -3 * hour));
  await feed.begin();
  const merge = (id: string, into: string) =>
    feed.incidents.put(id, ticksAt(feed.clock, 1_000), { status: 'REDIRECTED', redirectIncidentId: into });
  const links = async () => {
    const rows = await feed.store.remembered('alert', ['da1', 'da2', 'da3']);
    return Object.fromEntries(rows.map(({ id, entity }) => [id, entity.incidentId]));
  };
  return { ...feed, merge, links };
}

describe('an incident that was merged into another', () => {
  it('moves its alerts in the same step', async () => {
    const feed = await setUp();
    const steps: string[][] = [];
    const commit = feed.store.commit.bind(feed.store);
    feed.store.commit = (step) => {
      if (step.observations.some(({ id }) => id === '1'))
        steps.push(step.observations.map(({ topic, id }) => `${topic} ${id}`).sort());
      return commit(step);
    };
    feed.merge('1', '2');
    await feed.next();
    expect(await feed.links()).toEqual({ da1: '2', da2: '2', da3: '9' });
    expect(steps).toEqual([['alert da1', 'alert da2', 'incident 1']]);
    const told = (await entriesOf(feed.store, 'alert')).map(({ change, id, changedFields }) => [
      change,
      id,
      changedFields,
    ]);
    expect(told.sort()).toEqual([
      ['UPDATED', 'da1', ['incidentId']],
      ['UPDATED', 'da2', ['incidentId']],
    ]);
    await feed.feeds.stop();
  });

  it('moves them once, and reads that lag do not move them back', async () => {
    const feed = await setUp();
    feed.merge('1', '2');
    for (let sweep = 0; sweep < 4; sweep += 1) await feed.next();
    expect(await feed.links()).toEqual({ da1: '2', da2: '2', da3: '9' });
    expect(await entriesOf(feed.store, 'alert')).toHaveLength(2);
    await feed.feeds.stop();
  });

  it('that was merged itself moves them to the last one, and a circle ends', async () => {
    const feed = await setUp();
    feed.merge('2', '3');
    await feed.next();
    feed.merge('1', '2');
    await feed.next();
    expect(await feed.links()).toMatchObject({ da1: '3', da2: '3' });
    feed.merge('3', '1');
    await feed.next();
    expect(feed.statusOf('incidents')).toMatchObject({ failures: 0 });
    await feed.feeds.stop();
  });
});
