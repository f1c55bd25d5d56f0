import type { Row } from '../../tenant/Tenant.js';

/** Operators of the published filter grammar. */
export type Operator =
  | 'eq'
  | 'neq'
  | 'deq'
  | 'contains'
  | 'ncontains'
  | 'startswith'
  | 'doesnotstartwith'
  | 'startswithsingle'
  | 'endswith'
  | 'text'
  | 'gt'
  | 'gte'
  | 'lt'
  | 'lte'
  | 'gte_ndays'
  | 'lte_ndays'
  | 'range'
  | 'isset'
  | 'isnotset'
  | 'descendantof'
  | 'ndescendantof'
  | 'cabinetmatchedrulesequals';

/** How the values of a filter are written: `entity` is `{id, saas, inst}`, `objectId` 24 hex digits, `time` epoch milliseconds. */
export type ValueKind = 'text' | 'number' | 'flag' | 'entity' | 'objectId' | 'time';

/** One filter of one list. */
export interface FilterDefinition {
  readonly kind: ValueKind;
  readonly operators: readonly Operator[];
  /** What the row holds for it; none when the row has no value. */
  readonly values: (row: Row) => readonly unknown[];
}

/** Filters of a list, by the name that callers send. */
export type FilterTable = Readonly<Record<string, FilterDefinition>>;

/** The key of a user or account. Parts that a caller leaves out match anything. */
export interface EntityKey {
  readonly id: string;
  readonly saas?: number;
  readonly inst?: number;
}

export const isOrNot = ['eq', 'neq'] as const;
export const isOrSet = ['eq', 'neq', 'isset', 'isnotset'] as const;

export function filter(
  kind: ValueKind,
  operators: readonly Operator[],
  values: (row: Row) => readonly unknown[],
): FilterDefinition {
  return { kind, operators, values };
}

/** Reads one member by its path; none when it is absent or null. */
export function at(...path: readonly string[]): (row: Row) => readonly unknown[] {
  return (row) => present(read(row, path));
}

/** Reads a list member. */
export function each(...path: readonly string[]): (row: Row) => readonly unknown[] {
  return (row) => {
    const value = read(row, path);
    return Array.isArray(value) ? value.flatMap(present) : present(value);
  };
}

export function read(row: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>((value, name) => (isRow(value) ? value[name] : undefined), row);
}

export function present(value: unknown): readonly unknown[] {
  return value === undefined || value === null ? [] : [value];
}

export function isRow(value: unknown): value is Row {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
