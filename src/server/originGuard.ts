import type { FastifyRequest } from 'fastify';
import type { HttpConfig } from '../config/loadConfig.js';
import { isLoopback } from '../config/settingKinds.js';

/**
 * Whether a page of this origin may open a socket or a stream. Browsers do not apply CORS to WebSockets, and a stream
 * needs no preflight; so the `Origin` header has to name this host or an allowed origin. Other programs send none.
 */
export function isOriginAllowed(request: FastifyRequest, config: Pick<HttpConfig, 'corsOrigins'>): boolean {
  const { origin } = request.headers;
  if (origin === undefined || config.corsOrigins.includes(origin)) return true;
  return URL.canParse(origin) && new URL(origin).host === request.host;
}

/**
 * Whether the request was addressed to this machine by a name of this machine. While nobody has to sign in, a foreign
 * name that resolves to a loopback address (DNS rebinding) must not let a web page read answers as if it were ours.
 */
export function isHostAllowed(
  request: FastifyRequest,
  config: Pick<HttpConfig, 'corsOrigins' | 'loopbackOnly'>,
): boolean {
  if (!config.loopbackOnly || isLoopback(request.hostname)) return true;
  return config.corsOrigins.some((origin) => new URL(origin).hostname === request.hostname);
}
