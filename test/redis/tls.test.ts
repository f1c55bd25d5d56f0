import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { createServer, getCACertificates, type Server, setDefaultCACertificates } from 'node:tls';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { generate } from 'selfsigned';
import { describeWithRedis } from '../support/redisServer.js';
import { TestConnections } from './support.js';

const connections = new TestConnections();

describeWithRedis('a Redis behind TLS', (url) => {
  const trusted = getCACertificates('default');
  const sockets = new Set<Socket>();
  const askedNames: unknown[] = [];
  let certificate: string;
  let server: Server;
  beforeEach(async () => {
    const pems = await generate([{ name: 'commonName', value: 'localhost' }], {
      extensions: [{ name: 'subjectAltName', altNames: [{ type: 2, value: 'localhost' }] }],
    });
    certificate = pems.cert;
    askedNames.length = 0;
    server = createServer({ key: pems.private, cert: pems.cert }, (client) => {
      askedNames.push(client.servername);
      const target = connect(Number(new URL(url()).port || 6379), '127.0.0.1');
      client.pipe(target).pipe(client);
      for (const socket of [client, target]) {
        sockets.add(socket);
        socket.on('error', () => undefined);
        socket.on('close', () => [client, target].forEach((end) => end.destroy()));
      }
    });
    server.on('tlsClientError', () => undefined);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
  });
  afterEach(async () => {
    setDefaultCACertificates(trusted);
    await connections.close();
    for (const socket of sockets) socket.destroy();
    server.close();
    await once(server, 'close');
  });
  const port = () => (server.address() as { port: number }).port;

  it('is reached by its name with rediss', async () => {
    setDefaultCACertificates([...trusted, certificate]);
    const redis = await connections.connect(`rediss://localhost:${port()}`);
    expect(await redis.send(['PING'])).toBe('PONG');
    expect(askedNames).toEqual(['localhost']);
  });

  it('is not trusted without its authority', async () => {
    const redis = await connections.connect(`rediss://localhost:${port()}`);
    expect(redis.status()).toMatchObject({ connected: false, lastError: 'DEPTH_ZERO_SELF_SIGNED_CERT' });
  });

  it('is not trusted under another name', async () => {
    setDefaultCACertificates([...trusted, certificate]);
    const redis = await connections.connect(`rediss://127.0.0.1:${port()}`);
    expect(redis.status()).toMatchObject({ connected: false, lastError: 'ERR_TLS_CERT_ALTNAME_INVALID' });
  });
});
