import type { Row } from '../../tenant/Tenant.js';
import { badRequest, type GraphError } from '../GraphError.js';

/** How one writable property is checked and normalised. @throws {GraphError} 400. */
export type ReadProperty = (value: unknown, name: string) => unknown;

export function invalidBody(message: string): GraphError {
  return badRequest(message, 'InvalidRequestBody');
}

/** @throws {GraphError} 400 when the body is no JSON object. */
export function readJsonObject(body: unknown): Row {
  if (body !== null && typeof body === 'object' && !Array.isArray(body)) return body as Row;
  throw invalidBody('The request body must be a JSON object.');
}

/**
 * Reads the writable properties of a PATCH body.
 * @param unknown what to do with any other property.
 * @throws {GraphError} 400 `InvalidRequestBody`.
 */
export function readPatch(
  body: Row,
  writable: Readonly<Record<string, ReadProperty>>,
  unknown: 'reject' | 'ignore',
): Row {
  const change: Row = {};
  for (const [name, value] of Object.entries(body)) {
    const read = Object.hasOwn(writable, name) ? writable[name] : undefined;
    if (read !== undefined) change[name] = read(value, name);
    else if (unknown === 'reject' && !name.startsWith('@odata.'))
      throw invalidBody(`The property '${name}' cannot be updated.`);
  }
  return change;
}

/** A text or null. */
export const textOrNull: ReadProperty = (value, name) => {
  if (value === null || typeof value === 'string') return value;
  throw invalidBody(`The property '${name}' must be a string.`);
};

/** One of the words, written in any letter case; stored as documented. @param words blank separated. */
export function oneOf(words: string): ReadProperty {
  const members = words.split(' ');
  return (value, name) => {
    const found = members.find((member) => typeof value === 'string' && member.toLowerCase() === value.toLowerCase());
    if (found !== undefined) return found;
    throw invalidBody(`The value '${String(value)}' is not valid for the property '${name}'.`);
  };
}

/** A list of texts. */
export const textList: ReadProperty = (value, name) => {
  if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return value;
  throw invalidBody(`The property '${name}' must be a collection of strings.`);
};

/** A dictionary from text to text; the service drops OData's own annotations. */
export const textDictionary: ReadProperty = (value, name) => {
  if (value === null) return null;
  const entries = Object.entries(readJsonObject(value)).filter(([key]) => !key.startsWith('@odata.'));
  if (entries.every(([, item]) => typeof item === 'string')) return Object.fromEntries(entries);
  throw invalidBody(`The property '${name}' must be a dictionary of strings.`);
};
