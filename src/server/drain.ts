import type { FastifyInstance } from 'fastify';

export interface Drainable {
  readonly app: FastifyInstance;
  /** Ends what answers operations; no request is left then. */
  readonly stopCore: () => Promise<void>;
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
  const { app, stopCore } = drainable;
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
  await stopCore();
}

/** Upgraded sockets are not among the connections that the HTTP server closes. */
function cutConnections(app: FastifyInstance): void {
  for (const socket of app.websocketServer.clients) socket.terminate();
  app.server.closeAllConnections();
}
