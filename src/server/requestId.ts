import { randomUUID } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

const guid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/**
 * The id that follows an operation through our log, its errors and every upstream call (`client-request-id`).
 * The caller's own is used when it is a GUID, because Microsoft's services accept nothing else.
 */
export function requestIdOf(headers: IncomingHttpHeaders): string {
  const offered = [headers['x-request-id'], headers['client-request-id']];
  return offered.find((id): id is string => typeof id === 'string' && guid.test(id)) ?? randomUUID();
}
