import { badRequest } from './GraphError.js';

/** Where the next page begins: after the row with these order values and this id. */
export interface PageToken {
  readonly keys: readonly (string | number | null)[];
  readonly id: string;
}

export function writePageToken(token: PageToken): string {
  return Buffer.from(JSON.stringify([token.id, ...token.keys])).toString('base64url');
}

/** @throws {GraphError} 400 for a text that no page carried. */
export function readPageToken(text: string): PageToken {
  try {
    const parsed: unknown = JSON.parse(Buffer.from(text, 'base64url').toString('utf8'));
    if (Array.isArray(parsed) && typeof parsed[0] === 'string') {
      const [id, ...keys] = parsed as [string, ...(string | number | null)[]];
      return { id, keys };
    }
  } catch {
    // Refused below, like every other text that is no token.
  }
  throw badRequest('The skip token is not valid.');
}
