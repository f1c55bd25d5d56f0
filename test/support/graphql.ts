/** A GraphQL answer as a client of the HTTP endpoint sees it. */
export interface GraphQLAnswer<T = Record<string, unknown>> {
  readonly status: number;
  readonly headers: Headers;
  readonly data?: T | null;
  readonly errors?: readonly {
    message: string;
    path?: readonly (string | number)[];
    extensions?: Record<string, unknown>;
  }[];
  readonly extensions?: { readonly gateway?: GatewayExtensions };
}

/** `extensions.gateway` of an answer asked for with `x-gateway-cost: 1`. */
export interface GatewayExtensions {
  readonly upstreamCalls?: Readonly<Record<string, number>>;
  readonly budgetUnits?: Readonly<Record<string, number>>;
  readonly cacheHits?: number;
  readonly mirrorHits?: number;
  readonly stale?: boolean;
  readonly asOf?: string;
  readonly warnings?: readonly { code: string; upstream: string; message: string }[];
}

export interface AskOptions {
  readonly variables?: Record<string, unknown>;
  readonly headers?: Record<string, string>;
}

/** Sends one operation over real HTTP, asking for its cost. */
export async function ask<T = Record<string, any>>(
  url: string,
  query: string,
  options: AskOptions = {},
): Promise<GraphQLAnswer<T>> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-gateway-cost': '1', ...options.headers },
    body: JSON.stringify({ query, variables: options.variables ?? {} }),
  });
  const body = (await response.json()) as Omit<GraphQLAnswer<T>, 'status' | 'headers'>;
  return { status: response.status, headers: response.headers, ...body };
}
