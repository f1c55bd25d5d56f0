import type { CompareNode, CompareOperator, FilterNode, LambdaNode, LiteralNode, Operand, PathNode } from './ast.js';
import { ODataUnsupportedError } from './errors.js';
import type { FilterModel, PropertyFilter } from './filterModel.js';
import { findProperty } from './filterModel.js';
import { instantKey } from './instant.js';
import { readPath } from './readPath.js';

export type Predicate = (row: unknown) => boolean;

const mirrored: Readonly<Record<CompareOperator, CompareOperator>> = {
  eq: 'eq',
  ne: 'ne',
  gt: 'lt',
  ge: 'le',
  lt: 'gt',
  le: 'ge',
};

/**
 * Turns a parsed filter into a predicate over rows, after checking each property and operator against the resource.
 * Texts compare without case, as the services do; null is smaller and greater than nothing.
 * @throws {ODataUnsupportedError} for a property or operator that the resource does not filter by.
 */
export function compileFilter(node: FilterNode, model: FilterModel): Predicate {
  switch (node.kind) {
    case 'and': {
      const [left, right] = [compileFilter(node.left, model), compileFilter(node.right, model)];
      return (row) => left(row) && right(row);
    }
    case 'or': {
      const [left, right] = [compileFilter(node.left, model), compileFilter(node.right, model)];
      return (row) => left(row) || right(row);
    }
    case 'not': {
      const operand = compileFilter(node.operand, model);
      return (row) => !operand(row);
    }
    case 'compare':
      return compileCompare(node, model);
    case 'in': {
      const property = requireProperty(model, node.path, 'in');
      const tests = node.values.map((value) => compileTest(property, 'eq', value));
      return (row) => tests.some((test) => test(readPath(row, node.path.segments)));
    }
    case 'function': {
      requireProperty(model, node.path, node.name);
      const wanted = requireText(node.value, node.name).toLowerCase();
      return (row) => textFunctions[node.name](textOf(readPath(row, node.path.segments)), wanted);
    }
    case 'lambda':
      return compileLambda(node, model);
  }
}

const textFunctions = {
  startswith: (text: string | undefined, wanted: string) => text?.startsWith(wanted) ?? false,
  endswith: (text: string | undefined, wanted: string) => text?.endsWith(wanted) ?? false,
  contains: (text: string | undefined, wanted: string) => text?.includes(wanted) ?? false,
};

function compileCompare(node: CompareNode, model: FilterModel): Predicate {
  const { path, literal, operator } = orient(node);
  const property = requireProperty(model, path, operator);
  const test = compileTest(property, operator, literal);
  return (row) => test(readPath(row, path.segments));
}

/** Puts the property on the left, so that `5 lt confidence` reads as `confidence gt 5`. */
function orient(node: CompareNode): { path: PathNode; literal: LiteralNode; operator: CompareOperator } {
  const { left, right, operator } = node;
  if (isPath(left) && !isPath(right)) return { path: left, literal: right, operator };
  if (!isPath(left) && isPath(right)) return { path: right, literal: left, operator: mirrored[operator] };
  throw new ODataUnsupportedError('Invalid filter clause: a comparison needs one property and one literal.');
}

function isPath(operand: Operand): operand is PathNode {
  return operand.kind === 'path';
}

function compileLambda(node: LambdaNode, model: FilterModel): Predicate {
  const inner = model.lambdas?.[node.path.segments.join('/').toLowerCase()];
  if (inner === undefined) throw unsupported(node.path, node.operator);
  const elements = (row: unknown): unknown[] => {
    const value = readPath(row, node.path.segments);
    return Array.isArray(value) ? value : [];
  };
  if (node.body === undefined) return (row) => elements(row).length > 0;
  const body = compileFilter(unbind(node.body, node.variable), inner);
  return node.operator === 'any' ? (row) => elements(row).some(body) : (row) => elements(row).every(body);
}

