import type { FederationSubschemaConfig } from '@graphql-tools/federation';

/**
 * Lets representations show where a value is missing because a subgraph failed: the stitching library makes null of an error
 * where an object was required, which says that there is none. `toSoundRequest` takes the errors out again.
 * @param config Changed in place, as the library offers it for.
 */
export function keepErrorsInKeys({ merge = {} }: FederationSubschemaConfig): void {
  for (const entryPoint of Object.values(merge).flatMap((type) => [type, ...(type.entryPoints ?? [])])) {
    const { key } = entryPoint;
    if (key !== undefined) entryPoint.key = (entity: unknown) => withErrors(key(entity), entity);
  }
}

/** The representation with the errors of the entity that it was made of. */
function withErrors(projected: unknown, source: unknown): unknown {
  if (projected === null) return source instanceof Error ? source : null;
  if (typeof projected !== 'object' || typeof source !== 'object' || source === null) return projected;
  if (Array.isArray(projected))
    return projected.map((item, index) => withErrors(item, Array.isArray(source) ? source[index] : undefined));
  if (projected instanceof Error) return projected;
  const values = new Map(Object.entries(source));
  return Object.fromEntries(
    Object.entries(projected).map(([name, value]) => [name, withErrors(value, valueOf(name, values))]),
  );
}

/** Fields with arguments have names of the library's own, such as `_price_1x2y`. */
function valueOf(name: string, values: ReadonlyMap<string, unknown>): unknown {
  if (values.has(name)) return values.get(name);
  const other = [...values.keys()].find((key) => key.startsWith(`_${name}_`));
  return other === undefined ? undefined : values.get(other);
}
