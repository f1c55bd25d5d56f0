import { ODataSyntaxError } from './errors.js';

export type TokenKind =
  | 'guid'
  | 'instant'
  | 'number'
  | 'string'
  | 'enum'
  | 'name'
  | '('
  | ')'
  | ','
  | ':'
  | '/'
  | 'end';

export interface Token {
  readonly kind: TokenKind;
  /** The token's text; for a string the unescaped content, for an enum literal its member. */
  readonly text: string;
  readonly position: number;
}

const quoted = "'(?:[^']|'')*'";

/** Longest and most particular first: a guid may begin like a number, a date always does. */
const rules: readonly (readonly [TokenKind | 'space' | 'punctuation', RegExp])[] = [
  ['space', /[ \t]+/y],
  ['guid', /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}(?![\w-])/iy],
  ['instant', /\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,12})?)?(?:Z|[+-]\d{2}:\d{2}))?(?![\w-])/iy],
  ['number', /-?\d+(?:\.\d+)?(?:e[+-]?\d+)?(?![\w.])/iy],
  ['string', new RegExp(quoted, 'y')],
  ['enum', new RegExp(`[A-Za-z_][\\w.]*${quoted}`, 'y')],
  ['name', /[A-Za-z_@$][\w.@]*/y],
  ['punctuation', /[(),:/]/y],
];

/**
 * Splits a `$filter` into tokens, the last of which is `end`.
 * @throws {ODataSyntaxError} at the first character that starts no token, such as a quote that is never closed.
 */
export function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  let position = 0;
  while (position < text.length) {
    const [kind, lexeme] = nextLexeme(text, position);
    if (kind !== 'space') tokens.push(toToken(kind, lexeme, position));
    position += lexeme.length;
  }
  tokens.push({ kind: 'end', text: '', position });
  return tokens;
}

function nextLexeme(text: string, position: number): readonly [TokenKind | 'space' | 'punctuation', string] {
  for (const [kind, pattern] of rules) {
    pattern.lastIndex = position;
    const match = pattern.exec(text);
    if (match !== null) return [kind, match[0]];
  }
  if (text[position] === "'") {
    throw new ODataSyntaxError(
      `There is an unterminated string literal at position ${position} in '${text}'.`,
      position,
    );
  }
  throw new ODataSyntaxError(
    `Syntax error: character '${text[position]}' is not valid at position ${position} in '${text}'.`,
    position,
  );
}

function toToken(kind: TokenKind | 'punctuation', lexeme: string, position: number): Token {
  if (kind === 'punctuation') return { kind: lexeme as TokenKind, text: lexeme, position };
  if (kind === 'string') return { kind, text: unquote(lexeme), position };
  if (kind === 'enum') return { kind, text: unquote(lexeme.slice(lexeme.indexOf("'"))), position };
  return { kind, text: lexeme, position };
}

function unquote(literal: string): string {
  return literal.slice(1, -1).replaceAll("''", "'");
}
