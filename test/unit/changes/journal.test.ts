import { describe, expect, it } from '@jest/globals';
import type { AlertChange } from '../../../src/changes/contract.js';
import { filterChanges } from '../../../src/changes/filterChanges.js';
import { createInProcessJournal } from '../../../src/changes/journal.js';

const change = (n: number): AlertChange => ({
  cursor: `e.${n}`,
  change: 'UPDATED',
  alert: null,
  previous: null,
  changedFields: [],
  detectedBy: 'POLL',
  detectedAt: '2026-11-21T08:00:00Z',
  reason: null,
});
const changes = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => change(from + index));
const open = (listenerCapacity = 3) => createInProcessJournal({ cursor: 'e.0', listenerCapacity });
const never = () => new AbortController().signal;

async function readAll(listener: AsyncIterableIterator<AlertChange>): Promise<AlertChange[]> {
  const heard: AlertChange[] = [];
  for await (const item of listener) heard.push(item);
  return heard;
}

describe('a listener', () => {
  it('hears in order everything published after it began, also before its first read', async () => {
    const journal = open();
    journal.publish(changes(1, 2));
    const listener = journal.listen(never());
    journal.publish(changes(3, 5));
    journal.close();
    expect((await readAll(listener)).map(({ cursor }) => cursor)).toEqual(['e.3', 'e.4', 'e.5']);
    expect(journal.cursor()).toBe('e.5');
  });

  it('that waits is woken, one reader per change', async () => {
    const journal = open();
    const listener = journal.listen(never());
    const reads = [listener.next(), listener.next()];
    journal.publish(changes(1, 2));
    expect((await Promise.all(reads)).map(({ value }) => (value as AlertChange).cursor)).toEqual(['e.1', 'e.2']);
  });

  it('that falls behind gets one RESYNC in place of what it missed, and goes on from there', async () => {
    const journal = open(3);
    const listener = journal.listen(never());
    journal.publish(changes(1, 4));
    journal.publish(changes(5, 6));
    journal.close();
    const heard = await readAll(listener);
    expect(heard.map(({ change: kind, cursor }) => [kind, cursor])).toEqual([
      ['RESYNC', 'e.4'],
      ['UPDATED', 'e.5'],
      ['UPDATED', 'e.6'],
    ]);
    expect(heard[0]).toMatchObject({ alert: null, reason: 'The listener fell behind and missed 4 changes.' });
  });

  it('that never reads holds a bounded number, and its one RESYNC counts all that it missed', async () => {
    const journal = open(3);
    const listener = journal.listen(never());
    journal.publish(changes(1, 1_000));
    journal.close();
    const heard = await readAll(listener);
    expect(heard.length).toBeLessThanOrEqual(3);
    expect(heard.filter(({ change: kind }) => kind === 'RESYNC')).toHaveLength(1);
    const missed = Number(/missed (\d+)/.exec(heard[0]?.reason ?? '')?.[1]);
    expect(missed + heard.length - 1).toBe(1_000);
  });

  it('that read its RESYNC and falls behind again counts anew', async () => {
    const journal = open(2);
    const listener = journal.listen(never());
    journal.publish(changes(1, 3));
    await listener.next();
    journal.publish(changes(4, 6));
    journal.close();
    expect((await readAll(listener)).map(({ reason }) => reason)).toEqual([
      'The listener fell behind and missed 3 changes.',
    ]);
  });

  it('does not slow down or disturb the others', async () => {
    const journal = open(2);
    const slow = journal.listen(never());
    const fast = journal.listen(never());
    const heard: string[] = [];
    for (const item of changes(1, 5)) {
      journal.publish([item]);
      heard.push(((await fast.next()).value as AlertChange).cursor);
    }
    expect(heard).toEqual(['e.1', 'e.2', 'e.3', 'e.4', 'e.5']);
    await slow.return?.();
  });

  it.each(['signal', 'return'] as const)('ends by %s while it waits, and is let go', async (how) => {
    const journal = open();
    const controller = new AbortController();
    const listener = journal.listen(controller.signal);
    const waiting = listener.next();
    expect(journal.listenerCount()).toBe(1);
    if (how === 'signal') controller.abort();
    else await listener.return?.();
    expect(await waiting).toEqual({ done: true, value: undefined });
    expect(journal.listenerCount()).toBe(0);
    journal.publish(changes(1, 1));
    expect(await listener.next()).toEqual({ done: true, value: undefined });
  });

  it('whose signal is over, or whose journal is closed, is over at once', async () => {
    const journal = open();
    expect(await readAll(journal.listen(AbortSignal.abort()))).toEqual([]);
    journal.close();
    expect(await readAll(journal.listen(never()))).toEqual([]);
    expect(journal.listenerCount()).toBe(0);
  });
});

describe('filtered changes', () => {
  it('hold what passes, in order', async () => {
    const journal = open(9);
    const listener = filterChanges(journal.listen(never()), ({ cursor }) => Number(cursor.split('.')[1]) % 2 === 0);
    journal.publish(changes(1, 5));
    journal.close();
    expect((await readAll(listener)).map(({ cursor }) => cursor)).toEqual(['e.2', 'e.4']);
  });

  it('let the source go at once when the reader leaves while it waits', async () => {
    const journal = open();
    const listener = filterChanges(journal.listen(never()), () => false);
    const waiting = listener.next();
    journal.publish(changes(1, 2));
    await listener.return?.();
    expect(await waiting).toEqual({ done: true, value: undefined });
    expect(journal.listenerCount()).toBe(0);
  });
});
