import { describe, expect, it } from '@jest/globals';
import { RemoteSubgraphs, type StoppableSubgraph } from '../../../src/assembly/RemoteSubgraphs.js';
import { buildHastyClock } from '../../support/hastyClock.js';

const unused = () => Promise.reject(new Error('Nobody is asked here.'));

function setUp() {
  const clock = buildHastyClock(1);
  const opened: string[] = [];
  const stopped: string[] = [];
  let heard: () => void = () => undefined;
  const remotes = new RemoteSubgraphs(({ name, url }): StoppableSubgraph => {
    const id = `${name} ${new URL(url).origin}`;
    opened.push(id);
    const stop = async () => {
      stopped.push(id);
      heard();
    };
    return { name, execute: unused, subscribe: unused, executeEvent: unused, stop };
  }, clock);
  const nextStop = () => new Promise<void>((resolve) => (heard = resolve));
  const names = (subgraphs: readonly StoppableSubgraph[]) => subgraphs.map(({ name }) => name);
  return { remotes, clock, opened, stopped, nextStop, names };
}

const a = { name: 'a', url: 'http://a.test' };
const b = { name: 'b', url: 'http://b.test' };
const movedB = { name: 'b', url: 'http://b2.test' };

describe('the subgraphs of others', () => {
  it('stay the same while they are named at the same place', async () => {
    const { remotes, opened, stopped, names } = setUp();
    expect(await remotes.use([a, b], names)).toEqual(['a', 'b']);
    const first = remotes.all;
    await remotes.use([{ ...a }, { ...b }], names);
    expect(remotes.all).toEqual(first);
    expect(opened).toEqual(['a http://a.test', 'b http://b.test']);
    expect(stopped).toEqual([]);
    await remotes.stop();
  });

  it('are opened anew at another place, and stopped at the old one when nobody can be waiting', async () => {
    const { remotes, clock, stopped, nextStop, names } = setUp();
    await remotes.use([a, b], names);
    await remotes.use([movedB], names);
    clock.advance(60_000);
    expect(stopped).toEqual([]);
    const gone = nextStop();
    clock.advance(120_000);
    await gone;
    await nextStopOf(stopped, 2);
    expect([...stopped].sort()).toEqual(['a http://a.test', 'b http://b.test']);
    await remotes.stop();
  });

  it('keep their place when nothing can be made of those that should follow them', async () => {
    const { remotes, stopped, names } = setUp();
    await remotes.use([a], names);
    const failing = remotes.use([a, b], () => {
      throw new Error('No such supergraph.');
    });
    await expect(failing).rejects.toThrow('No such supergraph.');
    expect(names(remotes.all)).toEqual(['a']);
    expect(stopped).toEqual(['b http://b.test']);
    await remotes.stop();
  });

  it('leave nothing open when one of them has no place to be', async () => {
    const { remotes, stopped, names } = setUp();
    await expect(remotes.use([a, { name: 'c', url: '' }], names)).rejects.toThrow('Invalid URL');
    expect(stopped).toEqual(['a http://a.test']);
    expect(remotes.all).toEqual([]);
    await remotes.stop();
  });

  it('are all stopped in the end, also those that were replaced', async () => {
    const { remotes, stopped, names } = setUp();
    await remotes.use([a, b], names);
    await remotes.use([movedB], names);
    await remotes.stop();
    expect([...stopped].sort()).toEqual(['a http://a.test', 'b http://b.test', 'b http://b2.test']);
  });
});

/** Both leave at the same moment, in whatever order. */
async function nextStopOf(stopped: readonly string[], count: number): Promise<void> {
  while (stopped.length < count) await new Promise((resolve) => setImmediate(resolve));
}
