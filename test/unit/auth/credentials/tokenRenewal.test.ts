import type { AccessToken, TokenCredential } from '@azure/identity';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { createTokenProvider } from '../../../../src/auth/credentials/createTokenProvider.js';
import { ManualClock } from '../../upstream/support/manualClock.js';

const never = new AbortController().signal;

/** Issues tokens of a given life, fails, or does not answer. */
class ScriptedCredential implements TokenCredential {
  asked = 0;
  failing = false;
  silent = false;
  constructor(readonly lifeMs: number) {}

  async getToken(): Promise<AccessToken> {
    this.asked++;
    if (this.silent) return new Promise(() => undefined);
    if (this.failing) throw new Error('the authority is away');
    return { token: `token-${this.asked}`, expiresOnTimestamp: Date.now() + this.lifeMs };
  }
}

describe('early renewal', () => {
  const unhandled: unknown[] = [];
  const note = (reason: unknown) => void unhandled.push(reason);

  beforeEach(() => {
    jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask', 'performance'] });
    process.on('unhandledRejection', note);
  });
  afterEach(() => {
    process.off('unhandledRejection', note);
    jest.useRealTimers();
    unhandled.length = 0;
  });

  it('happens beside the calls, which go on with the old token', async () => {
    const credential = new ScriptedCredential(60_000);
    const provider = createTokenProvider(() => credential, 'scope', new ManualClock());
    expect(await provider.authorization({ signal: never })).toBe('Bearer token-1');
    expect(await provider.authorization({ signal: never })).toBe('Bearer token-1');
    await jest.advanceTimersByTimeAsync(10);
    expect(await provider.authorization({ signal: never })).toBe('Bearer token-2');
  });

  it('that fails until the old token ends harms neither the process nor what comes after', async () => {
    const credential = new ScriptedCredential(60_000);
    const provider = createTokenProvider(() => credential, 'scope', new ManualClock());
    await provider.authorization({ signal: never });
    credential.failing = true;
    expect(await provider.authorization({ signal: never })).toBe('Bearer token-1');
    await jest.advanceTimersByTimeAsync(70_000);
    await new Promise((resolve) => setImmediate(resolve));
    expect(credential.asked).toBeGreaterThan(10);
    expect(unhandled).toEqual([]);
    await expect(provider.authorization({ signal: never })).rejects.toMatchObject({ kind: 'unavailable' });
    credential.failing = false;
    expect(await provider.authorization({ signal: never })).toMatch(/^Bearer token-/);
  });
});

describe('an authority that does not answer', () => {
  it('is asked once for all who come within half a minute, and again after that', async () => {
    const credential = new ScriptedCredential(3_600_000);
    const clock = new ManualClock();
    const provider = createTokenProvider(() => credential, 'scope', clock);
    credential.silent = true;
    for (const asked of [1, 1, 1]) {
      const refused = expect(provider.authorization({ signal: never })).rejects.toMatchObject({ kind: 'unavailable' });
      await clock.advance(10_000);
      await refused;
      expect(credential.asked).toBe(asked);
    }
    credential.silent = false;
    expect(await provider.authorization({ signal: never })).toBe('Bearer token-2');
  });
});
