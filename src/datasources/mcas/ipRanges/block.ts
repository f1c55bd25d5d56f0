import { isIP } from 'node:net';

/**
 * A block of addresses as the upstream takes it, `address/prefix` of either family; an address alone is a block of one.
 * Undefined when the text is no block. Bits behind the prefix may be set: the upstream cuts them off.
 */
export function toBlock(text: string): string | undefined {
  const [address = '', prefix, ...rest] = text.trim().split('/');
  const family = address.includes('%') || rest.length > 0 ? 0 : isIP(address);
  if (family === 0) return undefined;
  const width = family === 4 ? 32 : 128;
  if (prefix === undefined) return `${address}/${width}`;
  return /^\d{1,3}$/.test(prefix) && Number(prefix) <= width ? `${address}/${Number(prefix)}` : undefined;
}
