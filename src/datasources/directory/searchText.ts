import { UserInputError } from '../../errors/GatewayError.js';
import { encodedLength, toWellFormed } from '../odata/filterText.js';

const maxSearchCharacters = 120;
/** Encoded; beside the selected properties and a page token it keeps the URL below the 2,048 of advanced queries. */
const maxOptionCharacters = 1_200;

/**
 * The `$search` option that looks for a text in any of the properties; `undefined` for a blank text. Quotes and
 * backslashes delimit clauses and are no part of any word that is searched, so they become spaces.
 * @throws {UserInputError} when the text is longer than 120 characters, fewer in scripts that need several bytes a letter.
 * @see https://learn.microsoft.com/graph/search-query-parameter
 */
export function toSearchOption(search: string | null | undefined, properties: readonly string[]): string | undefined {
  const text = toWellFormed(search ?? '')
    .replace(/["\\\p{Cc}]/gu, ' ')
    .trim();
  if (text === '') return undefined;
  const option = properties.map((property) => `"${property}:${text}"`).join(' OR ');
  if (text.length > maxSearchCharacters || encodedLength(option) > maxOptionCharacters) {
    throw new UserInputError(
      `"search" is too long: at most ${maxSearchCharacters} characters, fewer outside Latin script.`,
      {
        argument: 'search',
      },
    );
  }
  return option;
}
