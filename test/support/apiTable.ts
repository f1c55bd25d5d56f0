import { readFileSync } from 'node:fs';

/** A row of the tables in docs/upstreams.md: an API, what it serves, and what it takes. */
export interface ApiRow {
  /** Method and path as the page writes them; names the row. */
  readonly api: string;
  readonly method: string;
  /** What a call of this API looks like in the ledger, its query left out; one pattern for each path of the row. */
  readonly paths: readonly RegExp[];
  /** Text that only calls of this row hold, as faults are matched. */
  readonly match: string;
  /** `Type.field`, as the page names them. */
  readonly fields: readonly string[];
  /** Undefined where no Entra permission is of use. */
  readonly permission: string | undefined;
  readonly upstream: string;
  readonly isLegacyDialect: boolean;
}

const upstreamOfLimit: Readonly<Record<string, string>> = {
  A: 'GRAPH_SECURITY',
  the: 'GRAPH_SECURITY',
  I: 'GRAPH_IDENTITY_PROTECTION',
  D: 'GRAPH_DIRECTORY',
  M: 'MCAS',
};

/** Every row with a path. What comes after the tables of what is served tells of other things. */
export function readApiTable(): ApiRow[] {
  const [served = ''] = readFileSync('docs/upstreams.md', 'utf8').split('\n## What is left out');
  return [...served.matchAll(/^\| (`(?:GET|POST|PATCH|PUT|DELETE) .+) \| (.+) \| (.+) \| (.+) \|$/gm)].map(
    ([, api = '', schema = '', permission = '', limit = '']) => toRow(api, schema, permission, limit),
  );
}

function toRow(cell: string, schema: string, permission: string, limit: string): ApiRow {
  const [api = '', ...others] = spansOf(cell).filter((span) => !span.includes('='));
  const [method = '', path = ''] = api.split(' ');
  const upstream = upstreamOfLimit[/^\w+/.exec(limit)?.[0] ?? ''];
  if (upstream === undefined) throw new Error(`No upstream has the limit "${limit}" of ${api}.`);
  return {
    api,
    method,
    paths: [path, ...others.map((other) => besides(path, other))].map(toPattern),
    match: toMatch(method, path),
    fields: spansOf(schema).filter((span) => /^[A-Z]\w*\.\w+$/.test(span)),
    permission: /^[A-Z]\w*\.[\w.]+/.exec(permission)?.[0],
    upstream,
    isLegacyDialect: cell.includes('legacy'),
  };
}

function spansOf(cell: string): string[] {
  return [...cell.matchAll(/`([^`]+)`/g)].map(([, span]) => String(span));
}

/** A further path of a row stands for the last segment of the first, or behind it. */
function besides(path: string, other: string): string {
  return other.startsWith('/') ? `${path}${other}` : path.replace(/[^/]+\/?$/, other);
}

function toPattern(path: string): RegExp {
  const literal = toRooted(path).replace(/\/$/, '').replaceAll('.', String.raw`\.`);
  return new RegExp(`^${literal.replace(/\{\w+\}/g, '[^/]+')}/?$`, 'i');
}

/** What stands behind an id, or all that stands before it. */
function toMatch(method: string, path: string): string {
  const [before = '', behind = ''] = toRooted(path).split(/\{\w+\}/);
  return behind.length > 1 ? behind : `${method} ${before}`;
}

function toRooted(path: string): string {
  const whole = path.replace('…', '/identityProtection');
  return whole.startsWith('/api/') ? whole : `/v1.0${whole}`;
}
