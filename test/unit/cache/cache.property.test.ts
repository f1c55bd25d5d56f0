import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Cached, Filled } from '../../../src/cache/contract.js';
import type { CallScope } from '../../../src/upstream/contract.js';
import { settle } from './manualClock.js';
import { filled, policy, setUp, upstreamError } from './support.js';

/**
 * A model upstream: each (access scope, key) has a version that only writes move. A fetch reads the version when it
 * starts and delivers it later, when the schedule lets it. Reads carry a lower bound: the version at the last drop of
 * the key's tag before the read began.
 */
interface Fetch {
  readonly scope: CallScope;
  readonly keys: readonly string[];
  readonly deliver: () => void;
  readonly fail: () => void;
}

type Value = { readonly who: string; readonly key: string; readonly version: number };

const keys = ['a', 'b', 'c'];
const owners = ['tenant-a', 'tenant-b'];

const action = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({ do: fc.constant('read' as const), owner: fc.nat(1), key: fc.nat(2), leaves: fc.boolean() }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('readMany' as const),
      owner: fc.nat(1),
      from: fc.nat(2),
      leaves: fc.boolean(),
    }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('change' as const), owner: fc.nat(1), key: fc.nat(2) }) },
  { weight: 5, arbitrary: fc.record({ do: fc.constant('deliver' as const), which: fc.nat(5), fails: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('wait' as const), ms: fc.integer({ min: 1, max: 2_000 }) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('leave' as const) }) },
);

describe('under any interleaving, the cache', () => {
  it('fetches no key twice at once, answers nothing older than the last drop, and keeps access scopes apart', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(action, { minLength: 5, maxLength: 40 }), async (schedule) => {
        const { cache, clock, scope } = setUp({ random: () => 0.5 });
        const versions = new Map<string, number>();
        const version = (who: string, key: string) => versions.get(`${who}/${key}`) ?? 0;
        const fetches: Fetch[] = [];
        const inFlight = new Set<string>();
        const readers: { abort(): void }[] = [];
        const checks: Promise<void>[] = [];

        const fetch = <T>(
          who: string,
          wanted: readonly string[],
          fetchScope: CallScope,
          toResult: (rows: Map<string, Filled<Value>>) => T,
        ) => {
          for (const key of wanted) {
            expect(inFlight.has(`${who}/${key}`)).toBe(false);
            inFlight.add(`${who}/${key}`);
          }
          const land = () => {
            for (const key of wanted) inFlight.delete(`${who}/${key}`);
          };
          fetchScope.signal.addEventListener('abort', land);
          const rows = new Map(
            wanted.map((key) => [key, filled<Value>({ who, key, version: version(who, key) }, [`${who}:${key}`])]),
          );
          return new Promise<T>((resolve, reject) => {
            fetches.push({
              scope: fetchScope,
              keys: wanted,
              deliver: () => (land(), resolve(toResult(rows))),
              fail: () => (land(), reject(upstreamError('UPSTREAM_THROTTLED'))),
            });
          });
        };
        const check = (who: string, key: string, atLeast: number, answer: Cached<Value> | Error | undefined) => {
          if (answer === undefined || answer instanceof Error || answer.value === null) return;
          expect(answer.value).toMatchObject({ who, key });
          expect(answer.value.version).toBeGreaterThanOrEqual(atLeast);
        };

        for (const step of schedule) {
          if (step.do === 'read') {
            const [who, key] = [owners[step.owner] as string, keys[step.key] as string];
            const reader = scope({ accessScope: who });
            if (step.leaves) readers.push(reader);
            const atLeast = version(who, key);
            const reading = cache.read<Value>(policy, key, reader, (s) =>
              fetch(who, [key], s, (rows) => rows.get(key) as Filled<Value>),
            );
            checks.push(
              reading.then(
                (answer) => check(who, key, atLeast, answer),
                () => undefined,
              ),
            );
          } else if (step.do === 'readMany') {
            const who = owners[step.owner] as string;
            const wanted = keys.slice(step.from);
            const reader = scope({ accessScope: who });
            if (step.leaves) readers.push(reader);
            const atLeast = wanted.map((key) => version(who, key));
            const reading = cache.readMany<Value>(policy, wanted, reader, (missing, s) =>
              fetch(who, missing, s, (rows) => rows),
            );
            checks.push(
              reading.then(
                (answers) =>
                  wanted.forEach((key, index) => check(who, key, atLeast[index] as number, answers.get(key))),
                () => undefined,
              ),
            );
          } else if (step.do === 'change') {
            const [who, key] = [owners[step.owner] as string, keys[step.key] as string];
            versions.set(`${who}/${key}`, version(who, key) + 1);
            await cache.drop([`${who}:${key}`]);
          } else if (step.do === 'deliver') {
            const [landing] = fetches.splice(step.which % Math.max(fetches.length, 1), 1);
            if (step.fails) landing?.fail();
            else landing?.deliver();
          } else if (step.do === 'wait') {
            await clock.advance(step.ms);
          } else {
            readers.shift()?.abort();
          }
          await settle(2);
        }
        while (fetches.length > 0) {
          fetches.shift()?.deliver();
          await settle(2);
        }
        await Promise.all(checks);
        expect(inFlight.size).toBe(0);
        await cache.close();
      }),
      { numRuns: 150, seed: 20_261_121 },
    );
  });
});
