/** What a resource lets a `$filter` ask about one property. */
export interface PropertyFilter {
  readonly type: 'text' | 'instant' | 'number' | 'boolean';
  /** Operators and functions, in lower case. */
  readonly operators: ReadonlySet<string>;
  /** `gt` includes equal values. */
  readonly gtIsGe?: boolean;
}

/** The filterable surface of a resource. */
export interface FilterModel {
  /** By path in lower case, casts included, names joined with `/`. */
  readonly properties: Readonly<Record<string, PropertyFilter>>;
  /** Collections that `any` and `all` may look into, by path in lower case. */
  readonly lambdas?: Readonly<Record<string, FilterModel>>;
}

/** @param operators blank separated, such as `eq ne in`. */
export function filterable(type: PropertyFilter['type'], operators: string): PropertyFilter {
  return { type, operators: new Set(operators.split(' ')) };
}

/**
 * Builds the properties of a model from rows of names that share type and operators.
 * @param rows `[names, type, operators]`, names and operators blank separated.
 */
export function buildProperties(
  rows: readonly (readonly [names: string, type: PropertyFilter['type'], operators: string])[],
): Record<string, PropertyFilter> {
  const properties: Record<string, PropertyFilter> = {};
  for (const [names, type, operators] of rows) {
    for (const name of names.split(' ')) properties[name.toLowerCase()] = filterable(type, operators);
  }
  return properties;
}

/** The rule for a path, or `undefined` when the resource does not filter by it. */
export function findProperty(model: FilterModel, segments: readonly string[]): PropertyFilter | undefined {
  const path = segments.join('/').toLowerCase();
  return Object.hasOwn(model.properties, path) ? model.properties[path] : undefined;
}
