import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import WebSocket from 'ws';
import type { RunningProcess } from '../../test/support/processes.js';

/** Environment with which a process opens its inspector, when asked, on a free port. */
export const inspectable = { NODE_OPTIONS: '--inspect-port=127.0.0.1:0' };

const address = /Debugger listening on (ws:\S+)/;

/**
 * Makes a process collect its garbage, through the inspector that SIGUSR1 opens: no flag of the process changes how it
 * runs until then.
 */
export async function collectGarbage(target: RunningProcess): Promise<void> {
  const socket = new WebSocket(await inspectorOf(target));
  await once(socket, 'open');
  for (const id of [1, 2]) {
    socket.send(JSON.stringify({ id, method: 'HeapProfiler.collectGarbage' }));
    await once(socket, 'message');
  }
  socket.close();
  await once(socket, 'close');
}

async function inspectorOf(target: RunningProcess): Promise<string> {
  const known = address.exec(target.output())?.[1];
  if (known !== undefined) return known;
  target.child.kill('SIGUSR1');
  for (;;) {
    const url = address.exec(target.output())?.[1];
    if (url !== undefined) return url;
    await sleep(50);
  }
}
