import type { HostRoot } from './target.js';

const member = '@odata.nextLink';

/**
 * The body with its next link made relative to the host root, so that following it can never carry our token elsewhere.
 * @throws {RangeError} when the link names another host, or is no link.
 */
export function withRelativeNextLink(body: unknown, root: HostRoot): unknown {
  if (typeof body !== 'object' || body === null || !(member in body)) return body;
  const link = body[member];
  return typeof link === 'string' ? { ...body, [member]: toRelative(link, root) } : body;
}

function toRelative(link: string, root: HostRoot): string {
  const base = `${root.origin}${root.prefix}/`;
  const url = URL.canParse(link, base) ? new URL(link, base) : undefined;
  if (url === undefined || url.host !== root.host) throw new RangeError('The next link leads to another host.');
  if (root.prefix !== '' && !url.pathname.startsWith(`${root.prefix}/`)) {
    throw new RangeError('The next link leads out of the configured root.');
  }
  return `${url.pathname.slice(root.prefix.length)}${url.search}`;
}