/** Drops the range variable in front of each path, so that the body reads properties of the element. */
function unbind(node: FilterNode, variable: string): FilterNode {
  const path = (found: PathNode): PathNode => {
    if (found.segments[0] !== variable) {
      throw new ODataUnsupportedError(`Could not find a range variable named '${found.segments[0]}'.`);
    }
    return { kind: 'path', segments: found.segments.slice(1) };
  };
  const operand = (found: Operand): Operand => (isPath(found) ? path(found) : found);
  switch (node.kind) {
    case 'and':
    case 'or':
      return { ...node, left: unbind(node.left, variable), right: unbind(node.right, variable) };
    case 'not':
      return { ...node, operand: unbind(node.operand, variable) };
    case 'compare':
      return { ...node, left: operand(node.left), right: operand(node.right) };
    case 'in':
    case 'function':
      return { ...node, path: path(node.path) };
    case 'lambda':
      throw new ODataUnsupportedError('Nested lambda expressions are not supported.');
  }
}

function compileTest(
  property: PropertyFilter,
  operator: CompareOperator,
  literal: LiteralNode,
): (value: unknown) => boolean {
  if (literal.type === 'null') return compileNullTest(operator);
  const wanted = toComparable(property, literal, operator);
  const read = readers[property.type];
  const effective = operator === 'gt' && property.gtIsGe === true ? 'ge' : operator;
  return (value) => compare(read(value), effective, wanted);
}

function compileNullTest(operator: CompareOperator): (value: unknown) => boolean {
  if (operator === 'eq') return (value) => value === null || value === undefined;
  if (operator === 'ne') return (value) => value !== null && value !== undefined;
  return () => false;
}

type Comparable = string | number | boolean;

const readers: Readonly<Record<PropertyFilter['type'], (value: unknown) => Comparable | undefined>> = {
  text: textOf,
  instant: instantKey,
  number: (value) => (typeof value === 'number' ? value : undefined),
  boolean: (value) => (typeof value === 'boolean' ? value : undefined),
};

function toComparable(property: PropertyFilter, literal: LiteralNode, operator: CompareOperator): Comparable {
  const accepted: Readonly<Record<PropertyFilter['type'], readonly LiteralNode['type'][]>> = {
    text: ['string', 'enum', 'guid'],
    instant: ['instant'],
    number: ['number'],
    boolean: ['boolean'],
  };
  const value = readers[property.type](literal.value);
  if (accepted[property.type].includes(literal.type) && value !== undefined) return value;
  throw new ODataUnsupportedError(
    'A binary operator with incompatible types was detected. ' +
      `Found operand types '${edmNames[property.type]}' and '${edmNames[literal.type]}' for operator kind '${operatorNames[operator]}'.`,
  );
}

function compare(value: Comparable | undefined, operator: CompareOperator, wanted: Comparable): boolean {
  if (value === undefined) return operator === 'ne';
  switch (operator) {
    case 'eq':
      return value === wanted;
    case 'ne':
      return value !== wanted;
    case 'gt':
      return value > wanted;
    case 'ge':
      return value >= wanted;
    case 'lt':
      return value < wanted;
    case 'le':
      return value <= wanted;
  }
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value.toLowerCase() : undefined;
}

function requireText(literal: LiteralNode, functionName: string): string {
  if (literal.type === 'string' && typeof literal.value === 'string') return literal.value;
  throw new ODataUnsupportedError(
    `No function signature for the function with name '${functionName}' matches the specified arguments.`,
  );
}

function requireProperty(model: FilterModel, path: PathNode, operator: string): PropertyFilter {
  const property = findProperty(model, path.segments);
  if (property === undefined || !property.operators.has(operator)) throw unsupported(path, operator);
  return property;
}

function unsupported(path: PathNode, operator: string): ODataUnsupportedError {
  return new ODataUnsupportedError(
    `Invalid filter clause: property '${path.segments.join('/')}' does not support '${operator}'.`,
  );
}

const edmNames: Readonly<Record<string, string>> = {
  text: 'Edm.String',
  string: 'Edm.String',
  enum: 'Edm.String',
  guid: 'Edm.Guid',
  instant: 'Edm.DateTimeOffset',
  number: 'Edm.Decimal',
  boolean: 'Edm.Boolean',
};

const operatorNames: Readonly<Record<CompareOperator, string>> = {
  eq: 'Equal',
  ne: 'NotEqual',
  gt: 'GreaterThan',
  ge: 'GreaterThanOrEqual',
  lt: 'LessThan',
  le: 'LessThanOrEqual',
};
