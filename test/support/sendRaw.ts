import type { GraphQLAnswer } from './graphql.js';

/** An HTTP answer whose body may be anything; `body` is undefined when the text is not JSON. */
export interface RawAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly body: Pick<GraphQLAnswer, 'data' | 'errors'> | undefined;
}

/** Sends exactly this text as the body of a POST. */
export async function sendRaw(
  url: string,
  text: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<RawAnswer> {
  return readRaw(
    await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body: text }),
  );
}

export async function readRaw(response: Response): Promise<RawAnswer> {
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, body: parse(text) };
}

function parse(text: string): RawAnswer['body'] {
  try {
    return JSON.parse(text) as RawAnswer['body'];
  } catch {
    return undefined;
  }
}
