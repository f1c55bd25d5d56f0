import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { generate } from 'selfsigned';

export const tenantId = '11111111-1111-4111-8111-111111111111';
export const clientId = '22222222-2222-4222-8222-222222222222';

export interface TokenReply {
  readonly status: number;
  readonly body: object;
}

/** An authority over TLS that issues numbered tokens, trusted by this process as long as it runs. */
export interface TlsAuthority {
  readonly url: string;
  readonly certificatePem: string;
  readonly keyPem: string;
  /** Forms that were posted for tokens. */
  readonly asked: URLSearchParams[];
  readonly paths: string[];
  reply: (form: URLSearchParams) => TokenReply | Promise<TokenReply>;
  stop(): Promise<void>;
}

export async function startTlsAuthority(): Promise<TlsAuthority> {
  const pems = await generate([{ name: 'commonName', value: 'localhost' }], {
    extensions: [{ name: 'subjectAltName', altNames: [{ type: 2, value: 'localhost' }] }],
  });
  const trustedBefore = getCACertificates('default');
  setDefaultCACertificates([...trustedBefore, pems.cert]);
  const server = createServer({ key: pems.private, cert: pems.cert });
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  const asked: URLSearchParams[] = [];
  const paths: string[] = [];
  const authority: TlsAuthority = {
    url: '',
    certificatePem: pems.cert,
    keyPem: pems.private,
    asked,
    paths,
    reply: () => issued(`token-${asked.length}`),
    stop: async () => {
      setDefaultCACertificates(trustedBefore);
      const closed = new Promise((resolve) => server.close(resolve));
      // Those whose handshake is under way are no connections of HTTP yet.
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const path = request.url ?? '';
    paths.push(path.split('?')[0] ?? '');
    const { status, body } = path.includes('/.well-known/') ? discovery(authority.url) : await tokenReply(chunks);
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(JSON.stringify(body));
  };
  server.on('request', (request, response) => void answer(request, response));
  const tokenReply = (chunks: readonly Buffer[]) => {
    const form = new URLSearchParams(Buffer.concat(chunks).toString('utf8'));
    asked.push(form);
    return authority.reply(form);
  };
  await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve));
  return Object.assign(authority, { url: urlOf(server) });
}

export function issued(token: string, expiresInSeconds = 3_599): TokenReply {
  return { status: 200, body: { token_type: 'Bearer', expires_in: expiresInSeconds, access_token: token } };
}

export function refusal(status: number, error: string): TokenReply {
  return {
    status,
    body: { error, error_description: 'AADSTS7000215: words of the authority', error_codes: [7000215] },
  };
}

function discovery(url: string): TokenReply {
  const base = `${url}/${tenantId}`;
  return {
    status: 200,
    body: {
      issuer: `${base}/v2.0`,
      authorization_endpoint: `${base}/oauth2/v2.0/authorize`,
      token_endpoint: `${base}/oauth2/v2.0/token`,
      jwks_uri: `${base}/discovery/v2.0/keys`,
    },
  };
}

function urlOf(server: Server): string {
  return `https://localhost:${(server.address() as AddressInfo).port}`;
}
