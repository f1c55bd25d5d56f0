import { randomUUID } from 'node:crypto';

/** An error answer of Entra's endpoints. */
export class AuthorityError extends Error {
  constructor(
    readonly status: 400 | 401,
    /** OAuth error word. */
    readonly error: string,
    /** Number of the AADSTS code. */
    readonly code: number,
    message: string,
  ) {
    super(message);
    this.name = 'AuthorityError';
  }
}

/** @see https://learn.microsoft.com/entra/identity-platform/reference-error-codes */
export function toAuthorityBody(error: AuthorityError, nowMs: number): object {
  const traceId = randomUUID();
  const correlationId = randomUUID();
  const timestamp = `${new Date(nowMs).toISOString().slice(0, 19).replace('T', ' ')}Z`;
  return {
    error: error.error,
    error_description: `AADSTS${error.code}: ${error.message} Trace ID: ${traceId} Correlation ID: ${correlationId} Timestamp: ${timestamp}`,
    error_codes: [error.code],
    timestamp,
    trace_id: traceId,
    correlation_id: correlationId,
    error_uri: `https://login.microsoftonline.com/error?code=${error.code}`,
  };
}
