import { isIP } from 'node:net';
import { z } from 'zod';
import { isBoundHeader } from '../federation/remote/boundHeaders.js';

/** One environment variable: how its text becomes a value, and what a reader of the settings table has to know. */
export interface Setting<Value> {
  readonly description: string;
  /** Text used when the variable is absent or empty; `undefined` means that there is no value then. */
  readonly fallback?: string;
  /** The value is never printed, neither in errors nor in the redacted print. */
  readonly secret: boolean;
  /** What the text has to look like, for error messages and the table. */
  readonly allowed: string;
  readonly schema: z.ZodType<Value, string>;
}

interface Kind<Value> {
  readonly allowed: string;
  readonly schema: z.ZodType<Value, string>;
}

/** A setting that always has a value. */
export function setting<Value>(kind: Kind<Value>, fallback: string, description: string): Setting<Value> {
  return { ...kind, fallback, description, secret: false };
}

/** A setting that may be absent. */
export function optional<Value>(kind: Kind<Value>, description: string): Setting<Value | undefined> {
  return { ...kind, description, secret: false };
}

/** A setting that may be absent and whose value is never shown. */
export function secret<Value>(kind: Kind<Value>, description: string): Setting<Value | undefined> {
  return { ...kind, description, secret: true };
}

export const text: Kind<string> = { allowed: 'text', schema: z.string() };

export const tenant: Kind<string> = { allowed: 'a tenant id (GUID) or domain', schema: z.string().regex(/^[\w.-]+$/) };

export const flag: Kind<boolean> = {
  allowed: '`true` or `false`',
  schema: z.enum(['true', 'false', '1', '0']).transform((value) => value === 'true' || value === '1'),
};

export const list: Kind<readonly string[]> = {
  allowed: 'a comma-separated list',
  schema: z.string().transform((value) =>
    value
      .split(',')
      .map((item) => item.trim())
      .filter((item) => item !== ''),
  ),
};

export function integer(min: number, max: number): Kind<number> {
  return {
    allowed: `a whole number from ${min} to ${max}`,
    schema: z
      .string()
      .regex(/^-?\d+$/)
      .transform(Number)
      .pipe(z.number().min(min).max(max)),
  };
}

export function share(): Kind<number> {
  return {
    allowed: 'a number above 0 and at most 1',
    schema: z
      .string()
      .regex(/^\d*\.?\d+$/)
      .transform(Number)
      .pipe(z.number().gt(0).max(1)),
  };
}

export function oneOf<const Word extends string>(words: readonly Word[]): Kind<Word> {
  return {
    allowed: `one of ${words.map((word) => `\`${word}\``).join(', ')}`,
    schema: z.enum(words),
  };
}

/** The root of a host, without a path: tokens travel to it, so plain http is for this machine only. */
export const hostRoot: Kind<string> = {
  allowed: 'an https URL without a path (http only for loopback addresses)',
  schema: z
    .string()
    .refine(isHostRoot)
    .transform((value) => new URL(value).origin),
};

export const secureUrl: Kind<string> = {
  allowed: 'an https URL (http only for loopback addresses)',
  schema: z.string().refine((value) => URL.canParse(value) && isSecure(new URL(value))),
};

/** Where others reach us: a root, or a path below which a proxy passes on to us. */
export const publicUrl: Kind<string> = {
  allowed: 'an https URL without query (http only for loopback addresses)',
  schema: z
    .string()
    .refine(isPublicUrl)
    .transform((value) => value.replace(/\/+$/, '')),
};

export const origins: Kind<readonly string[]> = {
  allowed: 'a comma-separated list of origins such as `https://portal.example`',
  schema: list.schema.pipe(z.array(z.string().refine(isOrigin))),
};

export const headerNames: Kind<readonly string[]> = {
  allowed: 'a comma-separated list of header names, without those that belong to one connection or one body',
  schema: list.schema
    .pipe(z.array(z.string().toLowerCase().refine(mayTravel)))
    .transform((names) => [...new Set(names)]),
};

export const redisUrl: Kind<string> = {
  allowed: 'a URL such as `rediss://user:password@host:6380/0` (user, password, port and database may be left out)',
  schema: z.string().refine(isRedisUrl),
};

/** Whether `host` can only be reached from this machine. */
export function isLoopback(host: string): boolean {
  const bare = host.replace(/^\[|\]$/g, '').toLowerCase();
  if (bare === 'localhost' || bare.endsWith('.localhost') || bare === '::1') return true;
  return isIP(bare) === 4 && bare.startsWith('127.');
}

/** Whether a header may be sent on by us, or set in our name. @param name In lower case. */
export function mayTravel(name: string): boolean {
  return /^[!#$%&'*+.^_`|~0-9a-z-]+$/.test(name) && !isBoundHeader(name) && name !== 'x-gateway-cost';
}

function isOrigin(value: string): boolean {
  return URL.canParse(value) && new URL(value).origin === value;
}

function isHostRoot(value: string): boolean {
  if (!URL.canParse(value)) return false;
  const url = new URL(value);
  return isSecure(url) && url.pathname === '/' && url.search === '' && url.hash === '' && url.username === '';
}

function isRedisUrl(value: string): boolean {
  if (!URL.canParse(value)) return false;
  const { protocol, hostname, pathname, search, hash } = new URL(value);
  const isRedis = protocol === 'redis:' || protocol === 'rediss:';
  return isRedis && hostname !== '' && /^(\/\d{0,4})?$/.test(pathname) && search === '' && hash === '';
}

function isPublicUrl(value: string): boolean {
  if (!URL.canParse(value) || value.includes('?') || value.includes('#')) return false;
  const url = new URL(value);
  return isSecure(url) && url.username === '' && url.password === '';
}

function isSecure(url: URL): boolean {
  return url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url.hostname));
}
