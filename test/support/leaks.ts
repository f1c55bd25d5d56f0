import { createLogger } from '../../src/observability/createLogger.js';
import type { Logger } from '../../src/observability/logger.js';
import type { Stack } from './startStack.js';

/** A logger of the production kind that keeps everything it writes, down to the finest level. */
export interface CapturedLog {
  readonly logger: Logger;
  text(): string;
  clear(): void;
}

export function captureLog(): CapturedLog {
  let written = '';
  const logger = createLogger('trace', { write: (line) => void (written += line) });
  return {
    logger,
    text: () => written,
    clear: () => {
      written = '';
    },
  };
}

/** What neither an answer nor a log line may hold: where the upstreams are, what opens them, what they said. */
export function findLeaks(text: string, { emulator }: Pick<Stack, 'emulator'>): string[] {
  const hosts = [emulator.graphUrl, emulator.mcasUrl, emulator.authorityUrl].map((url) => new URL(url).host);
  const secrets = [emulator.clientSecret, emulator.mcasToken];
  const words = [...hosts, ...secrets, ...upstreamWords].filter((word) => text.includes(word));
  return [...words, ...(text.match(tokens) ?? [])];
}

/** What an answer may not hold beside that: where in our code something happened. */
export function findStacks(text: string): string[] {
  return text.match(stacks) ?? [];
}

/** Paths of the upstreams, and texts of the bodies that scripted faults answer with. */
const upstreamWords = [
  '/v1.0/',
  '/api/v1/',
  '/oauth2/',
  '/security/alerts_v2',
  '$filter=',
  '@odata.nextLink',
  'DOCTYPE',
  "aren't available right now",
  'Too many requests.',
  'temporarily unavailable',
  'Bad gateway.',
  'validation failure',
  'Rate limit is exceeded',
  'Insufficient role',
  'Invalid token',
  'innerError',
  'client_secret',
  'AADSTS',
];

/** Anything that looks like a JSON Web Token or an authorization header. */
const tokens = /eyJ[\w-]{8,}|Bearer [\w-]{8,}/g;

/** Stack traces name source files with a line number. */
const stacks = /\bat [^\n]{0,200}\.(?:ts|js|mjs):\d+/g;
