import { describe, expect, it } from '@jest/globals';
import { createCacheTagApplier, toCacheTags } from '../../../src/changes/cacheTagApplier.js';
import type { TailPage } from '../../../src/changes/changeStore.js';
import type { Change } from '../../../src/changes/contract.js';
import { createMemoryChangeStore } from '../../../src/changes/memoryChangeStore.js';
import { createManualClock } from '../cache/manualClock.js';
import { live, poll, seen, start } from './entities.js';

/** The entries of one step after the topics were filled. */
async function entriesOf(...steps: Parameters<typeof poll>[0][]): Promise<readonly Change[]> {
  const store = createMemoryChangeStore({ clock: createManualClock() });
  let entries: readonly Change[] = [];
  for (const step of steps) ({ entries } = await store.commit(poll({ feed: live, ...step })));
  return entries;
}

describe('cache tags of a change', () => {
  it('of an alert are its own, every list of alerts, and its incident with its alerts, as it is and as it was', async () => {
    const [change] = await entriesOf(
      { observations: [seen('alert', start, { id: 'a' })] },
      { observations: [seen('alert', start + 1n, { id: 'a', incidentId: '13' })] },
    );
    expect(toCacheTags(change as Change)).toEqual([
      'alerts',
      'alert:a',
      'incident:12',
      'incident:12:alerts',
      'incident:13',
      'incident:13:alerts',
    ]);
  });

  it('of an alert without an incident are its own and every list of alerts', async () => {
    const [change] = await entriesOf({ observations: [seen('alert', start, { id: 'a', incidentId: null })] });
    expect(toCacheTags(change as Change)).toEqual(['alerts', 'alert:a']);
  });

  it('of a merged incident are also those of the alerts that moved with it', async () => {
    const observations = [seen('incident', start, { id: '7', redirectIncidentId: '8' })];
    const [change] = await entriesOf({ topic: 'incident', observations });
    expect(toCacheTags(change as Change)).toEqual([
      'incidents',
      'incident:7',
      'incident:7:alerts',
      'incident:8:alerts',
    ]);
  });

  it.each([
    ['riskEvent', ['riskEvents', 'riskEvent:X1', 'riskEvents:user:u1']],
    ['riskyUser', ['riskyUsers', 'riskyUser:x1']],
    ['secureScore', ['secureScores']],
  ] as const)('of topic %s are %j', async (topic, tags) => {
    const [change] = await entriesOf({ topic, observations: [seen(topic, start, { id: 'X1' })] });
    expect(toCacheTags(change as Change)).toEqual(tags);
  });

  it('of what is gone are those of what it was, and of a RESYNC every list of its topic', async () => {
    const known = { observations: [seen('alert', start, { id: 'a', incidentId: null })] };
    const entries = await entriesOf(known, { removals: ['a'], resync: 'lost' });
    expect(entries.map(toCacheTags)).toEqual([['alerts', 'alert:a'], ['alerts']]);
  });
});

describe('the applier of cache tags', () => {
  const setUp = () => {
    const drops: (readonly string[])[] = [];
    const applier = createCacheTagApplier({ drop: async (tags) => void drops.push(tags) });
    return { drops, apply: (entries: readonly Change[]) => applier.apply({ entries } as TailPage), applier };
  };

  it('drops the tags of a batch together, each once, silent entries too', async () => {
    const { drops, apply } = setUp();
    const observations = ['a', 'b'].map((id) => seen('alert', start, { id, incidentId: null }));
    const again = [seen('alert', start + 1n, { id: 'a', incidentId: null })];
    await apply(await entriesOf({ observations }));
    await apply(await entriesOf({ observations }, { observations: again }));
    await apply([]);
    expect(drops).toEqual([
      ['alerts', 'alert:a', 'alert:b'],
      ['alerts', 'alert:a'],
    ]);
  });

  it('that starts over drops every list', async () => {
    const { drops, applier } = setUp();
    await applier.restart();
    expect(drops).toEqual([['alerts', 'incidents', 'riskEvents', 'riskyUsers', 'secureScores']]);
  });
});
