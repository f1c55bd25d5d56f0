import { expect } from '@jest/globals';
import { errorCodes } from '../../src/errors/codes.js';
import type { GraphQLAnswer } from './graphql.js';
import { buildHastyClock } from './hastyClock.js';
import { type CapturedLog, captureLog, findLeaks, findStacks } from './leaks.js';
import type { RawAnswer } from './sendRaw.js';
import { type Stack, startStack } from './startStack.js';

/** A gateway for callers who send what nobody should send. */
export interface HostileStack extends Stack {
  readonly log: CapturedLog;
  /** The answer is GraphQL's shape with one of our codes, tells nothing of the inside, and asked no upstream. */
  expectRefusal(answer: RawAnswer, status: number, code: string): Promise<void>;
  /** Every error is the caller's, is readable and says nothing of the inside; no upstream was asked. */
  expectRefusals(answer: GraphQLAnswer, count: number): Promise<void>;
  /** Whatever was asked before, the next caller gets an answer, nothing was unforeseen, and the log is clean. */
  expectUnharmed(): Promise<void>;
}

/** Time runs five times as fast, because Identity Protection answers one call a second. */
export async function startHostileStack(): Promise<HostileStack> {
  const log = captureLog();
  const stack = await startStack({
    emulator: { switches: { limits: false } },
    env: { INTROSPECTION: 'false', IDENTITY_SHARE: '1', REQUEST_TIMEOUT_MS: '60000' },
    deps: { clock: buildHastyClock(5), logger: log.logger },
  });
  return {
    ...stack,
    log,
    async expectRefusal(answer, status, code) {
      expect([answer.status, answer.body?.errors?.[0]?.extensions?.code]).toEqual([status, code]);
      for (const { message, extensions } of answer.body?.errors ?? []) {
        expect(Object.keys(errorCodes)).toContain(extensions?.code);
        expect(message).toMatch(/^\S.{9,2000}$/su);
        expect(Object.keys(extensions ?? {})).not.toContain('stacktrace');
      }
      expect([...findLeaks(answer.text, stack), ...findStacks(answer.text)]).toEqual([]);
      expect(await stack.callsOf(answer)).toEqual([]);
    },
    async expectRefusals(answer, count) {
      expect(answer.status).toBe(200);
      expect(answer.errors?.map(({ extensions }) => extensions?.code)).toEqual(Array(count).fill('BAD_USER_INPUT'));
      for (const { message } of answer.errors ?? []) expect(message).toMatch(/^[^\n]{10,300}$/u);
      expect([...findLeaks(JSON.stringify(answer), stack), ...findStacks(JSON.stringify(answer))]).toEqual([]);
      expect(await stack.callsOf(answer)).toEqual([]);
    },
    async expectUnharmed() {
      expect(await stack.ask('{ viewer { id } }')).toMatchObject({ data: { viewer: { id: 'local' } } });
      expect(log.text()).not.toContain('operation failed');
      expect(findLeaks(log.text(), stack)).toEqual([]);
    },
  };
}
