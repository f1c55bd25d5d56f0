import type {
  CompareOperator,
  FilterNode,
  FunctionNode,
  LambdaNode,
  LiteralNode,
  Operand,
  PathNode,
  StringFunction,
} from './ast.js';
import { ODataSyntaxError } from './errors.js';
import { type Token, type TokenKind, tokenize } from './lexer.js';

const compareOperators: ReadonlySet<string> = new Set<CompareOperator>(['eq', 'ne', 'gt', 'ge', 'lt', 'le']);
const stringFunctions: ReadonlySet<string> = new Set<StringFunction>(['startswith', 'endswith', 'contains']);
/** Nesting that is still read; beyond it a filter is refused instead of exhausting the stack. */
const maxDepth = 100;

/**
 * Reads an OData v4 `$filter`:
 *
 *     or      = and *( "or" and )
 *     and     = unary *( "and" unary )
 *     unary   = "not" unary | primary
 *     primary = "(" or ")" | function | path ( "/any" | "/all" ) "(" … ")" | operand compare operand | path "in" "(" … ")"
 *
 * Operator and function names are accepted in any letter case, as the services do.
 * @throws {ODataSyntaxError} with the position of what was not expected.
 */
export function parseFilter(text: string): FilterNode {
  const parser = new FilterParser(text);
  return parser.parse();
}

class FilterParser {
  readonly #tokens: readonly Token[];
  #index = 0;
  #depth = 0;

  constructor(readonly text: string) {
    this.#tokens = tokenize(text);
  }

  parse(): FilterNode {
    if (this.#peek().kind === 'end') throw new ODataSyntaxError('The filter is empty.', 0);
    const node = this.#or();
    if (this.#peek().kind !== 'end') throw this.#unexpected();
    return node;
  }

  #or(): FilterNode {
    let left = this.#and();
    while (this.#takeKeyword('or')) left = { kind: 'or', left, right: this.#and() };
    return left;
  }

  #and(): FilterNode {
    let left = this.#unary();
    while (this.#takeKeyword('and')) left = { kind: 'and', left, right: this.#unary() };
    return left;
  }

  #unary(): FilterNode {
    this.#enter();
    const node: FilterNode = this.#takeKeyword('not') ? { kind: 'not', operand: this.#negated() } : this.#primary();
    this.#depth -= 1;
    return node;
  }

  /** `not` binds tighter than a comparison, so a bare comparison after it has no meaning. */
  #negated(): FilterNode {
    const start = this.#peek();
    const operand = this.#unary();
    if (start.kind !== '(' && (operand.kind === 'compare' || operand.kind === 'in')) {
      throw new ODataSyntaxError(
        `A unary operator with an incompatible type was detected at position ${start.position} in '${this.text}'.`,
        start.position,
      );
    }
    return operand;
  }

  #primary(): FilterNode {
    if (this.#take('(')) {
      const node = this.#or();
      this.#expect(')');
      return node;
    }
    return this.#function() ?? this.#relation();
  }

  #function(): FunctionNode | undefined {
    const name = this.#peek().text.toLowerCase();
    if (this.#peek().kind !== 'name' || this.#peek(1).kind !== '(' || !stringFunctions.has(name)) return undefined;
    this.#index += 2;
    const path = this.#path();
    this.#expect(',');
    const value = this.#literal();
    this.#expect(')');
    return { kind: 'function', name: name as StringFunction, path, value };
  }

  #relation(): FilterNode {
    const left = this.#operand();
    if (left.kind === 'path') {
      const lambda = this.#lambda(left);
      if (lambda !== undefined) return lambda;
      if (this.#takeKeyword('in')) return { kind: 'in', path: left, values: this.#list() };
    }
    const operator = this.#peek().text.toLowerCase();
    if (this.#peek().kind !== 'name' || !compareOperators.has(operator)) return this.#booleanPath(left);
    this.#index += 1;
    return { kind: 'compare', operator: operator as CompareOperator, left, right: this.#operand() };
  }

  /** `accountEnabled` alone means `accountEnabled eq true`. */
  #booleanPath(left: Operand): FilterNode {
    if (left.kind !== 'path') throw this.#unexpected();
    return { kind: 'compare', operator: 'eq', left, right: { kind: 'literal', type: 'boolean', value: true } };
  }

  #lambda(path: PathNode): LambdaNode | undefined {
    const operator = path.segments.at(-1)?.toLowerCase();
    if ((operator !== 'any' && operator !== 'all') || this.#peek().kind !== '(' || path.segments.length < 2)
      return undefined;
    this.#expect('(');
    const collection: PathNode = { kind: 'path', segments: path.segments.slice(0, -1) };
    if (operator === 'any' && this.#take(')')) return { kind: 'lambda', operator, path: collection, variable: '' };
    const variable = this.#expect('name').text;
    this.#expect(':');
    const body = this.#or();
    this.#expect(')');
    return { kind: 'lambda', operator, path: collection, variable, body };
  }

  #list(): LiteralNode[] {
    this.#expect('(');
    const values = [this.#literal()];
    while (this.#take(',')) values.push(this.#literal());
    this.#expect(')');
    return values;
  }

  #operand(): Operand {
    const token = this.#peek();
    if (token.kind === 'name' && !isLiteralWord(token.text)) return this.#path();
    return this.#literal();
  }

  #path(): PathNode {
    const segments = [this.#expect('name').text];
    while (this.#take('/')) segments.push(this.#expect('name').text);
    return { kind: 'path', segments };
  }

  #literal(): LiteralNode {
    const literal = toLiteral(this.#peek());
    if (literal === undefined) throw this.#unexpected();
    this.#index += 1;
    return literal;
  }

  #peek(ahead = 0): Token {
    return this.#tokens[Math.min(this.#index + ahead, this.#tokens.length - 1)] as Token;
  }

  #take(kind: TokenKind): boolean {
    if (this.#peek().kind !== kind) return false;
    this.#index += 1;
    return true;
  }

  #takeKeyword(word: string): boolean {
    const token = this.#peek();
    if (token.kind !== 'name' || token.text.toLowerCase() !== word) return false;
    this.#index += 1;
    return true;
  }

  #expect(kind: TokenKind): Token {
    const token = this.#peek();
    if (token.kind !== kind) throw this.#unexpected();
    this.#index += 1;
    return token;
  }

  #enter(): void {
    this.#depth += 1;
    if (this.#depth > maxDepth) throw new ODataSyntaxError('The filter is nested too deeply.', this.#peek().position);
  }

  #unexpected(): ODataSyntaxError {
    const { position, text } = this.#peek();
    const what = text === '' ? 'end of expression' : `'${text}'`;
    return new ODataSyntaxError(
      `Syntax error: unexpected ${what} at position ${position} in '${this.text}'.`,
      position,
    );
  }
}

function isLiteralWord(text: string): boolean {
  return /^(?:true|false|null)$/.test(text);
}

function toLiteral(token: Token): LiteralNode | undefined {
  switch (token.kind) {
    case 'string':
    case 'enum':
    case 'guid':
    case 'instant':
      return { kind: 'literal', type: token.kind, value: token.text };
    case 'number':
      return { kind: 'literal', type: 'number', value: Number(token.text) };
    case 'name':
      return toWord(token.text);
    default:
      return undefined;
  }
}

function toWord(text: string): LiteralNode | undefined {
  if (text === 'null') return { kind: 'literal', type: 'null', value: null };
  if (text === 'true' || text === 'false') return { kind: 'literal', type: 'boolean', value: text === 'true' };
  return undefined;
}
