import { readFileSync } from 'node:fs';

/** A fenced block of a Markdown page. */
export interface DocumentBlock {
  /** Page and place, for titles of tests. */
  readonly where: string;
  readonly language: string;
  /** What stands behind the language in the fence: what the block is an example of. */
  readonly label: string;
  readonly text: string;
}

/** @param page Path from the root of the project. */
export function blocksOf(page: string): DocumentBlock[] {
  const fences = readFileSync(page, 'utf8').matchAll(/^```(\w+)(?: ([\w/-]+))?\n([\s\S]*?)^```$/gm);
  return [...fences].map(([, language = '', label = '', text = ''], index) => ({
    where: `${page}, block ${index + 1}`,
    language,
    label,
    text,
  }));
}
