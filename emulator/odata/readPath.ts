/**
 * The value at a path. A cast (a segment with a dot) keeps an object of exactly that type and yields `undefined` for any
 * other; names are found without regard to case, as the services do.
 */
export function readPath(row: unknown, segments: readonly string[]): unknown {
  let value = row;
  for (const segment of segments) {
    if (value === null || typeof value !== 'object') return undefined;
    value = segment.includes('.') ? cast(value, segment) : readMember(value, segment);
  }
  return value;
}

function cast(value: object, typeName: string): object | undefined {
  const type = Reflect.get(value, '@odata.type');
  return typeof type === 'string' && type.toLowerCase() === `#${typeName.toLowerCase()}` ? value : undefined;
}

function readMember(value: object, name: string): unknown {
  if (Object.hasOwn(value, name)) return Reflect.get(value, name);
  const wanted = name.toLowerCase();
  const key = Object.keys(value).find((candidate) => candidate.toLowerCase() === wanted);
  return key === undefined ? undefined : Reflect.get(value, key);
}
