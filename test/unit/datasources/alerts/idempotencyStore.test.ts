import { describe, expect, it } from '@jest/globals';
import { buildMemoryIdempotencyStore } from '../../../../src/datasources/mutations/buildMemoryIdempotencyStore.js';
import { KeyedLock } from '../../../../src/datasources/mutations/KeyedLock.js';
import { createManualClock } from '../../cache/manualClock.js';

async function finish(
  store: ReturnType<typeof buildMemoryIdempotencyStore>,
  key: string,
  outcome: string,
): Promise<void> {
  const claim = await store.claim<string>(key, 'hash');
  if (claim.kind !== 'claimed') throw new Error(`${key} is ${claim.kind}`);
  await claim.finish(outcome);
}

describe('the idempotency store in memory', () => {
  it('keeps an outcome for a day', async () => {
    const clock = createManualClock();
    const store = buildMemoryIdempotencyStore(clock);
    await finish(store, 'k', 'first');
    await clock.advance(24 * 3_600_000 - 1);
    expect(await store.claim('k', 'hash')).toEqual({ kind: 'done', outcome: 'first' });
    expect(await store.claim('k', 'other')).toEqual({ kind: 'reused' });
    await clock.advance(1);
    expect(await store.claim('k', 'other')).toMatchObject({ kind: 'claimed' });
  });

  it('keeps the newest 2,000 outcomes and every pending claim', async () => {
    const store = buildMemoryIdempotencyStore(createManualClock());
    const pending = await store.claim('pending', 'hash');
    for (let n = 0; n < 2_001; n += 1) await finish(store, `k${n}`, `${n}`);
    expect(pending.kind).toBe('claimed');
    expect(await store.claim('pending', 'hash')).toMatchObject({ kind: 'pending' });
    expect(await store.claim('k0', 'hash')).toMatchObject({ kind: 'claimed' });
    expect(await store.claim('k2000', 'hash')).toEqual({ kind: 'done', outcome: '2000' });
  });

  it('tells those who wait that a claim was given back', async () => {
    const store = buildMemoryIdempotencyStore(createManualClock());
    const mine = await store.claim<string>('k', 'hash');
    const other = await store.claim<string>('k', 'hash');
    if (mine.kind !== 'claimed' || other.kind !== 'pending') throw new Error('claims went wrong');
    await mine.release();
    expect(await other.outcome).toBeUndefined();
    expect(await store.claim('k', 'hash')).toMatchObject({ kind: 'claimed' });
  });
});

describe('the lock of an alert', () => {
  it('runs work on one key in order of arrival, goes on after a failure, and does not hold up other keys', async () => {
    const lock = new KeyedLock();
    const log: string[] = [];
    let open: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => {
      open = resolve;
    });
    const first = lock.run('a', async () => {
      await gate;
      log.push('first');
      throw new Error('failed');
    });
    const second = lock.run('a', async () => log.push('second'));
    await lock.run('b', async () => log.push('other key'));
    open();
    await expect(first).rejects.toThrow('failed');
    await second;
    expect(log).toEqual(['other key', 'first', 'second']);
  });
});
