import { describe, expect, it } from '@jest/globals';
import type { JournalApplier } from '../../../src/changes/journalApplier.js';
import { createMemoryChangeStore } from '../../../src/changes/memoryChangeStore.js';
import { createManualClock } from '../cache/manualClock.js';
import { entityOf, live, poll, seen, start } from './entities.js';
import { hear, settle, setUpChanges } from './support.js';

describe('recording our own write', () => {
  it('answers the cursor of its entry, once this instance has applied it', async () => {
    const applied: string[] = [];
    const applier: JournalApplier = {
      name: 'slow',
      restart: () => undefined,
      apply: async ({ entries }) => {
        await settle(2);
        applied.push(...entries.map(({ cursor }) => cursor));
      },
    };
    const journal = await setUpChanges({ appliers: [applier] });
    const cursor = await journal.changes.record('incident', entityOf('incident', start, { id: '1' }));
    expect(applied).toEqual([cursor]);
    expect(journal.changes.cursor()).toBe(cursor);
    await journal.end();
  });

  it('tells subscribers of its topic once, as found by a mutation, by our clock', async () => {
    const journal = await setUpChanges();
    const { heard } = hear(journal.follow('incident'));
    const written = entityOf('incident', start, { id: '1', status: 'RESOLVED' });
    const cursor = await journal.changes.record('incident', written);
    await settle();
    expect(heard).toEqual([
      expect.objectContaining({
        cursor,
        id: '1',
        entity: written,
        detectedBy: 'MUTATION',
        detectedAt: new Date(journal.clock.now()).toISOString(),
      }),
    ]);
    await journal.end();
  });

  it('distrusts for five minutes reads that show nothing newer', async () => {
    const journal = await setUpChanges();
    const { heard } = hear(journal.follow('alert'));
    await journal.changes.record('alert', entityOf('alert', start, { id: 'a', status: 'RESOLVED' }));
    const begun = journal.clock.now();
    const lagging = (observedAt: number) =>
      journal.store.commit(poll({ feed: live, observations: [seen('alert', start, { id: 'a' }, { observedAt })] }));
    await lagging(begun + 299_999);
    await lagging(begun + 300_000);
    await settle();
    expect(heard.map(({ entity }) => entity?.status)).toEqual(['RESOLVED', 'NEW']);
    await journal.end();
  });

  it('that somebody journalled before answers a cursor at which it is applied', async () => {
    const journal = await setUpChanges();
    const entity = entityOf('alert', start, { id: 'a' });
    const first = await journal.changes.record('alert', entity);
    expect(await journal.changes.record('alert', entity)).toBe(first);
    await journal.store.commit(poll({ feed: live, observations: [seen('alert', start, { id: 'b' })] }));
    expect(await journal.changes.record('alert', entity)).toBe(journal.changes.cursor());
    expect(journal.tail.position.sequence).toBe(2);
    await journal.end();
  });

  it('without a readable time is answered with the present cursor and journalled nowhere', async () => {
    const journal = await setUpChanges();
    const entity = entityOf('riskyUser', start, { id: 'u', riskLastUpdatedDateTime: null });
    expect(await journal.changes.record('riskyUser', entity)).toBe(journal.changes.cursor());
    expect((await journal.store.read(0, 1)).newest).toBe(0);
    await journal.end();
  });

  it('fails when the journal cannot be written', async () => {
    const store = createMemoryChangeStore({ clock: createManualClock() });
    const journal = await setUpChanges({ store });
    store.commit = () => Promise.reject(new Error('disk full'));
    await expect(journal.changes.record('alert', entityOf('alert', start, { id: 'a' }))).rejects.toThrow('disk full');
    await journal.end();
  });

  it('does not keep its caller for ever when this instance cannot apply it', async () => {
    const stuck = {
      name: 'stuck',
      restart: () => undefined,
      apply: () => new Promise<void>((resolve) => (free = resolve)),
    };
    let free: () => void = () => undefined;
    const journal = await setUpChanges({ appliers: [stuck] });
    const recording = journal.changes.record('alert', entityOf('alert', start, { id: 'a' }));
    await settle();
    await journal.clock.advance(5_000);
    expect(await recording).toBe(`${journal.tail.position.epoch}.1`);
    const ending = journal.end();
    free();
    await settle();
    free();
    await ending;
  });
});
