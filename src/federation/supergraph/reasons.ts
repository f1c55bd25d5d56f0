import { GatewayError } from '../../errors/GatewayError.js';

const maxReasonLength = 300;
const maxReasons = 20;

/** One line for logs and readiness: who, a code, what is wrong. Cut at 300 characters. */
export function toReason(code: string, message: string, subgraph?: string): string {
  const who = subgraph === undefined ? '' : `${subgraph}: `;
  const line = `${who}${code}: ${message}`.replaceAll(/\s+/g, ' ').trim();
  return line.length <= maxReasonLength ? line : `${line.slice(0, maxReasonLength - 1)}…`;
}

/** Of an error, only what callers may see: code and message of ours, nothing of others. */
export function reasonOf(error: unknown, subgraph: string): string {
  return error instanceof GatewayError
    ? toReason(error.code, error.message, subgraph)
    : toReason('INTERNAL', 'The subgraph could not be asked for its schema.', subgraph);
}

/** At most 20; the last then says how many there are besides. */
export function limitReasons(reasons: readonly string[]): readonly string[] {
  if (reasons.length <= maxReasons) return reasons;
  const told = reasons.slice(0, maxReasons - 1);
  return [...told, `And ${reasons.length - told.length} more.`];
}
