import type { Emulator } from '../../emulator/EmulatorOptions.js';
import type { GraphQLAnswer } from './graphql.js';
import { buildHastyClock } from './hastyClock.js';
import { type Stack, type StackOptions, startStack } from './startStack.js';

/** A stack whose upstream has no limits; the gateway keeps its own, which a minute frees again. */
export interface CloudApps extends Stack {
  /** Moves the gateway's time past the window of its budget. */
  nextMinute(): void;
}

export async function startCloudApps(options: StackOptions = {}): Promise<CloudApps> {
  const clock = buildHastyClock(1);
  const stack = await startStack({
    ...options,
    emulator: { alerts: 80, ...options.emulator, switches: { limits: false, ...options.emulator?.switches } },
    env: { POLL_SECONDS: '3600', ...options.env },
    deps: { clock },
  });
  return { ...stack, nextMinute: () => clock.advance(61_000) };
}

/** What Cloud Apps itself says, asked past the gateway with the legacy token. */
export async function askCloudApps(emulator: Emulator, path: string, body?: unknown): Promise<any> {
  const response = await fetch(`${emulator.mcasUrl}${path}`, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { authorization: `Token ${emulator.mcasToken}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  if (!response.ok) throw new Error(`${path}: ${response.status}`);
  return response.json();
}

/** Rows of the whole list, as the upstream has them. */
export async function rowsOf(emulator: Emulator, list: string): Promise<Record<string, any>[]> {
  const rows: Record<string, any>[] = [];
  for (let hasNext = true; hasNext; ) {
    const page = await askCloudApps(emulator, `/api/v1/${list}/`, { skip: rows.length, limit: 100 });
    rows.push(...page.data);
    hasNext = page.hasNext;
  }
  return rows;
}

/** Method and path of the Cloud Apps calls that one answer caused. */
export async function cloudCalls(stack: Stack, answer: Pick<GraphQLAnswer, 'headers'>): Promise<string[]> {
  const calls = await stack.callsOf(answer);
  return calls.filter(({ upstream }) => upstream === 'mcas').map(({ method, path }) => `${method} ${path}`);
}
