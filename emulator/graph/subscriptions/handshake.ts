import { badRequest } from '../GraphError.js';

const timeoutMs = 10_000;

/** What the service was seen to ask for an echo of. */
export function buildToken(requestId: string): string {
  return `Validation: Testing client application reachability for subscription Request-Id: ${requestId}`;
}

/**
 * Proves that the receiver wants notifications: it must echo a token as plain text within 10 s.
 * @throws {GraphError} 400 when it does not.
 * @see https://learn.microsoft.com/graph/change-notifications-delivery-webhooks#notificationurl-validation
 */
export async function validateReceiver(notificationUrl: string, token: string): Promise<void> {
  const url = new URL(notificationUrl);
  url.searchParams.set('validationToken', token);
  const echo = await post(url);
  if (echo.status === 200 && echo.type.startsWith('text/plain') && echo.body === token) return;
  throw badRequest(
    `Subscription validation request failed. Notification endpoint must respond with 200 OK to validation request. Response status: ${echo.status}.`,
    'ValidationError',
  );
}

async function post(url: URL): Promise<{ readonly status: number; readonly type: string; readonly body: string }> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'text/plain; charset=utf-8' },
      redirect: 'manual',
      signal: AbortSignal.timeout(timeoutMs),
    });
    return { status: response.status, type: response.headers.get('content-type') ?? '', body: await response.text() };
  } catch (error) {
    const isTimeout = error instanceof Error && error.name === 'TimeoutError';
    throw isTimeout
      ? badRequest('Subscription validation request timed out.', 'InvalidRequest')
      : badRequest(
          'Subscription validation request failed. The notification endpoint could not be reached.',
          'ValidationError',
        );
  }
}

/** Receivers must use HTTPS; on this machine plain HTTP will do, because nothing leaves it. @throws {GraphError} 400. */
export function requireReceiverUrl(value: unknown, name: string): string {
  const url = typeof value === 'string' && URL.canParse(value) ? new URL(value) : undefined;
  const isLocal = url !== undefined && ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname);
  if (url?.protocol === 'https:' || (url?.protocol === 'http:' && isLocal)) return String(value);
  throw badRequest(`The property '${name}' must be an HTTPS URL.`, 'InvalidRequest');
}
