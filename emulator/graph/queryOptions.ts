import { badRequest } from './GraphError.js';

const names = [
  'filter',
  'orderby',
  'select',
  'expand',
  'top',
  'skip',
  'count',
  'search',
  'skiptoken',
  'format',
] as const;
type OptionName = (typeof names)[number];

/** OData query options as text, by name in lower case and without the `$`. */
export type QueryOptions = Partial<Record<OptionName, string>>;

/**
 * Reads the options of a URL's query. The `$` may be left out; other parameters without `$` are ignored.
 * @throws {GraphError} 400 for an unknown `$` option, one that is given twice or an encoding that cannot be read.
 */
export function readQueryOptions(url: string): QueryOptions {
  const start = url.indexOf('?');
  const options: QueryOptions = {};
  if (start < 0) return options;
  for (const [name, value] of new URLSearchParams(url.slice(start + 1))) {
    const bare = name.replace(/^\$/, '').toLowerCase();
    if (!isOptionName(bare)) {
      if (!name.startsWith('$')) continue;
      throw badRequest(`The query parameter '${name}' is not supported.`);
    }
    if (options[bare] !== undefined) {
      throw badRequest(`Query option '$${bare}' was specified more than once, but it must be specified at most once.`);
    }
    options[bare] = value;
  }
  return options;
}

function isOptionName(name: string): name is OptionName {
  return (names as readonly string[]).includes(name);
}

/** A non-negative whole number, or `undefined` when the option is absent. @throws {GraphError} 400. */
export function readInteger(options: QueryOptions, name: 'top' | 'skip'): number | undefined {
  const text = options[name];
  if (text === undefined) return undefined;
  if (/^\d{1,9}$/.test(text.trim())) return Number(text);
  throw badRequest(
    `Invalid value '${text}' for $${name} query option found. The $${name} query option requires a non-negative integer value.`,
  );
}

/** @throws {GraphError} 400 for anything but `true` and `false`. */
export function readCount(options: QueryOptions): boolean {
  const text = options.count?.toLowerCase();
  if (text === undefined || text === 'false') return false;
  if (text === 'true') return true;
  throw badRequest(
    `Invalid value '${options.count}' for $count query option found. Valid values are 'true' and 'false'.`,
  );
}

/** Names of a comma separated option, or `undefined` when it is absent. */
export function readNames(options: QueryOptions, name: 'select' | 'expand'): string[] | undefined {
  return options[name]
    ?.split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}
