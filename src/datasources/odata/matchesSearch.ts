import { LRUCache } from 'lru-cache';
import { UserInputError } from '../../errors/GatewayError.js';

const maxCharacters = 256;

/** Searches are looked for in row after row. */
const compiled = new LRUCache<string, readonly RegExp[]>({ max: 100 });

/** Whether every word of a search stands in one of the texts, without case. */
export function matchesSearch(search: string | null | undefined, texts: readonly (string | null)[]): boolean {
  if (search === null || search === undefined) return true;
  return wordsOf(search).every((word) => texts.some((text) => text !== null && word.test(text)));
}

/** @throws {UserInputError} when a text that rows are searched for is blank or too long. */
export function checkSearchable(argument: string, text: string): void {
  if (text.trim() !== '' && text.length <= maxCharacters) return;
  throw new UserInputError(`"${argument}" wants 1 to ${maxCharacters} characters that are not all blank.`, {
    argument,
  });
}

function wordsOf(search: string): readonly RegExp[] {
  const known = compiled.get(search);
  if (known !== undefined) return known;
  const words = search
    .trim()
    .split(/\s+/)
    .map((word) => new RegExp(word.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&'), 'iu'));
  compiled.set(search, words);
  return words;
}
