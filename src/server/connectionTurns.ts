import type { Socket } from 'node:net';

/**
 * Lets one request of a connection go after the other. Those that a sender puts behind an unanswered one wait for their
 * turn, and the connection is not read meanwhile: what comes next stays with the sender.
 */
export class ConnectionTurns {
  /** Those who wait, for each connection whose turn is taken. */
  readonly #queues = new WeakMap<Socket, (() => void)[]>();
  #waiting = 0;

  /** @param capacity requests that wait, on all connections together. */
  constructor(private readonly capacity: number) {}

  /** Resolves when it is the request's turn, which `leave` ends. @returns false, at once, when too many wait. */
  async enter(socket: Socket): Promise<boolean> {
    const queue = this.#queues.get(socket);
    if (queue === undefined) {
      this.#queues.set(socket, []);
      return true;
    }
    if (this.#waiting >= this.capacity) return false;
    socket.pause();
    this.#waiting += 1;
    await new Promise<void>((resolve) => queue.push(resolve));
    this.#waiting -= 1;
    return true;
  }

  leave(socket: Socket): void {
    const next = this.#queues.get(socket)?.shift();
    if (next !== undefined) return next();
    this.#queues.delete(socket);
    socket.resume();
  }
}
