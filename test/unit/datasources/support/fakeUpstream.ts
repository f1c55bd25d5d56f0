import { toError } from '../../../../src/errors/toError.js';
import {
  type BatchResult,
  type CallMeter,
  type CallScope,
  NotFoundError,
  type Page,
  type Upstream,
  type UpstreamAnswer,
  type UpstreamCall,
  type UpstreamName,
} from '../../../../src/upstream/contract.js';

export const asOf = '2026-11-21T08:00:00.0000000Z';

/** A call as the fake service sees it: options of the query and of a followed link together. */
export interface SeenCall {
  readonly operation: string;
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: any;
  /** Whether it came inside a `$batch`. */
  readonly batched: boolean;
}

/** Answers a body, `undefined` for 404, or throws. */
export type Service = (call: SeenCall) => unknown;

/** An upstream that asks a function; records every call and counts what HTTP requests it would have cost. */
export class FakeUpstream implements Upstream {
  readonly calls: SeenCall[] = [];
  requests = 0;

  constructor(
    readonly name: UpstreamName,
    private readonly service: Service,
  ) {}

  async send<T>(asked: UpstreamCall<T>): Promise<UpstreamAnswer<T>> {
    const call = { ...asked, ...asked.atStart?.() };
    this.requests += 1;
    return this.#answer(call, false);
  }

  async sendBatch<T>(calls: readonly UpstreamCall<T>[]): Promise<BatchResult<T>[]> {
    this.requests += Math.ceil(calls.length / 20);
    return calls.map((call) => {
      try {
        return { ok: true, answer: this.#answer(call, true) };
      } catch (error) {
        return { ok: false, error: toError(error) };
      }
    });
  }

  async *pages<T>(first: UpstreamCall<Page<T>>): AsyncGenerator<UpstreamAnswer<Page<T>>> {
    const { query: _query, atStart: _atStart, ...rest } = first;
    let call: UpstreamCall<Page<T>> | undefined = first;
    while (call !== undefined) {
      const answer: UpstreamAnswer<Page<T>> = await this.send(call);
      yield answer;
      const next = answer.value.nextLink;
      call = next === undefined ? undefined : { ...rest, path: next };
    }
  }

  status(): never {
    throw new Error('Not asked for here.');
  }

  #answer<T>(call: UpstreamCall<T>, batched: boolean): UpstreamAnswer<T> {
    const url = new URL(call.path, 'https://upstream.test');
    const query = { ...Object.fromEntries(url.searchParams), ...call.query };
    const { operation, method, headers = {}, body } = call;
    const seen = { operation, method, path: url.pathname, query, headers, body, batched };
    this.calls.push(seen);
    const answer = this.service(seen);
    if (answer === undefined) throw new NotFoundError(this.name);
    return { status: 200, value: call.parse(structuredClone(answer)), asOf, warnings: [] };
  }
}

/** Serves rows as an OData collection with opaque page tokens. */
export function collection(rows: readonly object[], call: SeenCall, defaultTop: number): object {
  const start = Number(call.query.$skiptoken?.slice(1) ?? 0);
  const end = start + Number(call.query.$top ?? defaultTop);
  const options = new URLSearchParams({ ...call.query, $skiptoken: `t${end}` });
  return {
    value: rows.slice(start, end),
    ...(call.query.$count === 'true' && start === 0 ? { '@odata.count': rows.length } : {}),
    ...(end < rows.length ? { '@odata.nextLink': `${call.path}?${options}` } : {}),
  };
}

/** Whether a row satisfies an `and` of `or` groups of `eq`, an `in`, and `ge` on times: all that the datasources send. */
export function satisfies(row: any, filter: string | undefined): boolean {
  if (filter === undefined) return true;
  const wanted = new Map<string, string[]>();
  for (const [, name = '', value = ''] of filter.matchAll(/(\w+) eq '((?:[^']|'')*)'/g)) {
    wanted.set(name, [...(wanted.get(name) ?? []), unquote(value)]);
  }
  for (const [, name = '', list = ''] of filter.matchAll(/(\w+) in \(((?:'(?:[^']|'')*',?)*)\)/g)) {
    wanted.set(
      name,
      [...list.matchAll(/'((?:[^']|'')*)'/g)].map(([, value = '']) => unquote(value)),
    );
  }
  const times = [...filter.matchAll(/(\w+) ge (\S+)/g)];
  return (
    [...wanted].every(([name, values]) =>
      values.some((value) => value.toLowerCase() === String(row[name]).toLowerCase()),
    ) && times.every(([, name = '', time = '']) => Date.parse(row[name]) >= Date.parse(time))
  );
}

function unquote(value: string): string {
  return value.replaceAll("''", "'");
}

/** Values of a property that a filter names. */
export function namedIn(filter: string | undefined): number {
  return [...(filter ?? '').matchAll(/'((?:[^']|'')*)'/g)].length;
}

export interface RecordedMeter extends CallMeter {
  readonly warnings: string[];
}

export function buildScope(accessScope = 'tenant-a'): CallScope & { readonly meter: RecordedMeter } {
  const warnings: string[] = [];
  return {
    purpose: 'interactive',
    requestId: '6f2c4b7e-0000-4000-8000-000000000000',
    signal: new AbortController().signal,
    deadlineAt: Number.MAX_SAFE_INTEGER,
    accessScope,
    meter: {
      warnings,
      upstreamCall: () => undefined,
      subgraphRequest: () => undefined,
      cacheHit: () => undefined,
      mirrorHit: () => undefined,
      waited: () => undefined,
      stale: () => undefined,
      dataAsOf: () => undefined,
      warning: ({ code }) => void warnings.push(code),
    },
  };
}

/** The n-th GUID. */
export function guid(n: number, kind = 0): string {
  return `${kind.toString(16).padStart(8, '0')}-0000-4000-8000-${n.toString(16).padStart(12, '0')}`;
}
