import type { FilterNode } from './ast.js';

/** The longest `in` list of a filter, in values; 0 without one. */
export function longestList(node: FilterNode): number {
  if (node.kind === 'in') return node.values.length;
  return Math.max(0, ...children(node).map(longestList));
}

/** The longest chain of `or`, in clauses; 1 without any. */
export function longestAlternative(node: FilterNode): number {
  if (node.kind === 'or') return clauses(node.left) + clauses(node.right);
  return Math.max(1, ...children(node).map(longestAlternative));
}

/** Whether any part of the filter satisfies `test`. */
export function someNode(node: FilterNode, test: (node: FilterNode) => boolean): boolean {
  return test(node) || children(node).some((child) => someNode(child, test));
}

function clauses(node: FilterNode): number {
  return node.kind === 'or' ? clauses(node.left) + clauses(node.right) : longestAlternative(node);
}

function children(node: FilterNode): readonly FilterNode[] {
  if (node.kind === 'and' || node.kind === 'or') return [node.left, node.right];
  if (node.kind === 'not') return [node.operand];
  return node.kind === 'lambda' && node.body !== undefined ? [node.body] : [];
}
