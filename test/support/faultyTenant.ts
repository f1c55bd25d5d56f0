import { expect } from '@jest/globals';
import type { GraphQLAnswer } from './graphql.js';
import { buildHastyClock } from './hastyClock.js';
import { captureLog, findLeaks, findStacks } from './leaks.js';
import { neverLeader } from './neverLeader.js';
import { type Stack, type StackOptions, startStack } from './startStack.js';

/** Every upstream in one operation: lists, joins over three services, and a second list behind one of them. */
const everything = `{
  alerts(first: 5) { nodes { id title status users { id displayName riskEvents(first: 2) { nodes { id } } mcasActivities(first: 2) { nodes { id } } } } }
  incidents(first: 3) { nodes { id displayName } }
  secureScore { id currentScore controlScores { controlName profile { id title } } } }`;

/** A fault as `POST /_control/faults` takes it. */
export interface Fault {
  readonly upstream: string;
  readonly kind: string;
  readonly [option: string]: unknown;
}

/** Fields are looked at without their types: queries are the tests' own. */
type Answer = GraphQLAnswer<Record<string, any>>;

export type Path = readonly (string | number)[];

/** A stack whose upstreams can be broken and mended, with nothing kept in caches from one question to the next. */
export interface FaultyTenant {
  readonly stack: Stack;
  /** The answer while nothing is broken. */
  readonly whole: Answer;
  /** Asks everything afresh while the faults strike; then they are over. Checks that nothing leaks and nothing was unforeseen. */
  askUnder(faults: readonly Fault[], query?: string): Promise<Answer>;
  askAfresh(query?: string): Promise<Answer>;
  /** Asks until nothing is missing any more; gives up after ten answers. */
  askUntilWhole(): Promise<Answer>;
  /** Moves the gateway's time. */
  advance(milliseconds: number): void;
  stop(): Promise<void>;
}

const days = 86_400_000;

export async function startFaultyTenant(
  options: Pick<StackOptions, 'env' | 'emulator' | 'faults'> = {},
): Promise<FaultyTenant> {
  const clock = buildHastyClock(8);
  const log = captureLog();
  const stack = await startStack({
    emulator: { switches: { limits: false }, ...options.emulator },
    env: { REQUEST_TIMEOUT_MS: '60000', POLL_SECONDS: '3600', MIRROR_DAYS: '0', IDENTITY_SHARE: '1', ...options.env },
    deps: { clock, logger: log.logger, leadership: neverLeader },
    ...(options.faults === undefined ? {} : { faults: options.faults }),
  });

  /** Beyond the life of every cached value, even as a stand-in, and of every open circuit and pause. */
  const askAfresh = (query = everything): Promise<Answer> => {
    clock.advance(3 * days);
    return stack.ask(query);
  };
  const askUnder = async (faults: readonly Fault[], query?: string) => {
    for (const fault of faults) await stack.control('POST', '/_control/faults', fault);
    try {
      const answer = await askAfresh(query);
      expect([...findLeaks(JSON.stringify(answer), stack), ...findStacks(JSON.stringify(answer))]).toEqual([]);
      expect(findLeaks(log.text(), stack)).toEqual([]);
      expect(log.text()).not.toContain('operation failed');
      return answer;
    } finally {
      await stack.control('DELETE', '/_control/faults');
      log.clear();
    }
  };
  /** At this pace of time the first tokens may come too late for the first question. */
  const askUntilWhole = async (triesLeft = 10): Promise<Answer> => {
    const answer = await askAfresh();
    return answer.errors === undefined || triesLeft === 0 ? answer : askUntilWhole(triesLeft - 1);
  };
  const whole = await askUntilWhole();
  log.clear();
  return { stack, whole, askUntilWhole, askUnder, askAfresh, advance: clock.advance, stop: () => stack.stop() };
}

/** Where a part of `whole` is null in `data`; throws where anything else differs. */
export function nulledPaths(whole: unknown, data: unknown, path: Path = []): Path[] {
  if (data === null && whole !== null) return [path];
  if (typeof whole !== 'object' || whole === null || typeof data !== 'object' || data === null) {
    expect({ path, value: data }).toEqual({ path, value: whole });
    return [];
  }
  expect({ path, keys: Object.keys(data) }).toEqual({ path, keys: Object.keys(whole) });
  const toKey = (name: string) => (Array.isArray(whole) ? Number(name) : name);
  return Object.entries(whole).flatMap(([name, part]) =>
    nulledPaths(part, (data as Record<string, unknown>)[name], [...path, toKey(name)]),
  );
}

/** A path with `*` for every place in a list. */
export function shapeOf(path: Path): string {
  return path.map((part) => (typeof part === 'number' ? '*' : part)).join('.');
}
