import { createHash } from 'node:crypto';
import type { OperationContext } from '../../../execution/contract.js';
import { travellingHeaders } from '../requestHeaders.js';
import type { StreamOptions, StreamTransport } from './contract.js';
import { WebSocketConnection } from './WebSocketConnection.js';

/**
 * Subscriptions over `graphql-transport-ws`: those with the same headers share one socket, which is closed behind the
 * last of them.
 * @see https://github.com/enisdenjo/graphql-ws/blob/master/PROTOCOL.md
 */
export function createWebSocketStreams(options: StreamOptions): StreamTransport {
  const connections = new Map<string, WebSocketConnection>();
  const closing = new Set<Promise<void>>();

  const forget = (key: string, connection: WebSocketConnection) => {
    if (connections.get(key) === connection) connections.delete(key);
    const closed = connection.close().finally(() => closing.delete(closed));
    closing.add(closed);
  };

  const connectionFor = (context: OperationContext): WebSocketConnection => {
    const key = keyOf(context);
    const known = connections.get(key);
    if (known !== undefined) return known;
    const connection: WebSocketConnection = new WebSocketConnection(options, context, () => forget(key, connection));
    connections.set(key, connection);
    return connection;
  };

  return {
    open: (operation, context, sink) => connectionFor(context).subscribe(operation, sink),
    stop: async () => void (await Promise.all(closing)),
  };
}

/** Callers share a socket when the subgraph cannot tell them apart. The values are not kept. */
function keyOf(context: OperationContext): string {
  const told = [context.scope.accessScope, Object.entries(travellingHeaders(context)).sort()];
  return createHash('sha256').update(JSON.stringify(told)).digest('base64url');
}
