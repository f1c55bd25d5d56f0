import { type DestinationStream, type LevelWithSilent, pino } from 'pino';
import type { Logger } from './logger.js';

/** Fields that never reach the log, whoever writes them, at the top or one level down. */
const secretFields = [
  'authorization',
  'token',
  'accessToken',
  'assertion',
  'clientSecret',
  'secret',
  'password',
  'cookie',
  'headers',
  'body',
  'query',
  'variables',
  'url',
];

const redactedPaths = secretFields.flatMap((field) => [field, `*.${field}`]);

/**
 * One JSON object a line. Secrets and bodies are removed by field name, and addresses are removed from error texts,
 * because upstream URLs carry ids of persons.
 * @param destination Standard output by default.
 */
export function createLogger(level: LevelWithSilent, destination?: DestinationStream): Logger {
  const options = {
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
    redact: { paths: redactedPaths, censor: '(removed)' },
    serializers: { err: toLoggedError },
  };
  return destination === undefined ? pino(options) : pino(options, destination);
}

const maxCauses = 5;

function toLoggedError(error: unknown, depth = 0): object {
  if (!(error instanceof Error)) return { message: withoutAddresses(String(error)) };
  const { code, logFields } = error as { code?: unknown; logFields?: unknown };
  return {
    type: error.name,
    message: withoutAddresses(error.message),
    ...(code === undefined ? {} : { code }),
    ...(typeof logFields === 'object' ? { fields: logFields } : {}),
    stack: withoutAddresses(error.stack ?? ''),
    ...(error.cause === undefined || depth >= maxCauses ? {} : { cause: toLoggedError(error.cause, depth + 1) }),
  };
}

function withoutAddresses(text: string): string {
  return text.replace(/\b(?:https?|wss?):\/\/[^\s"')]+/g, '(address)');
}
