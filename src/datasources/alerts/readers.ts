import type { WireEnum } from '../../schema/enums/defineEnum.js';
import { isInstant } from '../../time/instant.js';

/** Readers of single members of upstream JSON. They never throw: what does not fit is null, because one odd detail must not hide an alert. */
export type Reader = (value: unknown) => unknown;

/** An enum member fills two fields: the GraphQL member and, with `raw` before its name, the upstream's word. */
export interface WordReader {
  readonly codec: WireEnum;
}

/** Field name (the same on both sides) → how to read it. */
export type Shape = Readonly<Record<string, Reader | WordReader>>;
export type WireObject = Readonly<Record<string, unknown>>;

export const word = (codec: WireEnum): WordReader => ({ codec });

export function text(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

/** Text that says something: empty text is null. */
export function filledText(value: unknown): string | null {
  return typeof value === 'string' && value.trim() !== '' ? value : null;
}

/** An id that the upstream may send as a number. */
export function idText(value: unknown): string | null {
  return typeof value === 'number' && Number.isFinite(value) ? String(value) : text(value);
}

/** RFC 3339 text with all its digits. */
export function instant(value: unknown): string | null {
  return typeof value === 'string' && isInstant(value) ? value : null;
}

/** A whole number that JavaScript holds exactly; OData may send 64-bit numbers as text. */
export function wholeNumber(value: unknown): number | null {
  const read = typeof value === 'string' && /^-?\d{1,16}$/.test(value) ? Number(value) : value;
  return typeof read === 'number' && Number.isSafeInteger(read) ? read : null;
}

export function int32(value: unknown): number | null {
  const read = wholeNumber(value);
  return read !== null && Math.abs(read) < 2 ** 31 ? read : null;
}

export function number(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}

export function flag(value: unknown): boolean | null {
  return typeof value === 'boolean' ? value : null;
}

export function texts(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string') : [];
}

export function json(value: unknown): unknown {
  return value ?? null;
}

export function isWireObject(value: unknown): value is WireObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function part(shape: Shape): Reader {
  return (value) => (isWireObject(value) ? readShape(shape, value) : null);
}

export function listOf(shape: Shape): Reader {
  return (value) => (Array.isArray(value) ? value.filter(isWireObject).map((item) => readShape(shape, item)) : []);
}

export function readShape(shape: Shape, source: WireObject): Record<string, unknown> {
  const fields: Record<string, unknown> = {};
  for (const [name, reader] of Object.entries(shape)) {
    if (typeof reader === 'function') fields[name] = reader(source[name]);
    else Object.assign(fields, readWord(name, reader.codec, source[name]));
  }
  return fields;
}

function readWord(name: string, codec: WireEnum, value: unknown): Record<string, string | null> {
  const raw = filledText(value);
  return { [name]: codec.fromWire(raw), [`raw${name.charAt(0).toUpperCase()}${name.slice(1)}`]: raw };
}
