import { validateHeaderValue } from 'node:http';
import { z } from 'zod';
import type { RemoteSubgraphConfig } from '../federation/remote/config.js';
import { isLoopback, mayTravel } from './settingKinds.js';

export interface SubgraphRules {
  /** Names that are taken. */
  readonly reserved: readonly string[];
  /** Names are those of a supergraph that somebody else composed, who may have been freer. */
  readonly anyName: boolean;
}

export interface ReadSubgraphs {
  readonly subgraphs: readonly RemoteSubgraphConfig[];
  /** What is wrong and where; never a URL or the value of a header. */
  readonly problems: readonly string[];
}

/** Reads `SUBGRAPHS`. @param text JSON: a list of objects as {@link RemoteSubgraphConfig}, with `allowHttp` besides. */
export function readSubgraphs(text: string, rules: SubgraphRules): ReadSubgraphs {
  const parsed = subgraphs(rules).safeParse(jsonOf(text));
  if (!parsed.success) return { subgraphs: [], problems: parsed.error.issues.map(toProblem) };
  return { subgraphs: parsed.data.map(toConfig), problems: [] };
}

const httpHint = 'has to be https (http only for loopback addresses, or with "allowHttp": true), without a user name';

function subgraphs({ reserved, anyName }: SubgraphRules) {
  const name = anyName ? /^[^\s\p{Cc}]{1,64}$/u : /^[a-z][a-z0-9_-]{0,63}$/;
  return z
    .array(
      z
        .strictObject({
          name: z
            .string()
            .regex(name, 'has to be a lower-case name such as cmdb')
            .refine((value) => !reserved.includes(value), `is the name of the gateway's own schema`),
          url: z.string(),
          headers: z.record(z.string(), z.string()).optional(),
          timeoutMs: z.int().min(100).max(60_000).optional(),
          exposeErrors: z.boolean().optional(),
          subscriptions: z.enum(['ws', 'sse']).optional(),
          subscriptionsUrl: z.string().optional(),
          allowHttp: z.boolean().optional(),
        })
        .superRefine((given, context) => {
          const report = (path: string[], message: string) => context.addIssue({ code: 'custom', path, message });
          if (!isUsable(given.url, given.allowHttp, httpOnly)) report(['url'], httpHint);
          const { subscriptionsUrl, subscriptions } = given;
          const schemes = subscriptions === 'ws' ? httpOrSocket : httpOnly;
          if (subscriptionsUrl !== undefined && !isUsable(subscriptionsUrl, given.allowHttp, schemes))
            report(['subscriptionsUrl'], httpHint);
          for (const [header, value] of Object.entries(given.headers ?? {})) {
            if (!isSendable(header, value)) report(['headers', header], 'is no header that may be set');
          }
        }),
      'has to be a list in JSON',
    )
    .min(1, 'has to name a subgraph')
    .refine((list) => new Set(list.map((item) => item.name)).size === list.length, 'has two of one name');
}

type Given = z.infer<ReturnType<typeof subgraphs>>[number];

/** zod types what may be absent as undefined; those members are left out. */
function toConfig({ allowHttp: _checked, ...given }: Given): RemoteSubgraphConfig {
  const present = Object.entries(given).filter(([, value]) => value !== undefined);
  return Object.fromEntries(present) as unknown as RemoteSubgraphConfig;
}

const httpOnly: ReadonlySet<string> = new Set(['http:', 'https:']);
const httpOrSocket: ReadonlySet<string> = new Set([...httpOnly, 'ws:', 'wss:']);

function isUsable(text: string, allowPlain: boolean | undefined, schemes: ReadonlySet<string>): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname, username, password } = new URL(text);
  const isPlain = protocol === 'http:' || protocol === 'ws:';
  return (
    schemes.has(protocol) &&
    username === '' &&
    password === '' &&
    (!isPlain || allowPlain === true || isLoopback(hostname))
  );
}

function isSendable(name: string, value: string): boolean {
  if (!mayTravel(name.toLowerCase())) return false;
  try {
    validateHeaderValue(name, value);
    return true;
  } catch {
    return false;
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function toProblem({ path, message }: { readonly path: readonly PropertyKey[]; readonly message: string }): string {
  const place = path.map((step) => (typeof step === 'number' ? `[${step}]` : `.${String(step)}`)).join('');
  return place === '' ? message : `${place}: ${message}`;
}
