import { validateHeaderValue } from 'node:http';
import type { OperationContext } from '../execution/contract.js';

type Headers = OperationContext['forwardedHeaders'];

/** Longer values come from no client that could have sent them as a header. */
const maxCharacters = 8_192;

/**
 * The headers that may travel on to joined subgraphs, out of those that a client sent or put into `connectionParams`.
 * What could not be a header is left out.
 * @param names `FORWARD_HEADERS`, in lower case.
 * @param sources With names in any case; the first that has a header decides.
 */
export function pickHeaders(names: readonly string[], ...sources: readonly unknown[]): Headers {
  if (names.length === 0) return noHeaders;
  const offered = sources.map(byLowerCase);
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = offered.map((headers) => headers.get(name)).find((found) => found !== undefined);
      return value === undefined ? [] : [[name, value]];
    }),
  );
}

const noHeaders: Headers = {};

function byLowerCase(source: unknown): ReadonlyMap<string, string> {
  if (typeof source !== 'object' || source === null) return new Map();
  return new Map(
    Object.entries(source).flatMap(([name, value]) => {
      const text = textOf(value);
      return text === undefined || !isHeaderValue(name, text) ? [] : [[name.toLowerCase(), text]];
    }),
  );
}

/** Node gives repeated headers as a list, where it does not join them itself. */
function textOf(value: unknown): string | undefined {
  if (Array.isArray(value)) return value.join(', ');
  return typeof value === 'string' ? value : undefined;
}

function isHeaderValue(name: string, value: string): boolean {
  try {
    validateHeaderValue(name, value);
    return value.length <= maxCharacters;
  } catch {
    return false;
  }
}
