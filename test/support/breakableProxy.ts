import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

/**
 * What happens to the bytes that a client sends. `lose the answer`: the server gets them, and instead of its answer the
 * client sees the connection end. `swallow`: nobody gets them, and nothing ends.
 */
export type Fate = 'pass' | 'cut' | 'lose the answer' | 'swallow';

export interface BreakableProxy {
  readonly port: number;
  /** Asked for every piece of bytes that a client sends. */
  decide: (bytes: Buffer) => Fate;
  /** Ends all connections. */
  cut(): void;
  close(): Promise<void>;
}

/** Stands between a client and a server on this machine and breaks their connection when told to. */
export async function startProxy(targetPort: number): Promise<BreakableProxy> {
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const target = connect(targetPort, '127.0.0.1');
    const end = () => {
      client.destroy();
      target.destroy();
    };
    let isAnswerLost = false;
    for (const socket of [client, target]) {
      sockets.add(socket);
      socket.on('error', end);
      socket.on('close', () => {
        sockets.delete(socket);
        end();
      });
    }
    client.on('data', (bytes) => {
      const fate = proxy.decide(bytes);
      if (fate === 'cut') return end();
      if (fate === 'swallow') return undefined;
      isAnswerLost ||= fate === 'lose the answer';
      return void target.write(bytes);
    });
    target.on('data', (bytes) => (isAnswerLost ? end() : void client.write(bytes)));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const cut = () => {
    for (const socket of sockets) socket.destroy();
  };
  const proxy: BreakableProxy = {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    decide: () => 'pass',
    cut,
    close: async () => {
      cut();
      server.close();
      await once(server, 'close');
    },
  };
  return proxy;
}
