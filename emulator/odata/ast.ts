/** A property path as written: names, with type casts (which hold dots) among them. */
export interface PathNode {
  readonly kind: 'path';
  /** For instance `['e', 'microsoft.graph.security.userEvidence', 'userAccount', 'userPrincipalName']`. */
  readonly segments: readonly string[];
}

export type LiteralType = 'string' | 'number' | 'boolean' | 'null' | 'instant' | 'guid' | 'enum';

export interface LiteralNode {
  readonly kind: 'literal';
  readonly type: LiteralType;
  /** The value; instants and guids keep their text, an enum literal its member. */
  readonly value: string | number | boolean | null;
}

export type Operand = PathNode | LiteralNode;
export type CompareOperator = 'eq' | 'ne' | 'gt' | 'ge' | 'lt' | 'le';
export type StringFunction = 'startswith' | 'endswith' | 'contains';

export interface LogicalNode {
  readonly kind: 'and' | 'or';
  readonly left: FilterNode;
  readonly right: FilterNode;
}
export interface NotNode {
  readonly kind: 'not';
  readonly operand: FilterNode;
}
export interface CompareNode {
  readonly kind: 'compare';
  readonly operator: CompareOperator;
  readonly left: Operand;
  readonly right: Operand;
}
export interface InNode {
  readonly kind: 'in';
  readonly path: PathNode;
  readonly values: readonly LiteralNode[];
}
export interface FunctionNode {
  readonly kind: 'function';
  readonly name: StringFunction;
  readonly path: PathNode;
  readonly value: LiteralNode;
}
export interface LambdaNode {
  readonly kind: 'lambda';
  readonly operator: 'any' | 'all';
  readonly path: PathNode;
  readonly variable: string;
  /** Absent in `any()`, which asks whether there is an element at all. */
  readonly body?: FilterNode;
}

export type FilterNode = LogicalNode | NotNode | CompareNode | InNode | FunctionNode | LambdaNode;
