import { Socket } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import { ConnectionTurns } from '../../../src/server/connectionTurns.js';
import { settle } from '../cache/manualClock.js';

function setUp(capacity = 100) {
  const turns = new ConnectionTurns(capacity);
  const entered: string[] = [];
  const refused: string[] = [];
  const enter = (socket: Socket, name: string) =>
    void turns.enter(socket).then((isIn) => (isIn ? entered : refused).push(name));
  return { turns, entered, refused, enter };
}

describe('requests of one connection', () => {
  it('have their turns in the order in which they came', async () => {
    const { turns, entered, enter } = setUp();
    const socket = new Socket();
    for (const name of ['a', 'b', 'c']) enter(socket, name);
    await settle();
    expect(entered).toEqual(['a']);
    turns.leave(socket);
    await settle();
    expect(entered).toEqual(['a', 'b']);
    turns.leave(socket);
    await settle();
    turns.leave(socket);
    enter(socket, 'd');
    await settle();
    expect(entered).toEqual(['a', 'b', 'c', 'd']);
  });

  it('are not read further while some wait', () => {
    const { turns, enter } = setUp();
    const socket = new Socket();
    enter(socket, 'a');
    expect(socket.isPaused()).toBe(false);
    enter(socket, 'b');
    turns.leave(socket);
    expect(socket.isPaused()).toBe(true);
    turns.leave(socket);
    expect(socket.isPaused()).toBe(false);
  });

  it('do not wait for those of another connection', async () => {
    const { entered, enter } = setUp();
    enter(new Socket(), 'a');
    enter(new Socket(), 'b');
    await settle();
    expect(entered).toEqual(['a', 'b']);
  });
});

describe('the bound', () => {
  it('is for all connections together, and spares those whose turn it is', async () => {
    const { turns, entered, refused, enter } = setUp(2);
    const [one, two, three] = [new Socket(), new Socket(), new Socket()];
    for (const name of ['a', 'b']) enter(one, name);
    for (const name of ['c', 'd', 'e']) enter(two, name);
    enter(three, 'f');
    await settle();
    expect([entered, refused]).toEqual([['a', 'c', 'f'], ['e']]);
    turns.leave(one);
    await settle();
    enter(two, 'g');
    await settle();
    expect([entered, refused]).toEqual([['a', 'c', 'f', 'b'], ['e']]);
  });
});
