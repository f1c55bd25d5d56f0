import { once } from 'node:events';
import { connect } from 'node:net';
import { monotonicMs } from '../support/monotonicMs.js';
import { receiveJob, report } from './job.js';
import type { AttackReport } from './notifications.js';
import { countStatuses, type Statuses } from './responses.js';

export interface LargeBodiesJob {
  readonly port: number;
  readonly path: string;
  readonly bytes: number;
  /** Bodies that are on their way at any moment. */
  readonly concurrent: number;
  readonly seconds: number;
}

const piece = Buffer.alloc(64 * 1024, 0x20);

/** Sends bodies without a stated length, which a receiver cannot refuse before it has read some of them. */
async function run({ port, path, bytes, concurrent, seconds }: LargeBodiesJob): Promise<void> {
  const statuses: Statuses = {};
  const startMs = monotonicMs();
  const endMs = startMs + seconds * 1_000;
  let sent = 0;
  const repeat = async () => {
    for (; monotonicMs() < endMs; sent += 1) await sendBody(port, path, bytes, statuses);
  };
  await Promise.all(Array.from({ length: concurrent }, repeat));
  const found: AttackReport = { seconds: (monotonicMs() - startMs) / 1_000, sent, statuses };
  report(found);
}

/** Resolves when the body is sent and answered, or the receiver has hung up. */
async function sendBody(port: number, path: string, bytes: number, statuses: Statuses): Promise<void> {
  const socket = connect(port, '127.0.0.1');
  const closed = new Promise((resolve) => socket.once('close', resolve));
  const count = countStatuses(statuses);
  socket.on('error', () => undefined);
  socket.on('data', (answer) => {
    if (count(answer) > 0) socket.destroy();
  });
  const head =
    'host: 127.0.0.1\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\nconnection: close\r\n\r\n';
  socket.write(`POST ${path} HTTP/1.1\r\n${head}`);
  for (let left = bytes; left > 0 && socket.writable; left -= piece.length) {
    socket.write(`${piece.length.toString(16)}\r\n`);
    socket.write(piece);
    if (!socket.write('\r\n')) await Promise.race([once(socket, 'drain').catch(() => undefined), closed]);
  }
  if (socket.writable) socket.write('0\r\n\r\n');
  await closed;
}

await run(await receiveJob<LargeBodiesJob>());
