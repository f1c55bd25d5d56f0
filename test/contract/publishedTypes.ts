import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

/** A member as the declarations have it: a name of an interface or enumeration, or a primitive. */
interface Member {
  readonly type: string;
  readonly isList: boolean;
}

/** Microsoft's published declarations, readable at run time. Names in the security namespace start with `Security.`. */
export interface PublishedTypes {
  /** Members of the interface, inherited ones included; `undefined` when there is no such interface. */
  members(name: string): ReadonlyMap<string, Member> | undefined;
  /** Words of the enumeration; `undefined` when there is no such enumeration. */
  words(name: string): readonly string[] | undefined;
}

const securityNamespace = 'SecurityNamespace';

/** Reads `@microsoft/microsoft-graph-types`, whose types alone would vanish when compiled. */
export function readPublishedTypes(): PublishedTypes {
  const file = createRequire(import.meta.url).resolve('@microsoft/microsoft-graph-types/microsoft-graph.d.ts');
  const text = readFileSync(file, 'utf8').replace(/\/\*[\s\S]*?\*\//g, '');
  const start = text.indexOf(`export namespace ${securityNamespace}`);
  const end = text.indexOf('\nexport namespace', start + 1);
  const root = text.slice(0, text.indexOf('\nexport namespace'));
  const interfaces = new Map([...readInterfaces(root, ''), ...readInterfaces(text.slice(start, end), 'Security.')]);
  const enums = new Map([...readEnums(root, ''), ...readEnums(text.slice(start, end), 'Security.')]);

  function members(name: string): ReadonlyMap<string, Member> | undefined {
    const found = interfaces.get(name);
    if (found === undefined) return undefined;
    const inherited = found.base === undefined ? undefined : members(resolve(found.base, name));
    return new Map([
      ...(inherited ?? []),
      ...[...found.members].map(([key, member]) => [key, qualify(member, name)] as const),
    ]);
  }

  /** A name used inside the security namespace means its own type first. */
  function resolve(type: string, from: string): string {
    const own = `Security.${type}`;
    return from.startsWith('Security.') && (interfaces.has(own) || enums.has(own))
      ? own
      : type.replace(/^microsoftgraph\./, '');
  }

  function qualify(member: Member, from: string): Member {
    return { ...member, type: resolve(member.type, from) };
  }

  return { members, words: (name) => enums.get(name) };
}

interface Declared {
  readonly base: string | undefined;
  readonly members: ReadonlyMap<string, Member>;
}

function* readInterfaces(text: string, prefix: string): Iterable<[string, Declared]> {
  for (const match of text.matchAll(/interface (\w+)(?: extends ([\w.]+))? \{([^}]*)\}/g)) {
    const [, name = '', base, body = ''] = match;
    const members = [...body.matchAll(/^\s*"?([\w@.]+)"?\?: ([^;]+);/gm)].map(
      ([, member = '', type = '']) => [member, readMember(type)] as const,
    );
    yield [`${prefix}${name}`, { base, members: new Map(members) }];
  }
}

function readMember(type: string): Member {
  const bare = type.replace(/NullableOption<(.+)>/, '$1').trim();
  return { type: bare.replace(/\[\]$/, ''), isList: bare.endsWith('[]') };
}

function* readEnums(text: string, prefix: string): Iterable<[string, readonly string[]]> {
  for (const [, name = '', body = ''] of text.matchAll(/type (\w+) =([^;]+);/g)) {
    yield [`${prefix}${name}`, [...body.matchAll(/"([^"]+)"/g)].map(([, word = '']) => word)];
  }
}
