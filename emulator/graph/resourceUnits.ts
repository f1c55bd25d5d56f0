/**
 * Resource units of a directory call: users and devices 2 for a list and 1 for one object, getByIds 5 (2 with `$select`);
 * `$select` and `$top` below 20 save one each, `$expand` costs one more, and no call is cheaper than 1.
 * @see https://learn.microsoft.com/graph/throttling-limits#identity-and-access-service-limits
 */
export function resourceUnits(path: string): number {
  const [bare = '', query = ''] = path.split('?', 2);
  const options = new URLSearchParams(query);
  const has = (name: string) => options.has(`$${name}`) || options.has(name);
  if (/\/directoryobjects\/getbyids$/i.test(bare)) return has('select') ? 2 : 5;
  const isList = /\/(?:users|devices)$/i.test(bare);
  const top = Number(options.get('$top') ?? options.get('top') ?? Number.NaN);
  const units = (isList ? 2 : 1) - (has('select') ? 1 : 0) + (has('expand') ? 1 : 0) - (top < 20 ? 1 : 0);
  return Math.max(1, units);
}
