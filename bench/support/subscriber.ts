import { once } from 'node:events';
import WebSocket from 'ws';
import { monotonicMs } from './monotonicMs.js';

/** Holds `assignedTo` once, which is where a change carries its number. */
const query =
  'subscription ($after: String) { alertUpdated(after: $after) { cursor change detectedBy alert { id title severity status assignedTo } } }';

const marker = /bench-(\d+)@/;
const source = /"detectedBy":"(\w+)"/;

/** What an alert is assigned to, so that the delivery of one change can be told from all others. */
export function markerOf(change: number): string {
  return `bench-${change}@contoso.example`;
}

/**
 * Subscribes to changes of alerts from the moment of the connection on, so that none is missed while the subscription
 * begins. Speaks graphql-transport-ws by hand: a client library would spend more on a message than the gateway does.
 * @param url of the gateway, `http://…`.
 * @param onChange told of each marked change with the time of its arrival, by the clock of `monotonicMs`.
 */
export async function subscribe(
  url: string,
  onChange: (change: number, atMs: number, detectedBy: string) => void,
): Promise<WebSocket> {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws', {
    perMessageDeflate: false,
  });
  await once(socket, 'open');
  socket.send('{"type":"connection_init"}');
  const [acknowledgement] = (await once(socket, 'message')) as [Buffer];
  const { payload } = JSON.parse(acknowledgement.toString()) as { payload?: { changeCursor?: string } };
  socket.on('message', (data: Buffer) => {
    const atMs = monotonicMs();
    const message = data.toString();
    const change = marker.exec(message)?.[1];
    if (change !== undefined) onChange(Number(change), atMs, source.exec(message)?.[1] ?? '');
    else if (message.startsWith('{"type":"ping"')) socket.send('{"type":"pong"}');
    else if (message.includes('"errors"') || message.includes('"error"')) throw new Error(`Refused: ${message}`);
  });
  const variables = { after: payload?.changeCursor ?? null };
  socket.send(JSON.stringify({ id: '1', type: 'subscribe', payload: { query, variables } }));
  return socket;
}
