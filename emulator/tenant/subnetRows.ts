import { isIP } from 'node:net';
import { cloudTenantNumber } from './activityKinds.js';
import type { Row } from './Tenant.js';

/** What a caller states about a range. */
export interface SubnetFacts {
  readonly id: string;
  readonly name: string;
  readonly category: number;
  readonly subnets: readonly string[];
  readonly organization: string | null;
  /** Names, or tag objects that were read before. */
  readonly tags: readonly unknown[];
  /** With a fraction, as the service prints it. */
  readonly lastModifiedMs: number;
}

/** First and last address of a block, as 128-bit numbers; IPv4 is mapped into IPv6. */
export interface AddressBlock {
  readonly first: bigint;
  readonly last: bigint;
  /** Length of the prefix in IPv6 bits. */
  readonly mask: number;
}

/** Builds the record of an IP range. @throws {Error} when a block is not written as address and prefix length. */
export function buildSubnet(facts: SubnetFacts): Row {
  return {
    _id: facts.id,
    name: facts.name,
    category: facts.category,
    subnets: facts.subnets.map(toBlockRow),
    location: null,
    organization: facts.organization,
    tags: facts.tags.map(toTag),
    lastModified: facts.lastModifiedMs,
    _tid: cloudTenantNumber,
  };
}

function toBlockRow(cidr: string): Row {
  const block = parseBlock(cidr);
  if (block === undefined) throw new Error(`${cidr} is not an IP block`);
  return { mask: block.mask, address: toFullIpv6(block.first), originalString: cidr };
}

function toTag(tag: unknown, index: number): Row {
  if (typeof tag === 'object' && tag !== null) return tag as Row;
  const digits = hashOf(String(tag)).toString(16).padStart(8, '0');
  return {
    _id: `5ce2aaf4${digits}0000000${index % 10}`,
    id: `${digits}0000000000000000`,
    name: String(tag),
    description: null,
    target: 1,
    type: 0,
    visibility: 0,
    status: 0,
    _tid: cloudTenantNumber,
  };
}

function hashOf(text: string): number {
  let hash = 5381;
  for (let index = 0; index < text.length; index += 1) hash = (Math.imul(hash, 33) ^ text.charCodeAt(index)) >>> 0;
  return hash;
}

/** @returns `undefined` for a text that is not `address/prefix` of either family. */
export function parseBlock(cidr: string): AddressBlock | undefined {
  const slash = cidr.indexOf('/');
  const address = slash === -1 ? cidr : cidr.slice(0, slash);
  const family = isIP(address);
  if (family === 0 || address.includes('%')) return undefined;
  const width = family === 4 ? 32 : 128;
  const prefixText = slash === -1 ? String(width) : cidr.slice(slash + 1);
  if (!/^\d{1,3}$/.test(prefixText) || Number(prefixText) > width) return undefined;
  const mask = Number(prefixText) + (128 - width);
  const size = 1n << BigInt(128 - mask);
  const value = family === 4 ? parseIpv4(address) + 0xffff_0000_0000n : parseIpv6(address);
  const first = value - (value % size);
  return { first, last: first + size - 1n, mask };
}

export function blocksOverlap(left: AddressBlock, right: AddressBlock): boolean {
  return left.first <= right.last && right.first <= left.last;
}

function parseIpv4(address: string): bigint {
  return address.split('.').reduce((value, part) => value * 256n + BigInt(part), 0n);
}

function parseIpv6(address: string): bigint {
  const dotted = /^(.*:)(\d+\.\d+\.\d+\.\d+)$/.exec(address);
  const plain = dotted ? `${dotted[1]}${ipv4Groups(dotted[2] as string)}` : address;
  const [head = '', tail] = plain.split('::');
  const left = groups(head);
  const right = tail === undefined ? [] : groups(tail);
  const filler = tail === undefined ? [] : Array.from({ length: 8 - left.length - right.length }, () => '0');
  return [...left, ...filler, ...right].reduce((value, group) => value * 65_536n + BigInt(`0x${group}`), 0n);
}

function ipv4Groups(address: string): string {
  const value = parseIpv4(address);
  return `${(value >> 16n).toString(16)}:${(value & 0xffffn).toString(16)}`;
}

function groups(text: string): string[] {
  return text === '' ? [] : text.split(':');
}

function toFullIpv6(value: bigint): string {
  const digits = value.toString(16).padStart(32, '0');
  return (digits.match(/.{4}/g) ?? []).join(':');
}
