import type { UpstreamCall } from '../contract.js';

/** Where an upstream lives: the origin for the connection pool, and a path prefix when it sits behind a proxy path. */
export interface HostRoot {
  readonly origin: string;
  readonly host: string;
  /** Empty, or a path without a trailing slash. */
  readonly prefix: string;
}

export function parseHostRoot(url: string): HostRoot {
  const { origin, host, pathname } = new URL(url);
  return { origin, host, prefix: pathname.replace(/\/+$/, '') };
}

/**
 * Path and query of a call, below the host root. Option names keep their dollar sign; values are encoded whole, so that
 * quotes, plus signs, hashes and any script survive.
 */
export function pathAndQuery({ path, query }: Pick<UpstreamCall<unknown>, 'path' | 'query'>): string {
  const options = Object.entries(query ?? {}).map(([name, value]) => `${encodeName(name)}=${encodeValue(value)}`);
  if (options.length === 0) return path;
  return `${path}${path.includes('?') ? '&' : '?'}${options.join('&')}`;
}

function encodeName(name: string): string {
  return encodeValue(name).replaceAll('%24', '$');
}

function encodeValue(value: string): string {
  // Half of a surrogate pair cannot be encoded and would throw; it becomes the replacement character.
  const wellFormed = Buffer.from(value, 'utf8').toString('utf8');
  return encodeURIComponent(wellFormed).replaceAll("'", '%27');
}
