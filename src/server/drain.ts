import type { ApolloServer } from '@apollo/server';
import type { FastifyInstance } from 'fastify';
import type { ServerContext } from './buildApolloServer.js';

export interface Drainable {
  readonly app: FastifyInstance;
  readonly apollo: ApolloServer<ServerContext>;
  /** Ends event streams, closes WebSockets with 1001, and gives the answers that are held back. */
  endWaits: () => void;
  /** Read by the readiness answer. */
  stopping: boolean;
}

/**
 * Stops serving, in this order: no new connections, streams and sockets told to go elsewhere, running operations
 * finished. What still runs after `graceMs` is cut off.
 */
export async function drain(drainable: Drainable, graceMs: number): Promise<void> {
  const { app, apollo } = drainable;
  drainable.stopping = true;
  app.server.close();
  app.server.closeIdleConnections();
  drainable.endWaits();
  const cutOff = setTimeout(() => cutConnections(app), graceMs);
  try {
    await app.close();
  } finally {
    clearTimeout(cutOff);
  }
  await apollo.stop();
}

/** Upgraded sockets are not among the connections that the HTTP server closes. */
function cutConnections(app: FastifyInstance): void {
  for (const socket of app.websocketServer.clients) socket.terminate();
  app.server.closeAllConnections();
}
